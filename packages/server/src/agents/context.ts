// What the operations on agents need, and how they record what they do.
import type { Principal } from "@stead/protocol";
import { append, type Ledger } from "../ledger/append.ts";
import type { JsonObject } from "../lib/json.ts";
import { ok, type Result } from "../lib/result.ts";
import type { Ctx } from "../store/context.ts";
import type { Tx } from "../store/tx.ts";
import type { ModelShelf, ToolShelf } from "./port.ts";

export interface AgentsCtx extends Ctx {
  readonly ledger: Ledger;
  readonly tools: ToolShelf;
  readonly models: ModelShelf;
}

export const STREAM = "agents";

/** What can be read in the stream `agents`. Wire-visible: never renamed. */
export const AGENT_EVENTS = [
  "agent.created",
  "agent.updated",
  "agent.published",
  "agent.tried",
  "agent.shared",
] as const;

export interface Fact {
  readonly type: (typeof AGENT_EVENTS)[number];
  readonly by: Principal;
  readonly data: JsonObject;
}

/** Appends the fact, and does what it states in the same transaction. */
export async function record(
  ctx: AgentsCtx,
  fact: Fact,
  also: (tx: Tx) => Promise<Result<void>>,
): Promise<Result<void>> {
  const data = { ...fact.data, by: fact.by.personId };
  const events = [{ type: fact.type, data }];
  const receipt = await append(ctx.ledger, { stream: STREAM, after: "tail", events, also });
  return receipt.ok ? ok() : receipt;
}
