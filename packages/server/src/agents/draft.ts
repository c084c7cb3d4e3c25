// Makes an agent and changes its draft; a draft may still be wrong, only publishing checks it.
import type { Agent, AgentSpec, Principal } from "@stead/protocol";
import { idFrom } from "../lib/ids.ts";
import { digest } from "../lib/json.ts";
import { assert, ok, type Result } from "../lib/result.ts";
import { checkEditor } from "./agent.ts";
import { record, recordOnce, type AgentsCtx } from "./context.ts";
import { findAgent, insertAgent, lockAgent, updateDraft } from "./queries.ts";
import { agentView } from "./view.ts";

export interface NewAgent {
  readonly principal: Principal;
  readonly spec: AgentSpec;
  readonly idempotencyKey: string;
}

export async function createAgent(ctx: AgentsCtx, input: NewAgent): Promise<Result<Agent>> {
  const { principal, spec } = input;
  const agentId = idFrom("agt", input.idempotencyKey);
  if (!(await findAgent(ctx, agentId))) {
    const data = { agentId, name: spec.name, draftHash: digest(spec) };
    const agent = { id: agentId, ownerId: principal.personId, draft: spec };
    const fact = { type: "agent.created", by: principal, data } as const;
    const done = await recordOnce(ctx, fact, async (tx) => {
      const scope = { db: tx, orgId: ctx.orgId };
      return ok(await insertAgent(scope, { ...agent, nowMs: ctx.clock.now() }));
    });
    if (!done.ok) return done;
  }
  return reread(ctx, agentId);
}

export async function updateAgent(
  ctx: AgentsCtx,
  input: { principal: Principal; agentId: string; spec: AgentSpec },
): Promise<Result<Agent>> {
  const { principal, agentId, spec } = input;
  const data = { agentId, name: spec.name, draftHash: digest(spec) };
  const done = await record(ctx, { type: "agent.updated", by: principal, data }, async (tx) => {
    const scope = { db: tx, orgId: ctx.orgId };
    const agent = checkEditor(principal, await lockAgent(scope, agentId));
    if (!agent.ok) return agent;
    await updateDraft(scope, { id: agentId, draft: spec, nowMs: ctx.clock.now() });
    return ok();
  });
  return done.ok ? reread(ctx, agentId) : done;
}

export async function reread(ctx: AgentsCtx, agentId: string): Promise<Result<Agent>> {
  const agent = await findAgent(ctx, agentId);
  assert(agent, "an agent that was just written is there");
  return ok(agentView(agent));
}
