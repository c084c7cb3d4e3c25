// What every operation is handed first: the database, time, ids and the log of one organisation.
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { Log } from "../lib/log.ts";
import type { Db } from "./db.ts";

export interface Ctx {
  readonly db: Db;
  /** The organisation that every query is scoped by. */
  readonly orgId: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}
