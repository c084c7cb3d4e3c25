// Where detectors put what they find, and how it becomes a list without overlaps.
import type { Finding } from "./finding.ts";

/** What is less sure is not told. */
export const SCORE_MIN = 0.5;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

export class Found {
  readonly #list: Finding[] = [];
  readonly #health: Stretch[] = [];

  /** Health is spoken of here, so who is named is named as a patient. */
  speaksOfHealth(stretch: Stretch): void {
    this.#health.push(stretch);
  }

  add(finding: Finding): void {
    if (finding.score < SCORE_MIN || finding.to <= finding.from) return;
    const last = this.#list.at(-1);
    if (last && isMore(last, finding)) this.#list[this.#list.length - 1] = joined(last, finding);
    else this.#list.push(finding);
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
    return this.#health.length === 0 ? kept : asHealth(kept, this.#health);
  }
}

/** Beside health data what identifies somebody is phi, and dates and places with it (Safe Harbor). */
function asHealth(findings: readonly Finding[], stretches: readonly Stretch[]): Finding[] {
  const within = ({ from }: Finding, at: Stretch): boolean => from >= at.from && from < at.to;
  const personal = stretches.filter((at) =>
    findings.some((each) => IDENTIFYING.has(each.class) && within(each, at)),
  );
  return findings.map((each) =>
    HEALTHLIKE.has(each.class) && personal.some((at) => within(each, at))
      ? { ...each, class: "phi" }
      : each,
  );
}

const IDENTIFYING = new Set(["pii", "phi"]);
const HEALTHLIKE = new Set(["pii", "quasi"]);

/** The same again, from within the one before: "5 May 5 May 5 May" is one list entry. */
function isMore(last: Finding, next: Finding): boolean {
  if (next.from < last.from || next.from >= last.to) return false;
  return next.type === last.type && next.class === last.class;
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
