// As whom a call acts, looked up for the very call: names that are true, and whose consent is missing.
import type { AgentTool } from "@stead/protocol";
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

export async function actingOf(run: Driving, call: Called): Promise<Result<ActingNow>> {
  const { granted, tool } = call;
  const { actsAs } = granted;
  const looked = await tool.account?.({ actsAs, principal: run.principal });
  if (looked && !looked.ok) return looked;
  const found = looked?.value ?? null;
  const consent = found?.kind === "there" ? found.sinceMs : 0;
  const missing = found?.kind === "missing" ? found : null;
  if (actsAs === "agent") {
    const owner = await run.deps.agentOwner(run.version.agentId);
    if (!owner.ok) return owner;
    const name = `agent ${oneLine(run.version.spec.name)}, owned by ${oneLine(owner.value)}`;
    return ok({ name, consent, missing });
  }
  if (actsAs === "connection") {
    if (found?.kind !== "there")
      return fail("policy.denied", `${tool.tool.name} has no account of its own to act with.`);
    const as = found.name === "" ? "" : ` (account ${oneLine(found.name)})`;
    return ok({ name: `connection ${oneLine(found.where)}${as}`, consent, missing });
  }
  const { name, email } = run.principal;
  return ok({ name: `${oneLine(name)} <${email}>${ownAccount(found)}`, consent, missing });
}

function ownAccount(account: Account | null): string {
  if (!account) return "";
  const where = oneLine(account.where);
  const as = account.kind === "there" && account.name !== "" ? ` ${oneLine(account.name)}` : "";
  return `, with their own account${as} in ${where}`;
}
