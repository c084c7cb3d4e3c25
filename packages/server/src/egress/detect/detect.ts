// The second net: what in a text looks like personal, health, financial or secret data. No free-text
// detector supports a promise of no leak; known values and labels carry that.
import type { DetectOptions, Finding } from "./finding.ts";

const MAIL = /[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g;
const SSN = /(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)/g;

export function detect(text: string, options: DetectOptions = {}): Finding[] {
  const found: Finding[] = [];
  for (const match of text.matchAll(MAIL)) found.push(at(match, "EMAIL_ADDRESS"));
  for (const match of text.matchAll(SSN)) found.push(at(match, "US_SSN"));
  for (const { name, class: of, re } of options.patterns ?? []) {
    const matcher = re.matcher(text);
    while (matcher.find())
      found.push({ from: matcher.start(), to: matcher.end(), type: name, class: of, score: 1 });
  }
  return found.toSorted((a, b) => a.from - b.from);
}

function at(match: RegExpExecArray, type: string): Finding {
  return { from: match.index, to: match.index + match[0].length, type, class: "pii", score: 0.9 };
}
