// Ranks tools for a piece of text: BM25 over name, description and parameter names.
import type { KnownTool } from "./tool-kind.ts";
import { alike, saidVerbs } from "./tool-kind.ts";
import { isKin, rawWords, stem, stems } from "./words.ts";

const K1 = 1.2;
const B = 0.5;
const NAME_WEIGHT = 3;
const PARAM_WEIGHT = 0.7;
/** A word that only stands for the one that was said. */
const ALIKE_WEIGHT = 0.5;

export interface Ranked {
  readonly known: KnownTool;
  readonly score: number;
  /** Words of the tool's own name that the text says. */
  readonly named: number;
}

interface Indexed {
  readonly known: KnownTool;
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
}

export class ToolIndex {
  readonly #tools: readonly Indexed[];
  readonly #holders = new Map<string, number>();
  readonly #meanLength: number;

  constructor(tools: readonly KnownTool[]) {
    this.#tools = tools.map(indexed);
    for (const { counts } of this.#tools)
      for (const word of counts.keys()) this.#holders.set(word, (this.#holders.get(word) ?? 0) + 1);
    const total = this.#tools.reduce((sum, { length }) => sum + length, 0);
    this.#meanLength = total / Math.max(1, this.#tools.length);
  }

  rank(text: string): Ranked[] {
    const words = new Set(stems(text));
    const ranked = this.#tools.map((entry) => ({
      known: entry.known,
      score: this.#score(entry, words),
      named: namedIn(entry.known, words),
    }));
    return ranked.filter(({ score }) => score > 0).toSorted((a, b) => b.score - a.score);
  }

  #score({ counts, length }: Indexed, words: ReadonlySet<string>): number {
    let score = 0;
    for (const word of words) {
      const direct = counts.get(word) ?? 0;
      const meant = direct > 0 ? 0 : meantIn(counts, word);
      const count = direct > 0 ? direct : meant * ALIKE_WEIGHT;
      if (count === 0) continue;
      const holders = this.#holders.get(word) ?? 1;
      const rare = Math.log(1 + (this.#tools.length - holders + 0.5) / (holders + 0.5));
      const norm = K1 * (1 - B + (B * length) / this.#meanLength);
      score += (rare + 0.1) * ((count * (K1 + 1)) / (count + norm));
    }
    return score;
  }
}

/** How often words stand there that mean the same, or are another form of it. */
function meantIn(counts: ReadonlyMap<string, number>, word: string): number {
  const kin = [...counts.keys()].filter((each) => isKin(each, word));
  return Math.max(0, ...[...alike(word), ...kin].map((each) => counts.get(each) ?? 0));
}

function indexed(known: KnownTool): Indexed {
  const counts = new Map<string, number>();
  const add = (text: string, weight: number): void => {
    for (const word of rawWords(text).map(stem)) counts.set(word, (counts.get(word) ?? 0) + weight);
  };
  add(known.tool.name, NAME_WEIGHT);
  add(known.tool.description, 1);
  for (const param of known.params) {
    add(param.name, PARAM_WEIGHT);
    add(param.description, PARAM_WEIGHT / 2);
    const values = param.schema["enum"];
    if (Array.isArray(values)) add(values.join(" "), PARAM_WEIGHT);
  }
  const length = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return { known, counts, length };
}

function namedIn(known: KnownTool, words: ReadonlySet<string>): number {
  const own = new Set([...rawWords(known.tool.name).map(stem), ...saidVerbs(known.tool)]);
  const spoken = [...words];
  return [...own].filter(
    (word) =>
      alike(word).some((each) => words.has(each)) || spoken.some((each) => isKin(each, word)),
  ).length;
}
