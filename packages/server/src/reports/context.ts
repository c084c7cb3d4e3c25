// What reports are made with.
import type { Ledger } from "../ledger/ledger.ts";
import type { Finders } from "./rescan.ts";

export interface ReportsCtx {
  readonly ledger: Ledger;
  /** Asked for each report: the registry of known values changes. */
  readonly finders: () => Finders;
}

/** Events that making a report leaves in the stream of auditors' readings. */
export const REPORT_EVENTS = ["bodies.scanned", "report.made"] as const;
