// An organisation's own patterns: RE2, so a hostile one costs time in proportion to the text.
import { RE2JS } from "re2js";
import type { OwnPattern } from "./finding.ts";
import type { Found } from "./found.ts";

const FINDINGS_MAX = 10_000;

export function findOwn(text: string, patterns: readonly OwnPattern[], found: Found): void {
  for (const { name, class: of, re } of patterns) {
    const matcher = re.matcher(text);
    for (let count = 0; count < FINDINGS_MAX && matcher.find(); count++)
      found.add({ from: matcher.start(), to: matcher.end(), type: name, class: of, score: 1 });
  }
}

/** Compiled, or why it can't be used. */
export function ownPattern(name: string, of: string, source: string): OwnPattern | string {
  try {
    const re = RE2JS.compile(source);
    return re.matcher("").matches()
      ? "It fits an empty text, so it would find everything."
      : { name, class: of, re };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
