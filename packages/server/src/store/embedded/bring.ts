// Brings the cluster up: adopts what already serves it, else starts it, with patience for a crash's remains.
import type { ChildProcess } from "node:child_process";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import { fail, ok } from "../../lib/result.ts";
import type { Result } from "../../lib/result.ts";
import type { Connection } from "../connection.ts";
import type { Ground } from "./ground.ts";
import type { Place } from "./place.ts";
import { dropForeignPidFile, livePostmaster, logPath, spawnPostmaster } from "./postmaster.ts";
import { probe } from "./probe.ts";

export type Arrival = "adopted" | "started";
export type BringOptions = {
  superConnection: Connection;
  log: Log;
  clock: Clock;
  signal?: AbortSignal;
};

// Replaying a large write-ahead log takes long; a refusal to start is for good, but for two.
const patienceMs = 120_000;
const pollMs = 25;
const startsMax = 3;
const startsMaxAfterCrash = 30;
const crashRemains = /pre-existing shared memory|already exists|Is another (postmaster|postgres)/;
const foreignAnswersMax = 3;

export async function bring(ground: Ground, options: BringOptions): Promise<Result<Arrival>> {
  const { clock, signal } = options;
  const until = clock.monotonicMs() + patienceMs;
  const goesOn = (): boolean => signal?.aborted !== true && clock.monotonicMs() < until;
  const attempts: Attempts = { starts: 0, child: undefined };
  let foreignAnswers = 0;
  while (goesOn()) {
    const state = await probe(options.superConnection, ground.place.cluster);
    if (state === "ready") return ok(hasEnded(attempts.child) ? "adopted" : "started");
    if (typeof state === "object") {
      foreignAnswers += 1;
      if (foreignAnswers > foreignAnswersMax) return stranger(ground.place, state.foreign);
    }
    if (state === "absent" && !(await startIfDown(ground, options, attempts))) break;
    await clock.sleep(pollMs, signal);
  }
  const said = logTail(ground.place);
  return fail("store.unavailable", `The embedded database did not start.\n${said}`, {
    hint: `See ${logPath(ground.place)}.`,
  });
}

type Attempts = { starts: number; child: ChildProcess | undefined };

/** False when it was tried often enough. */
async function startIfDown(
  ground: Ground,
  { clock, log, signal }: BringOptions,
  attempts: Attempts,
): Promise<boolean> {
  if (!hasEnded(attempts.child) || livePostmaster(ground.place) !== undefined) return true;
  const { starts } = attempts;
  if (starts > 0) {
    const crashed = crashRemains.test(logTail(ground.place));
    if (starts >= (crashed ? startsMaxAfterCrash : startsMax)) return false;
    await clock.sleep(pollMs * 2 ** Math.min(starts, 5), signal);
  }
  if (dropForeignPidFile(ground.place, starts > 0))
    log("warn", "dropped a pid file that named a stranger");
  attempts.starts += 1;
  attempts.child = spawnPostmaster(ground.binaries, ground.place, ground.account);
  return true;
}

function hasEnded(child: ChildProcess | undefined): boolean {
  return !child || child.exitCode !== null || child.signalCode !== null;
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
