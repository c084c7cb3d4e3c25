// As whom a call acts, looked up for the very call: names that are true, and whose consent is missing.
import type { AgentTool, Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../lib/result.ts";
import { oneLine } from "../lib/visible.ts";
import type { Account } from "../knowledge/source/acting-account.ts";
import type { RegisteredTool } from "../tools/tool.ts";
import type { Driving } from "./driving.ts";

export interface ActingNow {
  /** As `call.decided` has it; see `actingWords` of the protocol. */
  readonly name: string;
  /** The generation of the consent, part of what an approval is bound to. */
  readonly consent: number;
  /** Whose grant there is none of yet; a call waits for it. */
  readonly missing: Extract<Account, { kind: "missing" }> | null;
}

interface Called {
  readonly tool: RegisteredTool;
  readonly granted: Pick<AgentTool, "actsAs">;
}

/** In whose stead a call would be made, through which agent. */
export interface Who {
  readonly principal: Principal;
  readonly agentId: string;
  readonly agentName: string;
  readonly agentOwner: (agentId: string) => Promise<Result<string>>;
}

export function actingOf(run: Driving, call: Called): Promise<Result<ActingNow>> {
  const { agentId, spec } = run.version;
  const { agentOwner } = run.deps;
  return actingFor({ principal: run.principal, agentId, agentName: spec.name, agentOwner }, call);
}

export async function actingFor(who: Who, call: Called): Promise<Result<ActingNow>> {
  const { granted, tool } = call;
  const { actsAs } = granted;
  const looked = await tool.account?.({ actsAs, principal: who.principal });
  if (looked && !looked.ok) return looked;
  const found = looked?.value ?? null;
  const consent = found?.kind === "there" ? found.sinceMs : 0;
  const missing = found?.kind === "missing" ? found : null;
  if (actsAs === "agent") {
    const owner = await who.agentOwner(who.agentId);
    if (!owner.ok) return owner;
    const name = `agent ${oneLine(who.agentName)}, owned by ${oneLine(owner.value)}`;
    return ok({ name, consent, missing });
  }
  if (actsAs === "connection") {
    if (found?.kind !== "there")
      return fail("policy.denied", `${tool.tool.name} has no account of its own to act with.`);
    const as = found.name === "" ? "" : ` (account ${oneLine(found.name)})`;
    return ok({ name: `connection ${oneLine(found.where)}${as}`, consent, missing });
  }
  const { name, email } = who.principal;
  return ok({ name: `${oneLine(name)} <${email}>${ownAccount(found)}`, consent, missing });
}

function ownAccount(account: Account | null): string {
  if (!account) return "";
  const where = oneLine(account.where);
  const as = account.kind === "there" && account.name !== "" ? ` ${oneLine(account.name)}` : "";
  return `, with their own account${as} in ${where}`;
}
