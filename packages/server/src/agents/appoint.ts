// Says who owns an agent as a principal, and which groups it is in: for administrators alone.
import type { EndpointReply, Endpoints, Principal } from "@stead/protocol";
import { existingGroups, personWithGroups } from "../identity/queries.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { maySee, notFound } from "./agent.ts";
import { record, type AgentsCtx } from "./context.ts";
import { findAgent, findOwners, lockAgent, upsertPrincipal } from "./queries.ts";

type View = EndpointReply<Endpoints["agent.principal"]>;

export interface Appointment {
  readonly principal: Principal;
  readonly agentId: string;
  readonly owner: { readonly kind: "person" | "group"; readonly id: string };
  readonly groups: readonly string[];
}

export async function appointAgent(ctx: AgentsCtx, input: Appointment): Promise<Result<View>> {
  const { principal, agentId, owner } = input;
  const groups = [...new Set(input.groups)].toSorted();
  const wanted = owner.kind === "group" ? [...groups, owner.id] : groups;
  const known = await existingGroups(ctx, wanted);
  const unknown = wanted.find((group) => !known.includes(group));
  if (unknown !== undefined) return fail("request.invalid", `There is no group ${unknown}.`);
  if (owner.kind === "person" && !(await personWithGroups(ctx, owner.id))?.active)
    return fail("request.invalid", "There is no such person who is active.");
  const data = { agentId, owner: `${owner.kind} ${owner.id}`, groups };
  const done = await record(ctx, { type: "agent.appointed", by: principal, data }, async (tx) => {
    const scope = { db: tx, orgId: ctx.orgId };
    const agent = await lockAgent(scope, agentId);
    if (!agent) return notFound();
    const person = owner.kind === "person" ? owner.id : null;
    const group = owner.kind === "group" ? owner.id : null;
    await upsertPrincipal(scope, { agentId, person, group, groups });
    return ok();
  });
  return done.ok ? principalView(ctx, { principal, agentId }) : done;
}

export async function principalView(
  ctx: AgentsCtx,
  { principal, agentId }: { readonly principal: Principal; readonly agentId: string },
): Promise<Result<View>> {
  const agent = await findAgent(ctx, agentId);
  if (!agent || !maySee(principal, agent)) return notFound();
  const [owner] = await findOwners(ctx, [agentId]);
  if (!owner) return notFound();
  const { kind, ownerId: id, name, isActive, groups } = owner;
  return ok({ owner: { kind, id, name }, groups, acts: isActive });
}
