// What a person copied from the source: a host, a key, a password. Kept sealed; never shown again.
import type { AuthScheme } from "@stead/sdk";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import { withTx } from "../../store/tx.ts";
import { isSamePlace, selectSource } from "../source/queries.ts";
import type { HostDeps } from "./deps.ts";
import { elsewhere, placeOf } from "./oauth.ts";
import { replaceConnection } from "./queries.ts";
import { sealSecret } from "./secret.ts";

const VALUE_CHARS_MAX = 20_000;

export interface Given {
  readonly sourceId: string;
  /** Null: the identity that crawls. */
  readonly personId: string | null;
  /** The source's id of the user whom it acts as. */
  readonly userId?: string;
  readonly fields: Readonly<Record<string, string>>;
}

export async function storeSecrets(deps: HostDeps, given: Given): Promise<Result<void>> {
  const { ctx, vault } = deps;
  const found = await whileAvailable(() => selectSource(ctx, given.sourceId));
  if (!found.ok) return found;
  const row = found.value;
  const manifest = row && deps.connectors.get(row.connector)?.manifest;
  if (!row || !manifest) return fail("resource.not_found", "There is no such source.");
  const scheme = given.personId === null ? manifest.crawl : manifest.acting;
  const fields = checked(scheme, given.fields);
  if (!fields.ok) return fields;
  const own = { id: ctx.ids.next("con"), personId: given.personId ?? "", version: 1 };
  const secret = { kind: "fields" as const, fields: fields.value };
  const sealed = sealSecret(vault, placeOf(deps, row), { ...own, secret });
  return withTx(ctx.db, async (tx) => {
    if (!(await isSamePlace({ db: tx, orgId: ctx.orgId }, row))) return elsewhere(row);
    const createdAt = new Date(ctx.clock.now());
    const userId = given.userId ?? "";
    await replaceConnection(
      { db: tx, orgId: ctx.orgId, sourceId: row.id },
      { ...own, ...sealed, userId, expiresAt: null, createdAt },
    );
    return ok();
  });
}

/** Exactly the fields of the scheme, each with a value. */
function checked(
  scheme: AuthScheme,
  given: Readonly<Record<string, string>>,
): Result<Record<string, string>> {
  if (scheme.kind !== "secret" && scheme.kind !== "assertion")
    return fail("request.invalid", "This is not signed in to by filling in fields.");
  const names = new Set(scheme.fields.map(({ name }) => name));
  const unknown = Object.keys(given).filter((name) => !names.has(name));
  if (unknown.length > 0) return fail("request.invalid", `There is no field ${unknown[0]}.`);
  const fields: Record<string, string> = {};
  for (const { name, title } of scheme.fields) {
    const value = given[name] ?? "";
    if (value === "" || value.length > VALUE_CHARS_MAX)
      return fail("request.invalid", `${title} is missing or too long.`);
    fields[name] = value;
  }
  return ok(fields);
}
