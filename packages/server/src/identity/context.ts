// What the operations of identity need: the usual context, and the ledger, for every act is recorded.
import { append, type Ledger } from "../ledger/append.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Result } from "../lib/result.ts";
import { ok } from "../lib/result.ts";
import type { Ctx } from "../store/context.ts";
import type { Tx } from "../store/tx.ts";

export interface IdentityCtx extends Ctx {
  readonly ledger: Ledger;
}

export const STREAM = "identity";

/** What can be read in the stream `identity`. Wire-visible: never renamed. */
export const IDENTITY_EVENTS = [
  "session.started",
  "session.ended",
  "session.replayed",
  "sign-in.refused",
  "key.made",
  "key.revoked",
  "link.made",
  "administrator.made",
] as const;

export interface Fact {
  readonly type: (typeof IDENTITY_EVENTS)[number];
  readonly data: JsonObject;
}

/** Appends facts, and does what they state in the same transaction. */
export async function record(
  ctx: IdentityCtx,
  facts: Fact | readonly Fact[],
  also?: (tx: Tx) => Promise<Result<void>>,
): Promise<Result<void>> {
  const receipt = await append(ctx.ledger, {
    stream: STREAM,
    after: "tail",
    events: [facts].flat(),
    ...(also ? { also } : {}),
  });
  return receipt.ok ? ok() : receipt;
}
