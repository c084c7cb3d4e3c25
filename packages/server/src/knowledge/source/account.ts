// A person's own account in a source: linked by themselves alone, with which they act and are asked for.
import type { EndpointReply, Endpoints, Principal } from "@stead/protocol";
import { unlink, userOfPerson } from "../../access/source/links.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import { storeSecrets } from "../connection/fields.ts";
import { selectApp, selectConnection } from "../connection/queries.ts";
import { revokeOwn } from "../connection/revoke.ts";
import { schemeShown } from "./catalog.ts";
import { signIn } from "./connect.ts";
import { record, sourceOf, type SourcesCtx } from "./context.ts";
import { selectSources } from "./queries.ts";
import type { SourceRow } from "./source.ts";
import { howLinked } from "./view/queries.ts";

type Account = EndpointReply<Endpoints["source.accounts"]>["items"][number];

interface Own {
  readonly principal: Principal;
  readonly sourceId: string;
}

export async function ownAccounts(
  sources: SourcesCtx,
  personId: string,
): Promise<Result<Account[]>> {
  return whileAvailable(async () => {
    const accounts: Account[] = [];
    for (const row of await selectSources(sources.ctx)) {
      const account = row.state === "leaving" ? undefined : await accountIn(sources, row, personId);
      if (account) accounts.push(account);
    }
    return accounts;
  });
}

async function accountIn(
  { ctx, host }: SourcesCtx,
  row: SourceRow,
  personId: string,
): Promise<Account | undefined> {
  const manifest = host.connectors.get(row.connector)?.manifest;
  if (!manifest || manifest.acting.kind === "none") return undefined;
  const at = { db: ctx.db, orgId: ctx.orgId, sourceId: row.id };
  const needsApp = manifest.acting.kind === "oauth";
  const ready = !needsApp || (await selectApp(at, "acting")) !== undefined;
  const connection = await selectConnection(at, personId);
  const userId = await userOfPerson(ctx, { sourceId: row.id, personId });
  return {
    sourceId: row.id,
    name: row.name,
    connector: row.connector,
    title: manifest.title,
    acting: schemeShown(manifest.acting),
    ready,
    userId: userId ?? null,
    how: userId === undefined ? null : await howLinked(at, personId),
    state: connection?.state ?? "none",
  };
}

/** Whose account it is comes from who asks, and nothing else. */
export async function linkOwn(
  sources: SourcesCtx,
  wish: Own & { readonly fields: Readonly<Record<string, string>> | undefined },
): Promise<Result<{ url: string | null }>> {
  const { principal, sourceId, fields } = wish;
  const { personId } = principal;
  const found = await sourceOf(sources, sourceId);
  if (!found.ok) return found;
  const scheme = sources.host.connectors.get(found.value.connector)?.manifest.acting;
  if (!scheme || scheme.kind === "none")
    return fail("request.invalid", "People have no accounts of their own to link there.");
  if (!fields) return signIn(sources, { principal, sourceId, purpose: "acting" });
  const stored = await storeSecrets(sources.host, { sourceId, personId, fields });
  if (!stored.ok) return stored;
  const done = await record(sources, linkedFact(principal, sourceId));
  return done.ok ? ok({ url: null }) : done;
}

export function linkedFact(principal: Principal, sourceId: string) {
  const { personId } = principal;
  return { type: "source.linked" as const, by: principal, data: { sourceId, personId } };
}

/** What could not be withdrawn at the provider is told, so that the person does it there. */
export async function unlinkOwn(
  sources: SourcesCtx,
  { principal, sourceId }: Own,
): Promise<Result<{ left: string[] }>> {
  const { ctx } = sources;
  const { personId } = principal;
  const found = await sourceOf(sources, sourceId);
  if (!found.ok) return found;
  const left = await revokeOwn(sources.host, { sourceId, personId });
  const data = { sourceId, personId };
  const fact = { type: "source.unlinked" as const, by: principal, data };
  const done = await record(sources, fact, async (tx) => {
    const at = { db: tx, orgId: ctx.orgId, sourceId };
    // What the directory or an administrator says of the person stands; what they proved themselves goes.
    if ((await howLinked(at, personId)) === "sign-in")
      await unlink(ctx, tx, { sourceId, personId });
    return ok();
  });
  return done.ok ? ok({ left: [...left] }) : done;
}
