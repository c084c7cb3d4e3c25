// Where detectors put what they find, and how it becomes a list without overlaps.
import type { Finding } from "./finding.ts";

/** What is less sure is not told. */
export const SCORE_MIN = 0.5;

export class Found {
  readonly #list: Finding[] = [];

  add(finding: Finding): void {
    if (finding.score >= SCORE_MIN && finding.to > finding.from) this.#list.push(finding);
  }

  /**
   * Sorted, without overlaps. Where two overlap, the surer one names the type and class of both
   * together: no character that either found is given up.
   */
  told(): Finding[] {
    const sorted = this.#list.toSorted((a, b) => a.from - b.from || b.to - a.to);
    const kept: Finding[] = [];
    for (const next of sorted) {
      const last = kept.at(-1);
      if (!last || next.from >= last.to) kept.push(next);
      else kept[kept.length - 1] = joined(last, next);
    }
    return kept;
  }
}

function joined(a: Finding, b: Finding): Finding {
  const { type, class: of, score } = outranks(b, a) ? b : a;
  return { from: a.from, to: Math.max(a.to, b.to), type, class: of, score };
}

/** A secret outranks everything; else the surer, and of equally sure ones the longer. */
function outranks(b: Finding, a: Finding): boolean {
  if ((a.class === "secret") !== (b.class === "secret")) return b.class === "secret";
  return b.score === a.score ? b.to - b.from > a.to - a.from : b.score > a.score;
}
