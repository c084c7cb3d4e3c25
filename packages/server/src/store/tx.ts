// One transaction around a piece of work; a failure, thrown or returned, takes all of it back.
import type { Transaction } from "kysely";
import type { Db, Tables } from "./db.ts";

export type Tx = Transaction<Tables>;

class Undone extends Error {
  readonly outcome: unknown;
  constructor(outcome: unknown) {
    super("undone");
    this.outcome = outcome;
  }
}

/**
 * Runs `work` in a transaction, or within the one that `db` already is. A `Result` that failed rolls
 * back and is returned; what must stay in spite of a failure is written in a transaction of its own.
 */
export async function withTx<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (isTx(db)) return work(db);
  let outcome: T | undefined;
  try {
    return await db.transaction().execute(async (tx) => {
      outcome = await work(tx);
      if (hasFailed(outcome)) throw new Undone(outcome);
      return outcome;
    });
  } catch (error) {
    if (error instanceof Undone && error.outcome === outcome) return outcome as T;
    throw error;
  }
}

function isTx(db: Db): db is Tx {
  return db.isTransaction;
}

function hasFailed(outcome: unknown): boolean {
  return typeof outcome === "object" && outcome !== null && "ok" in outcome && outcome.ok === false;
}
