// The end of a source's credentials: withdrawn at the provider as far as that can be had, then forgotten.
import type { Result } from "../../lib/result.ts";
import { selectSource } from "../source/queries.ts";
import type { SourceRow } from "../source/source.ts";
import type { HostDeps } from "./deps.ts";
import { placeOf, providerOf, schemeOf } from "./oauth.ts";
import { revoke } from "./provider.ts";
import {
  breakConnection,
  deleteConnection,
  forgetConnections,
  selectConnection,
  selectConnections,
  type ConnectionRow,
} from "./queries.ts";
import { openSecret } from "./secret.ts";

/** What could not be withdrawn, in words; the provider may be away, and it must end all the same. */
export async function revokeConnections(
  deps: HostDeps,
  sourceId: string,
): Promise<readonly string[]> {
  const at = { ...deps.ctx, sourceId };
  const row = await selectSource(deps.ctx, sourceId);
  const left: string[] = [];
  if (row)
    for (const connection of await selectConnections(at)) {
      const done = await withdraw(deps, row, connection);
      if (!done.ok) left.push(done.failure.detail);
    }
  await forgetConnections(at);
  return left;
}

/** A person's own account. */
export async function revokeOwn(
  deps: HostDeps,
  { sourceId, personId }: { sourceId: string; personId: string },
): Promise<readonly string[]> {
  const at = { ...deps.ctx, sourceId };
  const row = await selectSource(deps.ctx, sourceId);
  const known = await selectConnection(at, personId);
  if (!row || !known) return [];
  // Closed before the provider is asked, which may take its time or be away. A renewal that is under way
  // is waited for: what it brings is withdrawn, too.
  await breakConnection(at, known.id);
  const connection = (await selectConnection(at, personId)) ?? known;
  const done = await withdraw(deps, row, connection);
  await deleteConnection(at, personId);
  return done.ok ? [] : [done.failure.detail];
}

async function withdraw(
  deps: HostDeps,
  row: SourceRow,
  connection: ConnectionRow,
): Promise<Result<void>> {
  const purpose = connection.personId === "" ? "crawl" : "acting";
  const secret = openSecret(deps.vault, placeOf(deps, row), connection);
  if (!secret.ok) return secret;
  if (secret.value.kind !== "tokens") return { ok: true, value: undefined };
  const found = await schemeOf(deps, row.id, purpose);
  if (!found.ok) return found;
  const by = purpose === "crawl" ? row.createdBy : connection.personId;
  const provider = await providerOf(deps, { ...found.value, purpose }, by);
  return provider.ok ? revoke(deps, provider.value, secret.value) : provider;
}
