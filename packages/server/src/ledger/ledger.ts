// The ledger of one organisation, made once: what append, read, checkpoint and verify share.
import type pg from "pg";
import type { Ctx } from "../store/context.ts";
import { Appender } from "./group.ts";
import { Heads } from "./heads.ts";
import type { KeyRing } from "./keys.ts";
import type { Witness } from "./tree/witness.ts";

export interface LedgerOptions extends Ctx {
  readonly pool: pg.Pool;
  readonly keys: KeyRing;
  readonly witnesses?: readonly Witness[];
  /** How long an append waits for a database that is away before it gives up. */
  readonly patienceMs?: number;
}

export interface Ledger extends Ctx {
  readonly pool: pg.Pool;
  readonly keys: KeyRing;
  readonly witnesses: readonly Witness[];
  readonly appender: Appender;
  readonly heads: Heads;
}

const PATIENCE_MS = 15_000;

export function createLedger(options: LedgerOptions): Ledger {
  const { patienceMs = PATIENCE_MS, witnesses = [], ...rest } = options;
  const appender = new Appender({ ...rest, patienceMs });
  return { ...rest, witnesses, appender, heads: new Heads() };
}
