// Does a connector keep its promises? Run by its author against a test system; needs no test framework.
import { askChecks, liveChecks } from "./asking.ts";
import { changeChecks } from "./changing.ts";
import { runCheck, said, subjectOf } from "./check.ts";
import type { Check, CheckResult, ConformanceOptions, Subject } from "./check.ts";
import { contentChecks } from "./contents.ts";
import { failingChecks } from "./failing.ts";
import { endsCheck, listingChecks } from "./listing.ts";
import { manifestChecks } from "./manifest.ts";
import { pushChecks } from "./pushing.ts";
import { ruleChecks } from "./rules.ts";

export type { CheckResult, ConformanceOptions, Mutations } from "./check.ts";

/** Those that change something come last. */
const MIRROR_CHECKS: readonly Check<Subject>[] = [
  ...listingChecks,
  ...ruleChecks,
  ...failingChecks,
  ...contentChecks,
  ...askChecks,
  ...pushChecks,
  ...changeChecks,
];

/** One result for each promise, in the order in which they were looked at. */
export async function checkConnector(options: ConformanceOptions): Promise<CheckResult[]> {
  const { connector, source } = options;
  const results = await inTurn(manifestChecks, options);
  if (connector.live !== undefined) results.push(...(await inTurn(liveChecks, options)));
  const { mirror } = connector;
  if (mirror === undefined) return results;
  const ends = await runCheck(endsCheck, { mirror, source });
  results.push(ends);
  if (ends.outcome === "failed") return [...results, ...skipped("the listings don't end or fail")];
  try {
    return [...results, ...(await inTurn(MIRROR_CHECKS, await subjectOf(options, mirror)))];
  } catch (error) {
    return [...results, ...skipped(`the second listing failed: ${said(error)}`)];
  }
}

async function inTurn<On>(checks: readonly Check<On>[], on: On): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  // oxlint-disable-next-line no-await-in-loop -- one changes what the next one reads
  for (const check of checks) results.push(await runCheck(check, on));
  return results;
}

function skipped(why: string): CheckResult[] {
  return MIRROR_CHECKS.map(({ name }) => ({ name, outcome: "skipped", why }));
}
