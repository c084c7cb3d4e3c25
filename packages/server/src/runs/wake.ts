// Wakes every run of a person who was shut out, also those that wait for an answer: each finds nobody to act
// for, and ends before its next effect.
import type { Tx } from "../store/tx.ts";
import type { RunDeps } from "./deps.ts";
import { openRunsOf } from "./queries.ts";

export async function wakeRunsOf(
  { ctx, enqueue }: Pick<RunDeps, "ctx" | "enqueue">,
  tx: Tx,
  personId: string,
): Promise<void> {
  for (const runId of await openRunsOf(tx, ctx.orgId, personId)) await enqueue(tx, runId);
}
