// The slot for detectors that need time, such as a model's: asked beside the built-in ones, bounded, and
// never passed over. One that fails or is late is a failure of the whole: what it would have found is
// not known, so nothing may leave on the strength of the others.
import type { Clock } from "../../lib/clock.ts";
import { fail, ok } from "../../lib/result.ts";
import type { Result } from "../../lib/result.ts";
import { detect } from "./detect.ts";
import type { DetectOptions, Finding } from "./finding.ts";
import { Found } from "./found.ts";

export interface Detector {
  readonly name: string;
  /** Offsets in UTF-16 units of `text`; in any order, overlapping or not. */
  find(text: string, signal: AbortSignal): Promise<readonly Finding[]>;
}

export interface JoinedOptions extends DetectOptions {
  readonly detectors: readonly Detector[];
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, "sleep">;
}

const FINDINGS_MAX = 100_000;

/** What the built-in detectors and all of these find, as one list. */
export async function detectWith(text: string, options: JoinedOptions): Promise<Result<Finding[]>> {
  const found = new Found();
  for (const each of detect(text, options)) found.add(each);
  const answers = await Promise.all(options.detectors.map((one) => ask(one, text, options)));
  for (const answer of answers) {
    if (!answer.ok) return answer;
    for (const each of answer.value) found.add(each);
  }
  return ok(found.told());
}

async function ask(
  detector: Detector,
  text: string,
  { timeoutMs, clock }: JoinedOptions,
): Promise<Result<readonly Finding[]>> {
  const { name } = detector;
  const late = new AbortController();
  const done = new AbortController();
  const timeUp = clock.sleep(timeoutMs, done.signal).then(() => "late" as const);
  try {
    const answer = await Promise.race([detector.find(text, late.signal), timeUp]);
    if (answer === "late")
      return fail("egress.timeout", `The detector ${name} did not answer in time.`);
    if (answer.length <= FINDINGS_MAX && answer.every((each) => isFinding(each, text.length)))
      return ok(answer);
    return fail("egress.blocked", `The detector ${name} answered what can't be.`);
  } catch {
    return fail(
      "egress.blocked",
      `The detector ${name} failed, so it is not known what this holds.`,
    );
  } finally {
    late.abort();
    done.abort();
  }
}

function isFinding({ from, to, type, class: of, score }: Finding, length: number): boolean {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to <= from) return false;
  return to <= length && type !== "" && of !== "" && score >= 0 && score <= 1;
}
