// Says who owns an agent as a principal, and which groups it is in, or revokes it: for administrators alone.
import type { EndpointReply, Endpoints, Principal } from "@stead/protocol";
import { existingGroups, personWithGroups } from "../identity/queries.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { maySee, notFound } from "./agent.ts";
import { record, type AgentsCtx } from "./context.ts";
import { actsAlone, whyNot } from "./owner.ts";
import {
  actingAlone,
  findAgent,
  findOwners,
  lockAgent,
  revokePrincipal,
  upsertPrincipal,
  type OwnerRow,
} from "./queries.ts";
import { agentsOf } from "./view.ts";

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
  return ok(viewOf(owner));
}

function viewOf(row: OwnerRow): View {
  const { kind, ownerId: id, name, groups, revokedAtMs } = row;
  const acts = actsAlone(row);
  const revokedAt = revokedAtMs === null ? null : new Date(revokedAtMs).toISOString();
  return { owner: { kind, id, name }, groups, acts, why: acts ? "" : whyNot(row), revokedAt };
}

/** From the next act on, in runs under way too; only an appointment makes it act again. */
export async function withdrawAgent(
  ctx: AgentsCtx,
  { principal, agentId }: { readonly principal: Principal; readonly agentId: string },
): Promise<Result<View>> {
  const event = { type: "agent.withdrawn", by: principal, data: { agentId } } as const;
  const done = await record(ctx, event, async (tx) => {
    const scope = { db: tx, orgId: ctx.orgId };
    if (!(await lockAgent(scope, agentId))) return notFound();
    const nowMs = ctx.clock.now();
    await revokePrincipal(scope, { agentId, by: principal.personId, nowMs });
    return ok();
  });
  return done.ok ? principalView(ctx, { principal, agentId }) : done;
}

type Listed = EndpointReply<Endpoints["agent-principal.list"]>["items"];

/** Of the agents that the reader sees, those that act as themselves or once did. */
export async function servicePrincipals(ctx: AgentsCtx, principal: Principal): Promise<Listed> {
  const ids = (await agentsOf(ctx, principal)).map(({ id }) => id);
  const tools = new Map((await actingAlone(ctx, ids)).map((row) => [row.id, row.tools]));
  const owners = await findOwners(ctx, [...tools.keys()]);
  return owners
    .map((row) => ({
      ...viewOf(row),
      agentId: row.agentId,
      name: row.agentName,
      tools: tools.get(row.agentId) ?? 0,
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}
