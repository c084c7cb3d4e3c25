// The card as its reader may see it: who asked sees what is in the call while they may read what it was
// made from; those who are asked see the whole call, or they could not answer.
import type { ApprovalCard, Principal } from "@stead/protocol";
import { mayRead } from "../access/readable.ts";
import { ok, type Result } from "../lib/result.ts";
import type { Driving } from "./driving.ts";
import { WITHHELD_ARGUMENTS } from "./frames.ts";

export async function seenCard(
  run: Driving,
  card: Result<ApprovalCard>,
  reader: Principal,
): Promise<Result<ApprovalCard>> {
  if (!card.ok || card.value.asker.id !== reader.personId) return card;
  const { callId } = card.value;
  const decided = run.journal.committed.findLast(
    (event) => event.type === "call.decided" && event.data.callId === callId,
  );
  const audience = decided?.type === "call.decided" ? decided.data.label.audience : undefined;
  const may = audience && (await mayRead(run.deps.ctx, reader.personId, audience));
  return may ? card : ok({ ...card.value, arguments: WITHHELD_ARGUMENTS });
}
