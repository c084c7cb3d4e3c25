// Keys and ledgers for tests and measurements.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { systemClock } from "../lib/clock.ts";
import { createIds } from "../lib/ids.ts";
import { silentLog } from "../lib/log.ts";
import type { Result } from "../lib/result.ts";
import type { Db } from "../store/db.ts";
import { loadKeys, type KeyRing } from "./keys.ts";
import { createLedger, type Ledger, type LedgerOptions } from "./ledger.ts";

export const ORG = "org_test";
export const ORIGIN = "ledger.example/org_test";

/** The value of what must have gone well. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

export function temporaryKeys(): KeyRing {
  const dir = mkdtempSync(join(tmpdir(), "stead-keys-"));
  try {
    return loadKeys(dir, ORIGIN);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

export function ledgerOn(
  base: { db: Db; pool: pg.Pool },
  options: Partial<LedgerOptions> = {},
): Ledger {
  return createLedger({
    db: base.db,
    pool: base.pool,
    orgId: ORG,
    clock: systemClock,
    ids: createIds(systemClock),
    log: silentLog,
    keys: temporaryKeys(),
    ...options,
  });
}
