// The only way into the ledger: events of one stream, in one transaction, fenced by their numbers.
import { ok, type Result } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import { withTx } from "../store/tx.ts";
import { appendValues, chainEvents, sealEvents, type Batch, type SealedEvent } from "./batch.ts";
import { GENESIS } from "./chain.ts";
import { isName, type Also, type AppendInput, type Receipt } from "./event.ts";
import { away, kindOf, moved } from "./group.ts";
import type { Ledger } from "./ledger.ts";
import { hashAt, insertEventsIn, insertEventsWith, ride, tailOf } from "./queries.ts";

export type { Ledger } from "./ledger.ts";
export { ride } from "./queries.ts";

const TAIL_TRIES_MAX = 20;

type Prepared = Omit<AppendInput, "events"> & { readonly events: readonly SealedEvent[] };

/** `ledger.conflict`: another writer was first, nothing was written. */
export async function append(ledger: Ledger, input: AppendInput): Promise<Result<Receipt>> {
  if (!isName(input.stream)) throw new Error(`${JSON.stringify(input.stream)} can't be a stream`);
  const sealed = sealEvents(ledger, input.events);
  if (!sealed.ok) return sealed;
  const prepared = { ...input, events: sealed.value };
  const { after, head: hash } = input;
  // Where a stream ends may have to be looked up, and the database may be away just then.
  const done = await whileAvailable(() =>
    after === "tail"
      ? ledger.heads.inTurn(input.stream, () => appendAtTail(ledger, prepared))
      : appendAfter(ledger, prepared, { seq: after, hash }),
  );
  return done.ok ? done.value : done;
}

/** Other processes append to the same stream: whoever comes second looks again where it ends. */
async function appendAtTail(ledger: Ledger, input: Prepared): Promise<Result<Receipt>> {
  const { pool, orgId, heads } = ledger;
  for (let tries = 1; ; tries++) {
    const known = heads.of(input.stream) ?? (await tailOf(pool, { orgId, stream: input.stream }));
    const done = await appendAfter(ledger, input, known ?? { seq: 0, hash: GENESIS });
    if (done.ok || done.failure.code !== "ledger.conflict" || tries >= TAIL_TRIES_MAX) return done;
    heads.forget(input.stream);
  }
}

async function appendAfter(
  ledger: Ledger,
  input: Prepared,
  base: { seq: number; hash: string | undefined },
): Promise<Result<Receipt>> {
  const { orgId, heads, clock } = ledger;
  const { stream, events } = input;
  const head = base.hash ?? (await headAt(ledger, stream, base.seq));
  const batch = chainEvents(
    { orgId, stream, after: base.seq, head: head ?? GENESIS, at: clock.now() },
    events,
  );
  const done = head === undefined ? moved(batch) : await commit(ledger, batch, input.also);
  if (!done.ok) {
    heads.forget(stream);
    return done;
  }
  heads.remember(batch.receipt);
  return ok(batch.receipt);
}

async function headAt(ledger: Ledger, stream: string, seq: number): Promise<string | undefined> {
  if (seq === 0) return GENESIS;
  const known = ledger.heads.of(stream);
  if (known?.seq === seq) return known.hash;
  return hashAt(ledger.pool, { orgId: ledger.orgId, stream, seq });
}

function commit(ledger: Ledger, batch: Batch, also: Also | undefined): Promise<Result<void>> {
  return also ? commitWith(ledger, batch, also) : ledger.appender.commit(batch);
}

/** In a transaction of its own, for the sake of what else is written in it. */
async function commitWith(ledger: Ledger, batch: Batch, also: Also): Promise<Result<void>> {
  const { db, pool, orgId, appender } = ledger;
  const values = appendValues(orgId, [batch]);
  try {
    const done = await (typeof also === "function"
      ? withTx(db, async (tx) => {
          await insertEventsIn(tx, values);
          return also(tx);
        })
      : insertEventsWith(pool, values, also).then(() => ok()));
    if (done.ok) appender.count(batch);
    return done;
  } catch (error) {
    const kind = kindOf(error);
    if (kind === "refused") return moved(batch);
    if (kind === "bug") throw error;
    return (await appender.isIn(batch).catch(() => false)) ? ok() : away();
  }
}

/** Several that are to be written together, as one. */
export function together(alsos: readonly Also[]): Also | undefined {
  if (alsos.length <= 1) return alsos[0];
  return async (tx) => {
    for (const also of alsos) {
      const done = typeof also === "function" ? await also(tx) : await ride(tx, also);
      if (!done.ok) return done;
    }
    return ok();
  };
}
