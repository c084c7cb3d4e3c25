// Sets the groups whose members may use an agent; this makes no new version.
import type { Agent, Principal } from "@stead/protocol";
import { existingGroups } from "../identity/queries.ts";
import { ok, type Result } from "../lib/result.ts";
import { checkEditor, invalid } from "./agent.ts";
import { record, type AgentsCtx } from "./context.ts";
import { reread } from "./draft.ts";
import { lockAgent, updateUsableBy } from "./queries.ts";

export async function shareAgent(
  ctx: AgentsCtx,
  input: { principal: Principal; agentId: string; usableBy: readonly string[] },
): Promise<Result<Agent>> {
  const { principal, agentId } = input;
  const usableBy = [...new Set(input.usableBy)].toSorted();
  const known = await existingGroups(ctx, usableBy);
  const unknown = usableBy.filter((group) => !known.includes(group));
  const data = { agentId, usableBy };
  const done = await record(ctx, { type: "agent.shared", by: principal, data }, async (tx) => {
    const scope = { db: tx, orgId: ctx.orgId };
    const agent = checkEditor(principal, await lockAgent(scope, agentId));
    if (!agent.ok) return agent;
    if (unknown.length > 0)
      return invalid([{ path: "usableBy", message: `there is no group ${unknown.join(", ")}` }]);
    await updateUsableBy(scope, { id: agentId, usableBy, nowMs: ctx.clock.now() });
    return ok();
  });
  return done.ok ? reread(ctx, agentId) : done;
}
