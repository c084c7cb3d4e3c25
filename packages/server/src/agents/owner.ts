// An agent as a principal of its own: somebody answers for what it does as itself, or it does nothing.
import type { Principal } from "@stead/protocol";
import { append, type Ledger } from "../ledger/append.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { Together } from "../lib/together.ts";
import type { Ctx } from "../store/context.ts";
import { STREAM } from "./context.ts";
import { findOwners, type OwnerRow } from "./queries.ts";

export interface AgentActing {
  /** Whose it is, by name; fails once nobody answers for it. */
  readonly agentOwner: (agentId: string) => Promise<Result<string>>;
  /** The agent itself, as policies see it: its id, and the groups that it is in. */
  readonly agentPrincipal: (agentId: string) => Promise<Result<Principal>>;
}

/** Asked before each act, so the runs of a process ask together. */
export function agentActing(ctx: Ctx & { readonly ledger: Ledger }): AgentActing {
  const together = new Together(async (agentIds) => {
    const found = await findOwners(ctx, agentIds);
    return new Map(found.map((owner) => [owner.agentId, owner]));
  });
  // What was told last of each: who left, or when it was revoked.
  const told = new Map<string, string>();
  const answered = async (agentId: string): Promise<Result<OwnerRow>> => {
    const owner = await together.ask(agentId);
    if (owner && actsAlone(owner)) return ok(owner);
    const ownerId = owner?.ownerId ?? "";
    const of = `${ownerId} ${owner?.revokedAtMs ?? ""}`;
    if (told.get(agentId) !== of && (await tell(ctx.ledger, agentId, ownerId)))
      told.set(agentId, of);
    return ownerless(owner);
  };
  return {
    agentOwner: async (agentId) => {
      const owner = await answered(agentId);
      return owner.ok ? ok(owner.value.name) : owner;
    },
    agentPrincipal: async (agentId) => {
      const owner = await answered(agentId);
      return owner.ok ? ok(principalOfAgent(ctx.orgId, owner.value)) : owner;
    },
  };
}

export function actsAlone({ isActive, revokedAtMs }: OwnerRow): boolean {
  return isActive && revokedAtMs === null;
}

/** Why it does not, in words. */
export function whyNot(owner: OwnerRow | undefined): string {
  if (owner && owner.revokedAtMs !== null) return "it was revoked";
  return owner?.name ? `${owner.name}, who answered for it, has left` : "nobody owns it";
}

function ownerless(owner: OwnerRow | undefined): Result<never> {
  return fail("policy.denied", `The agent no longer acts as itself: ${whyNot(owner)}.`, {
    hint: "An administrator can give it another owner.",
  });
}

/** It has no roles: what it may do, rules say of it or of its groups. */
function principalOfAgent(orgId: string, { agentId, agentName, groups }: OwnerRow): Principal {
  return {
    orgId,
    personId: agentId,
    name: agentName,
    email: "",
    department: "",
    title: "",
    groups,
    roles: [],
    via: { kind: "run", runId: "" },
  };
}

/** The notice: once for each owner who left, and process. */
async function tell(ledger: Ledger, agentId: string, ownerId: string): Promise<boolean> {
  const event = { type: "agent.acting-stopped", data: { agentId, ownerId } };
  return (await append(ledger, { stream: STREAM, after: "tail", events: [event] })).ok;
}
