// The limiter of all processes: permits come from Postgres in blocks, so that most calls cost no
// round trip; within a process people take turns.
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { Db } from "../../store/db.ts";
import { Line } from "./line.ts";
import { FREE_LEASE, isLimited, type Limiter } from "./limiter.ts";

export interface SharedLimiterOptions {
  readonly db: Db;
  readonly orgId: string;
  /** Names this process among those that share the limits. */
  readonly processId: string;
  readonly clock: Clock;
  readonly log: Log;
}

export function createLimiter(options: SharedLimiterOptions): Limiter {
  const lines = new Map<string, Line>();
  return {
    async acquire(request) {
      if (!isLimited(request.limits)) return { ok: true, value: FREE_LEASE };
      let line = lines.get(request.credential);
      if (!line) lines.set(request.credential, (line = new Line(options, request)));
      return line.acquire(request);
    },
    pause: (credential, ms) => lines.get(credential)?.pause(ms),
    close: async () => {
      await Promise.all([...lines.values()].map((line) => line.close()));
      lines.clear();
    },
  };
}
