// One play of the oracle: changes at random in all sources at once, and after each of them everybody looks.
import { expect } from "vitest";
import { READERS, rngOf, type Kind, type Reader, type Rng, type Told } from "./judge.ts";
import { askAs, citedIn, explainedTo, lookAs, type Looking, type Placed } from "./look.ts";
import { ageAnswers, documentsIn } from "./queries.ts";
import { Score } from "./score.ts";
import { settle, tell, type Stage } from "./stage.ts";

export interface Played {
  readonly scores: ReadonlyMap<string, Score>;
  /** By source. */
  readonly happened: ReadonlyMap<string, ReadonlySet<Kind>>;
}

/** Changes of one source between two looks. */
const AT_ONCE = 8;
/** Each kind so often. */
const TIMES = 2;

export async function play(stage: Stage, all: readonly Placed[], seed: number): Promise<Played> {
  const rng = rngOf(seed);
  const scores = new Map(all.map(({ judge }) => [judge.name, new Score()]));
  const happened = new Map(all.map(({ judge }) => [judge.name, new Set<Kind>()]));
  const looks = new Looks(stage, all, scores);
  const plans = new Map(
    all.map(({ judge }) => [
      judge.name,
      Array.from({ length: TIMES }, () => rng.shuffled(judge.kinds)).flat(),
    ]),
  );
  const longest = Math.max(...[...plans.values()].map(({ length }) => length));
  const rounds = Math.ceil(longest / AT_ONCE);
  // What went in an earlier play was looked for in that.
  for (const { known } of all) known.clear();
  await looks.take("at first", true);
  for (let i = 0; i < rounds; i++) {
    for (const placed of all) {
      const { name } = placed.judge;
      const kinds = plans.get(name)?.slice(i * AT_ONCE, (i + 1) * AT_ONCE) ?? [];
      // oxlint-disable-next-line no-await-in-loop -- one source after the other is changed
      const done = await change(stage, placed, { kinds, rng });
      for (const kind of done) happened.get(name)?.add(kind);
      scores.get(name)?.log.push(`${i}: ${done.join(", ")}`);
    }
    // oxlint-disable-next-line no-await-in-loop -- in rounds
    await Promise.all(all.map(({ judge, sourceId }) => settle(stage, judge, sourceId)));
    // oxlint-disable-next-line no-await-in-loop
    await ageAnswers(stage.yard.ctx.db);
    // A run of each person costs most.
    // oxlint-disable-next-line no-await-in-loop
    await looks.take(`${i}`, i === rounds - 1);
  }
  return { scores, happened };
}

async function change(
  stage: Stage,
  { judge, sourceId }: Placed,
  { kinds, rng }: { kinds: readonly Kind[]; rng: Rng },
): Promise<Kind[]> {
  const done: Kind[] = [];
  const tolds: NonNullable<Told>[] = [];
  for (const kind of kinds) {
    // oxlint-disable-next-line no-await-in-loop -- in their order
    const told = await judge.change(kind, rng);
    if (told === undefined) continue;
    done.push(kind);
    tolds.push(told);
  }
  const isPoll = tolds.includes("poll");
  for (const told of tolds)
    // oxlint-disable-next-line no-await-in-loop -- in their order
    if (told !== "poll") await tell(stage, judge, { sourceId, told });
  if (isPoll) await tell(stage, judge, { sourceId, told: "poll" });
  return done;
}

class Looks {
  readonly #stage: Stage;
  readonly #all: readonly Placed[];
  readonly #scores: ReadonlyMap<string, Score>;
  /** Answers of before, which are shut when something in them is. */
  readonly #answers = new Map<Reader, { threadId: string; cited: ReadonlySet<string> }>();

  constructor(stage: Stage, all: readonly Placed[], scores: ReadonlyMap<string, Score>) {
    this.#stage = stage;
    this.#all = all;
    this.#scores = scores;
  }

  async take(at: string, isWhole: boolean): Promise<void> {
    for (const { judge, sourceId, known } of this.#all) {
      // oxlint-disable-next-line no-await-in-loop -- a few
      for (const title of judge.live ? await judge.titles() : [])
        known.set(judge.live?.(sourceId, title) ?? "", title);
      // oxlint-disable-next-line no-await-in-loop
      const there = await documentsIn(this.#stage.yard.ctx.db, sourceId);
      for (const [id, title] of there) known.set(id, title);
      expect(judge.faults).toEqual([]);
    }
    for (const reader of READERS) {
      const looking = { stage: this.#stage, all: this.#all, reader };
      // oxlint-disable-next-line no-await-in-loop -- one person after the other
      await this.#takeAs(looking, { at, isWhole });
    }
  }

  async #takeAs(looking: Looking, { at, isWhole }: { at: string; isWhole: boolean }) {
    const { reader, all } = looking;
    const truths = new Map<Placed, ReadonlySet<string>>();
    // oxlint-disable-next-line no-await-in-loop -- a few
    for (const placed of all) truths.set(placed, new Set(await placed.judge.readable(reader)));
    const seen = [await lookAs(looking)];
    await this.#takeBefore(looking, truths, at);
    if (isWhole) {
      const { seen: told, ...answered } = await askAs(looking, at);
      this.#answers.set(reader, answered);
      seen.push(told, await explainedTo(looking));
    }
    for (const [of, truth] of truths)
      for (const each of seen)
        for (const [way, ids] of each) {
          const isKept = way === "why" || way === "explained";
          if (isKept && of.judge.live) continue;
          const score = this.#scores.get(of.judge.name);
          score?.compare(new Map([[way, ids]]), { truth, of, who: `${at}: ${reader}` });
        }
  }

  /** The answer of before: whole as long as all that it was made from may be read, else shut. */
  async #takeBefore(
    looking: Looking,
    truths: ReadonlyMap<Placed, ReadonlySet<string>>,
    at: string,
  ): Promise<void> {
    const before = this.#answers.get(looking.reader);
    if (!before) return;
    const shown = (await citedIn(looking, before.threadId)) ?? new Set<string>();
    // What was read live was the person's own from then on; it opens no more where it may not be read.
    const kept = [...truths].filter(([{ judge }]) => !judge.live);
    const may = new Set(
      kept.flatMap(([{ known }, truth]) =>
        [...known].flatMap(([id, title]) => (truth.has(title) ? [id] : [])),
      ),
    );
    const isKept = (id: string) => kept.some(([{ known }]) => known.has(id));
    const isOpen = [...before.cited].every((id) => may.has(id) || !isKept(id));
    const who = `${at}: ${looking.reader}`;
    for (const [of] of kept) {
      const due = isOpen ? before.cited : new Set<string>();
      const truth = new Set([...due].flatMap((id) => of.known.get(id) ?? []));
      this.#scores
        .get(of.judge.name)
        ?.compare(new Map([["cited before", shown]]), { truth, of, who });
    }
  }
}
