// What the operations on agents need, and how they record what they do.
import type { Principal } from "@stead/protocol";
import { append, type Ledger } from "../ledger/append.ts";
import type { JsonObject } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
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
  "agent.appointed",
  "agent.withdrawn",
] as const;

export interface Fact {
  readonly type: (typeof AGENT_EVENTS)[number];
  readonly by: Principal;
  readonly data: JsonObject;
}

/** Another attempt with the same key was first: nothing is written, and what it made is the answer. */
const REPEATED = fail("request.conflict", "Another attempt did this just now.");

/**
 * Appends the fact, and does what it states in the same transaction: false where it was done before,
 * and then nothing is appended.
 */
export async function recordOnce(
  ctx: AgentsCtx,
  fact: Fact,
  also: (tx: Tx) => Promise<Result<boolean>>,
): Promise<Result<void>> {
  const done = await record(ctx, fact, async (tx) => {
    const made = await also(tx);
    if (!made.ok) return made;
    return made.value ? ok() : REPEATED;
  });
  return !done.ok && done.failure === REPEATED.failure ? ok() : done;
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
