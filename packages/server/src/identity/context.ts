// What the operations of identity need: the usual context, and the ledger, for every act is recorded.
import { append, type Ledger } from "../ledger/append.ts";
import type { NewEvent } from "../ledger/event.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Result } from "../lib/result.ts";
import { fail, ok } from "../lib/result.ts";
import type { Ctx } from "../store/context.ts";
import type { Tx } from "../store/tx.ts";
import type { Scope } from "./queries.ts";

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
  "person.added",
  "person.changed",
  "person.deactivated",
  "person.reactivated",
  "role.granted",
  "role.revoked",
  "group.made",
  "group.renamed",
  "group.removed",
  "group.member-added",
  "group.member-removed",
] as const;

export interface Fact {
  readonly type: (typeof IDENTITY_EVENTS)[number];
  readonly data: JsonObject;
  /** What names people stands apart, so that it can be erased. */
  readonly bodies?: NewEvent["bodies"];
}

/** It is so already: nothing is written, and that is no failure. */
export const ALREADY = fail("request.conflict", "It is so already.");

/** Appends the fact and does what it states in one transaction, or neither when it is so already. */
export async function recordChange(
  ctx: IdentityCtx,
  fact: Fact,
  also: (tx: Scope & { readonly db: Tx }) => Promise<Result<void>>,
): Promise<Result<void>> {
  const done = await record(ctx, fact, (tx) => also({ db: tx, orgId: ctx.orgId }));
  return !done.ok && done.failure === ALREADY.failure ? ok() : done;
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
    events: [facts].flat().map(({ bodies, ...fact }) => (bodies ? { ...fact, bodies } : fact)),
    ...(also ? { also } : {}),
  });
  return receipt.ok ? ok() : receipt;
}
