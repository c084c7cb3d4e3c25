// Agents as a person sees them.
import type { Agent, Principal } from "@stead/protocol";
import { ok, type Result } from "../lib/result.ts";
import type { Ctx } from "../store/context.ts";
import { mayEdit, maySee, mayUse, notFound, type AgentRow } from "./agent.ts";
import { findAgent, listAgents } from "./queries.ts";

export type SeenAgent = Agent & { mayEdit: boolean; mayUse: boolean };

export function agentView({ updatedAtMs, published: _spec, ...agent }: AgentRow): Agent {
  return { ...agent, updatedAt: new Date(updatedAtMs).toISOString() };
}

/** Who may not edit it sees what is published, not what is being worked on. */
export function seenBy(principal: Principal, agent: AgentRow): SeenAgent {
  const rights = { mayEdit: mayEdit(principal, agent), mayUse: mayUse(principal, agent) };
  const draft = rights.mayEdit ? agent.draft : (agent.published ?? agent.draft);
  return { ...agentView({ ...agent, draft }), ...rights };
}

export async function getAgent(
  ctx: Ctx,
  input: { principal: Principal; agentId: string },
): Promise<Result<SeenAgent>> {
  const agent = await findAgent(ctx, input.agentId);
  if (!agent || !maySee(input.principal, agent)) return notFound();
  return ok(seenBy(input.principal, agent));
}

export async function agentsOf(ctx: Ctx, principal: Principal): Promise<SeenAgent[]> {
  const { personId, groups, roles } = principal;
  const seesAll = roles.includes("administrator");
  const seesPublished = roles.includes("auditor");
  const rows = await listAgents(ctx, { personId, groups, seesAll, seesPublished });
  return rows.map((row) => seenBy(principal, row));
}
