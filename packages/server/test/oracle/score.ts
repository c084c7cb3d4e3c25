// Leaks and losses of one source, counted apart: what somebody got that the source keeps from them, and the
// other way round.
import type { Placed, Seen } from "./look.ts";

export class Score {
  readonly leaks: string[] = [];
  readonly losses: string[] = [];
  /** What happened, in its order. */
  readonly log: string[] = [];
  /** Compared in all, so that a test that compared nothing is found out. */
  reads = 0;

  compare(seen: Seen, { truth, of, who }: Compared): void {
    for (const [way, ids] of seen) {
      // What is asked as the person each time is in no list.
      if (of.judge.live && way.endsWith("list")) continue;
      this.reads += truth.size;
      const titles = new Set([...of.known].filter(([id]) => ids.has(id)).map(([, title]) => title));
      for (const title of titles) if (!truth.has(title)) this.leaks.push(`${who} ${way} ${title}`);
      for (const title of truth) if (!titles.has(title)) this.losses.push(`${who} ${way} ${title}`);
    }
  }
}

interface Compared {
  /** Titles. */
  readonly truth: ReadonlySet<string>;
  readonly of: Placed;
  readonly who: string;
}
