// Tells "the database can't be reached just now" from every other error, and makes it a value.
import { DatabaseError } from "pg";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { fail, ok } from "../lib/result.ts";
import type { Result } from "../lib/result.ts";

// Sockets that fail; connection exceptions (08…), shutdown and start-up (57P0…), and no room: for data, in
// memory, for another client.
const socketCodes = /^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND)$/;
const stateCodes = /^(08...|57P0[1-5]|53[123]00)$/;
const driverMessages =
  /Connection terminated|timeout exceeded when trying to connect|connection timeout|Client has encountered a connection error/i;

/** Something else without which nothing can be kept or read is away: what it says is for people. */
export class Away extends Error {}

export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof Away) return true;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (error instanceof DatabaseError) return stateCodes.test(code);
  return socketCodes.test(code) || driverMessages.test(error.message);
}

/** The work's value, or `store.unavailable`; a commit whose answer was lost may have happened. */
export async function whileAvailable<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work());
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return unavailable(error);
  }
}

/** The same for work that is done at once. */
export function atHand<T>(work: () => T): Result<T> {
  try {
    return ok(work());
  } catch (error) {
    if (!(error instanceof Away)) throw error;
    return unavailable(error);
  }
}

function unavailable(error: unknown): Result<never> {
  const detail = error instanceof Away ? error.message : "The database does not answer.";
  return fail("store.unavailable", detail, { hint: "Try again in a moment." });
}

/** The same for work that is a `Result` itself. */
export async function answered<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  const tried = await whileAvailable(work);
  return tried.ok ? tried.value : tried;
}

const AGAIN_MS = 500;
/** PostgreSQL replays its log after a crash, as a rule for seconds. */
const PATIENCE_MS = 60_000;

/** Begins again, with work that may be begun more than once, until the database answers or patience ends. */
export async function untilAvailable<T>(
  work: () => Promise<Result<T>>,
  { clock, log, patienceMs = PATIENCE_MS }: Waiting,
): Promise<Result<T>> {
  const untilMs = clock.monotonicMs() + patienceMs;
  for (;;) {
    const outcome = await answered(work);
    if (outcome.ok || outcome.failure.code !== "store.unavailable") return outcome;
    if (clock.monotonicMs() >= untilMs) return outcome;
    const { detail } = outcome.failure;
    log("warn", "trying again what did not answer", { detail, inMs: AGAIN_MS });
    await clock.sleep(AGAIN_MS);
  }
}

export interface Waiting {
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
  readonly log: Log;
  readonly patienceMs?: number;
}
