// Brings the cluster up: adopts what already serves it, else starts it, with patience for a crash's remains.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import { fail, ok } from "../../lib/result.ts";
import type { Result } from "../../lib/result.ts";
import type { Connection } from "../connection.ts";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import type { Place } from "./place.ts";
import { dropForeignPidFile, livePostmaster, logPath, spawnPostmaster } from "./postmaster.ts";
import { probe } from "./probe.ts";

export type Ground = { binaries: Binaries; place: Place; account: Account | undefined };
export type Arrival = "adopted" | "started";
export type BringOptions = {
  superConnection: Connection;
  log: Log;
  clock: Clock;
  signal?: AbortSignal;
};

// Recovery of a large write-ahead log takes long; refusals are short-lived or for good.
const patienceMs = 120_000;
const pollMs = 25;
const startsMax = 20;

export async function bring(ground: Ground, options: BringOptions): Promise<Result<Arrival>> {
  const { clock, log, signal } = options;
  const until = clock.monotonicMs() + patienceMs;
  let starts = 0;
  let child: ReturnType<typeof spawnPostmaster> | undefined;
  let foreign = 0;
  while (clock.monotonicMs() < until && !signal?.aborted) {
    const state = await probe(options.superConnection, ground.place.cluster);
    if (state === "ready") return ok(child && child.exitCode === null ? "started" : "adopted");
    if (typeof state === "object" && (foreign += 1) > 3)
      return stranger(ground.place, state.foreign);
    const ended = !child || child.exitCode !== null || child.signalCode !== null;
    if (state === "absent" && ended && livePostmaster(ground.place) === undefined) {
      if (starts === startsMax) break;
      if (starts > 0) await clock.sleep(pollMs * 2 ** Math.min(starts, 5), signal);
      if (dropForeignPidFile(ground.place)) log("warn", "dropped a pid file that named a stranger");
      starts += 1;
      child = spawnPostmaster(ground.binaries, ground.place, ground.account);
    }
    await clock.sleep(pollMs, signal);
  }
  return fail(
    "store.unavailable",
    `The embedded database did not start.\n${logTail(ground.place)}`,
    {
      hint: `See ${logPath(ground.place)}.`,
    },
  );
}

function stranger({ socketDir }: Place, why: string): Result<never> {
  return fail("config.invalid", `Another database answers in ${socketDir}: ${why}.`, {
    hint: "Stop it, or choose another data folder.",
  });
}

function logTail(place: Place): string {
  const bytesMax = 2_000;
  try {
    const file = openSync(logPath(place), "r");
    const start = Math.max(0, fstatSync(file).size - bytesMax);
    const buffer = Buffer.alloc(bytesMax);
    const read = readSync(file, buffer, 0, bytesMax, start);
    closeSync(file);
    return buffer.toString("utf8", 0, read);
  } catch {
    return "";
  }
}
