// Whether people may still use an agent that acts for them: asked before each act of each run, so the runs
// of a process ask together.
import type { Principal } from "@stead/protocol";
import { Together } from "../lib/together.ts";
import type { Ctx } from "../store/context.ts";
import { mayEdit, mayUse } from "./agent.ts";
import { findStandings } from "./queries.ts";

export type Usable = (principal: Principal) => boolean;

/** A trial is its editor's alone; an agent that is gone is nobody's. */
export function usableTogether(ctx: Ctx): (agentId: string, trial: boolean) => Promise<Usable> {
  const together = new Together(async (agentIds) => {
    const found = await findStandings(ctx, agentIds);
    return new Map(found.map((standing) => [standing.id, standing]));
  });
  return async (agentId, trial) => {
    const standing = await together.ask(agentId);
    if (!standing) return () => false;
    return (principal) => (trial ? mayEdit(principal, standing) : mayUse(principal, standing));
  };
}
