// What reports are made with.
import type { Ledger } from "../ledger/ledger.ts";
import type { Result } from "../lib/result.ts";
import type { Finders } from "./rescan.ts";

export interface ReportsCtx {
  readonly ledger: Ledger;
  /** Resolves when the known values are as they stand now; a failure, and no report is made. */
  readonly ready: () => Promise<Result<void>>;
  /** Asked for each report: the registry of known values changes. */
  readonly finders: () => Finders;
}
