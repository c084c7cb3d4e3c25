// Versions as runs and pages ask for them.
import type { AgentVersion, Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../lib/result.ts";
import type { Ctx } from "../store/context.ts";
import { maySee, mayUse, notFound } from "./agent.ts";
import { findAgent, findVersion, listVersions } from "./queries.ts";

/** The version that a person would use now, when they may use the agent at all. */
export async function usableVersion(
  ctx: Ctx,
  input: { principal: Principal; agentId: string },
): Promise<Result<AgentVersion>> {
  const agent = await findAgent(ctx, input.agentId);
  if (!agent || !maySee(input.principal, agent)) return notFound();
  if (agent.versionId === null)
    return fail("agent.not_published", `${agent.draft.name} has no published version.`);
  if (!mayUse(input.principal, agent))
    return fail("policy.denied", `${agent.draft.name} is not shared with any of your groups.`, {
      hint: `Ask ${agent.ownerName}.`,
    });
  return versionOf(ctx, agent.versionId);
}

/** A version by its id, for a run that is going already; no question of rights here. */
export async function versionOf(ctx: Ctx, versionId: string): Promise<Result<AgentVersion>> {
  const version = await findVersion(ctx, versionId);
  return version ? ok(version) : fail("resource.not_found", "There is no such version.");
}

export async function versionsOf(
  ctx: Ctx,
  input: { principal: Principal; agentId: string },
): Promise<Result<AgentVersion[]>> {
  const agent = await findAgent(ctx, input.agentId);
  if (!agent || !maySee(input.principal, agent)) return notFound();
  return ok(await listVersions(ctx, input.agentId));
}
