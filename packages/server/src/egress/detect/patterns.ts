// The organisation's own patterns: read, saved and removed, each change in the ledger with it.
import type { Principal } from "@stead/protocol";
import { append } from "../../ledger/append.ts";
import type { Ledger } from "../../ledger/append.ts";
import { fail, ok } from "../../lib/result.ts";
import type { Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import type { OwnPattern } from "./finding.ts";
import { ownPattern } from "./own.ts";
import type { PatternWish } from "./own.ts";
import { deletePattern, selectPatterns, writePattern } from "./queries.ts";
import type { PatternRow } from "./queries.ts";

const STREAM = "detectors";
/** What can be read in the stream `detectors`. Wire-visible: never renamed. */
export const DETECTOR_EVENTS = ["detector.saved", "detector.removed"] as const;
const PATTERNS_MAX = 100;

/** The patterns in force, compiled. What can't be compiled any more is a failure: nothing may leave. */
export async function readPatterns(ledger: Ledger): Promise<Result<OwnPattern[]>> {
  const rows = await whileAvailable(() => selectPatterns(ledger));
  if (!rows.ok) return rows;
  const patterns: OwnPattern[] = [];
  for (const row of rows.value) {
    const made = ownPattern(row);
    if (!made.ok) return made;
    patterns.push(made.value);
  }
  return ok(patterns);
}

export async function savePattern(
  ledger: Ledger,
  by: Principal,
  wish: PatternWish,
): Promise<Result<PatternRow>> {
  const made = ownPattern(wish);
  if (!made.ok) return made;
  const rows = await whileAvailable(() => selectPatterns(ledger));
  if (!rows.ok) return rows;
  if (rows.value.length >= PATTERNS_MAX && !rows.value.some(({ name }) => name === wish.name))
    return fail("request.invalid", `There are ${PATTERNS_MAX} patterns; that is the most.`);
  const row = { ...wish, setBy: by.personId, setAt: new Date(ledger.clock.now()) };
  const { name, class: of, source } = wish;
  const data = { name, class: of, source, by: by.personId };
  const done = await append(ledger, {
    stream: STREAM,
    after: "tail",
    events: [{ type: DETECTOR_EVENTS[0], data }],
    also: async (tx) => {
      await writePattern({ db: tx, orgId: ledger.orgId }, row);
      return ok();
    },
  });
  return done.ok ? ok(row) : done;
}

export async function removePattern(
  ledger: Ledger,
  by: Principal,
  name: string,
): Promise<Result<void>> {
  const done = await append(ledger, {
    stream: STREAM,
    after: "tail",
    events: [{ type: DETECTOR_EVENTS[1], data: { name, by: by.personId } }],
    also: async (tx) =>
      (await deletePattern({ db: tx, orgId: ledger.orgId }, name))
        ? ok()
        : fail("resource.not_found", `There is no pattern ${name}.`),
  });
  return done.ok ? ok() : done;
}
