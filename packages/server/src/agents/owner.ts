// Whose an agent is that acts as itself: somebody answers for what it does, or it does nothing.
import { fail, ok, type Result } from "../lib/result.ts";
import { Together } from "../lib/together.ts";
import type { Ctx } from "../store/context.ts";
import { findOwners, type OwnerRow } from "./queries.ts";

/** By the agent's id; asked before each act, so the runs of a process ask together. */
export function ownersTogether(ctx: Ctx): (agentId: string) => Promise<Result<string>> {
  const together = new Together(async (agentIds) => {
    const found = await findOwners(ctx, agentIds);
    return new Map(found.map((owner) => [owner.agentId, owner]));
  });
  return async (agentId) => answering(await together.ask(agentId));
}

export function answering(owner: OwnerRow | undefined): Result<string> {
  if (owner?.isActive) return ok(owner.name);
  const who = owner?.name ? `${owner.name}, who owned it, has left` : "nobody owns it";
  return fail("policy.denied", `The agent no longer acts as itself: ${who}.`, {
    hint: "An administrator can give it another owner.",
  });
}
