// One transaction around a piece of work; a failure, thrown or returned, takes all of it back.
import type { Transaction } from "kysely";
import type { Db, Tables } from "./db.ts";

export type Tx = Transaction<Tables>;

/**
 * Runs `work` in a transaction, or within the one that `db` already is. A `Result` that failed rolls
 * back and is returned; what must stay in spite of a failure is written in a transaction of its own.
 */
export async function withTx<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (isTx(db)) return work(db);
  const undo = new Error("undo");
  let failed: { outcome: T } | undefined;
  try {
    return await db.transaction().execute(async (tx) => {
      const outcome = await work(tx);
      if (!hasFailed(outcome)) return outcome;
      failed = { outcome };
      throw undo;
    });
  } catch (error) {
    if (error === undo && failed) return failed.outcome;
    throw error;
  }
}

function isTx(db: Db): db is Tx {
  return db.isTransaction;
}

function hasFailed(outcome: unknown): boolean {
  return typeof outcome === "object" && outcome !== null && "ok" in outcome && outcome.ok === false;
}
