// An organisation's own patterns: RE2, so a hostile one costs time in proportion to the text.
import { RE2JS } from "re2js";
import { fail, ok } from "../../lib/result.ts";
import type { Result } from "../../lib/result.ts";
import type { OwnPattern } from "./finding.ts";
import type { Found } from "./found.ts";

const FINDINGS_MAX = 100_000;
const SOURCE_MAX = 500;
/** RE2's own measure of a compiled pattern; `(x{100}){100}` would be ten thousand. */
const STEPS_MAX = 5_000;

export interface PatternWish {
  /** As the type of what it finds. */
  readonly name: string;
  readonly class: string;
  readonly source: string;
}

export function findOwn(text: string, patterns: readonly OwnPattern[], found: Found): void {
  for (const { name, class: of, re } of patterns) {
    const matcher = re.matcher(text);
    for (let count = 0; count < FINDINGS_MAX && matcher.find(); count++)
      found.add({ from: matcher.start(), to: matcher.end(), type: name, class: of, score: 1 });
  }
}

/** Compiled, or why it can't be used. */
export function ownPattern({ name, class: of, source }: PatternWish): Result<OwnPattern> {
  if (source.length > SOURCE_MAX)
    return fail("request.invalid", `A pattern has at most ${SOURCE_MAX} characters.`);
  try {
    const re = RE2JS.compile(source);
    if (re.programSize() > STEPS_MAX)
      return fail("request.invalid", "This pattern repeats so much that every send would be slow.");
    if (re.matcher("").find())
      return fail(
        "request.invalid",
        "This pattern finds an empty text, so it would find everything.",
      );
    return ok({ name, class: of, re });
  } catch (error) {
    const why = error instanceof Error ? error.message : "it can't be read";
    return fail("request.invalid", `This is no pattern of RE2: ${why}.`);
  }
}
