// How the server is, said in words: a database that is frozen answers nothing at all, not even no.
import { listGroups } from "../identity/queries.ts";
import { fail } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import type { Ctx } from "../store/context.ts";

const HEALTH_MS = 2_000;

export async function healthOf(
  ctx: Ctx,
  /** Names in policies that no tool has. */
  absent: readonly unknown[],
  keys = "ok",
): Promise<Record<string, string>> {
  const late = new AbortController();
  const people = await Promise.race([
    whileAvailable(() => listGroups(ctx)),
    ctx.clock.sleep(HEALTH_MS, late.signal).then(() => fail("store.unavailable", "It is late.")),
  ]);
  late.abort();
  return {
    database: people.ok ? "ok" : "unreachable",
    keys,
    policies: absent.length === 0 ? "ok" : `${absent.length} names of tools that are not there`,
  };
}
