// Publishes a draft as an immutable version, with the hash of every tool that it relies on.
import type { AgentSpec, AgentVersion, Principal, Tool } from "@stead/protocol";
import { idFrom } from "../lib/ids.ts";
import { assert, ok, type Result } from "../lib/result.ts";
import { checkEditor, freeze, invalid, problemsOf, type AgentRow, type Frozen } from "./agent.ts";
import { recordOnce, type AgentsCtx } from "./context.ts";
import {
  findAgent,
  findTrial,
  findVersion,
  insertTrial,
  insertVersion,
  lockAgent,
} from "./queries.ts";

export interface Publication {
  readonly principal: Principal;
  readonly agentId: string;
  readonly note: string;
  readonly idempotencyKey: string;
}

export async function publishAgent(
  ctx: AgentsCtx,
  input: Publication,
): Promise<Result<AgentVersion>> {
  const { principal, agentId, note } = input;
  const id = idFrom("ver", input.idempotencyKey);
  const earlier = await findVersion(ctx, id);
  if (earlier) return ok(earlier);
  const found = checkEditor(principal, await findAgent(ctx, agentId));
  if (!found.ok) return found;
  const frozen = await freezeDraft(ctx, found.value);
  if (!frozen.ok) return frozen;
  const { hash, toolHashes } = frozen.value;
  const data = { agentId, versionId: id, hash, toolHashes, note };
  const fact = { type: "agent.published", by: principal, data } as const;
  const done = await recordOnce(ctx, fact, async (tx) => {
    const scope = { db: tx, orgId: ctx.orgId };
    const agent = checkEditor(principal, await lockAgent(scope, agentId));
    if (!agent.ok) return agent;
    if (await findVersion(scope, id)) return ok(false);
    // What was checked is what is published, also when the draft is changed meanwhile.
    const by = { publishedBy: principal.personId, nowMs: ctx.clock.now(), note };
    await insertVersion(scope, { ...frozen.value, id, agentId, ...by });
    return ok(true);
  });
  return done.ok ? existing(ctx, id) : done;
}

/** Freezes the draft for its editor to try; the same draft gives the same version, number 0. */
export async function trialVersion(
  ctx: AgentsCtx,
  input: { principal: Principal; agentId: string },
): Promise<Result<AgentVersion>> {
  const { principal, agentId } = input;
  const found = checkEditor(principal, await findAgent(ctx, agentId));
  if (!found.ok) return found;
  const frozen = await freezeDraft(ctx, found.value);
  if (!frozen.ok) return frozen;
  const { hash } = frozen.value;
  const before = await findTrial(ctx, { agentId, hash });
  if (before) return ok(before);
  const id = idFrom("ver", `trial\n${ctx.orgId}\n${agentId}\n${hash}`);
  const data = { agentId, versionId: id, hash };
  const fact = { type: "agent.tried", by: principal, data } as const;
  const done = await recordOnce(ctx, fact, async (tx) => {
    const by = { publishedBy: principal.personId, nowMs: ctx.clock.now(), note: "" };
    const version = { ...frozen.value, id, agentId, ...by };
    return ok(await insertTrial({ db: tx, orgId: ctx.orgId }, version));
  });
  return done.ok ? existing(ctx, id) : done;
}

async function freezeDraft(ctx: AgentsCtx, { draft }: AgentRow): Promise<Result<Frozen>> {
  const tools = await toolsOf(ctx, draft);
  const problems = problemsOf(draft, tools, ctx.models.models());
  return problems.length > 0 ? invalid(problems) : ok(freeze(draft, tools));
}

async function toolsOf(ctx: AgentsCtx, spec: AgentSpec): Promise<Map<string, Tool>> {
  const tools = new Map<string, Tool>();
  for (const { name } of spec.tools) {
    const tool = await ctx.tools.tool(name);
    if (tool) tools.set(name, tool);
  }
  return tools;
}

async function existing(ctx: AgentsCtx, id: string): Promise<Result<AgentVersion>> {
  const version = await findVersion(ctx, id);
  assert(version, "a version that was just written is there");
  return ok(version);
}
