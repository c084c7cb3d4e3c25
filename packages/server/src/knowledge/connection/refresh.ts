// A new access token: one request a connection in all processes, and stored before it is used.
import type { OAuthScheme } from "@stead/sdk";
import { Slots } from "../../lib/bounded.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { withTx } from "../../store/tx.ts";
import { updateSource } from "../source/queries.ts";
import type { SourceRow } from "../source/source.ts";
import type { HostDeps } from "./deps.ts";
import { placeOf, providerOf } from "./oauth.ts";
import { grantByRefresh } from "./provider.ts";
import {
  breakConnection,
  renewConnection,
  selectConnection,
  type ConnectionRow,
} from "./queries.ts";
import { openSecret, sealSecret, type Tokens } from "./secret.ts";

export interface Fresh {
  readonly version: number;
  readonly tokens: Tokens;
  readonly expiresAt: Date | null;
}

/**
 * Who refreshes holds one connection to the database and needs a second one to write down what it sends:
 * more at once than the pool is large would wait for each other for ever.
 */
const AT_ONCE = 3;
const WAITING_MAX = 10_000;
const slots = new WeakMap<HostDeps["ctx"]["db"], Slots>();

function slotsOf({ ctx }: HostDeps): Slots {
  const known = slots.get(ctx.db) ?? new Slots(AT_ONCE, WAITING_MAX);
  slots.set(ctx.db, known);
  return known;
}

interface Which {
  readonly row: SourceRow;
  readonly scheme: OAuthScheme;
  readonly personId: string;
}

export async function refreshed(
  deps: HostDeps,
  which: Which,
  stale: number,
): Promise<Result<Fresh>> {
  const release = await slotsOf(deps).acquire();
  if (!release) return fail("source.failed", "Too many sign-ins are renewed at once.");
  try {
    return await refreshOne(deps, which, stale);
  } finally {
    release();
  }
}

/**
 * Holds the connection's row while it asks: others wait for what comes in. `stale` is the version that
 * was found to be no good; a later one that is there already is what another has brought.
 */
async function refreshOne(
  deps: HostDeps,
  { row, scheme, personId }: Which,
  stale: number,
): Promise<Result<Fresh>> {
  const { ctx } = deps;
  let failed: Result<Fresh> | undefined;
  const done = await withTx(ctx.db, async (tx) => {
    const at = { db: tx, orgId: ctx.orgId, sourceId: row.id };
    const known = await selectConnection(at, personId, { lock: true });
    if (!known || known.state !== "good") return signInAgain(row);
    const secret = openSecret(deps.vault, placeOf(deps, row), known);
    if (!secret.ok) return secret;
    if (secret.value.kind !== "tokens") return signInAgain(row);
    if (known.version > stale)
      return ok({ version: known.version, tokens: secret.value, expiresAt: known.expiresAt });
    const fresh = await ask(deps, { row, scheme, known }, secret.value);
    if (fresh.ok) {
      const { id } = known;
      const { version, tokens, expiresAt } = fresh.value;
      const sealed = sealSecret(deps.vault, placeOf(deps, row), {
        id,
        version,
        personId,
        secret: tokens,
      });
      await renewConnection(at, { id, version, expiresAt, ...sealed });
      return fresh;
    }
    if (fresh.failure.code !== "source.reconnect") return fresh;
    // The grant is gone, and that stands although nothing came in.
    failed = fresh;
    await breakConnection(at, known.id);
    if (personId === "") {
      const stateReason = fresh.failure.detail;
      await updateSource(at, row.id, {
        state: "reconnect",
        stateReason,
        from: ["syncing", "live"],
      });
    }
    return ok({ version: 0, tokens: secret.value, expiresAt: null });
  });
  return failed ?? done;
}

async function ask(
  deps: HostDeps,
  { row, scheme, known }: { row: SourceRow; scheme: OAuthScheme; known: ConnectionRow },
  tokens: Tokens,
): Promise<Result<Fresh>> {
  if (tokens.refreshToken === undefined) return signInAgain(row);
  const purpose = known.personId === "" ? "crawl" : "acting";
  const by = known.personId === "" ? row.createdBy : known.personId;
  const provider = await providerOf(deps, { row, scheme, purpose }, by);
  if (!provider.ok) return provider;
  const granted = await grantByRefresh(deps, provider.value, tokens.refreshToken);
  if (!granted.ok) return granted;
  const { tokens: fresh, expiresAt } = granted.value;
  return ok({ version: known.version + 1, tokens: fresh, expiresAt });
}

export function signInAgain({ name }: Pick<SourceRow, "name">): Result<never> {
  return fail("source.reconnect", `Nobody is signed in to ${name} any more.`, {
    hint: "Sign in there again from the source's page.",
  });
}
