// How well a detector does on sentences whose personal spans are known: what of them it covers, what
// leaks, and how much of what it finds is any. For tests and benchmarks.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const DATA = new URL("../../../../../../shared/data/pii/", import.meta.url);

const sentencesSchema = z.array(
  z.object({
    full_text: z.string(),
    spans: z.array(
      z.object({ entity_type: z.string(), start_position: z.number(), end_position: z.number() }),
    ),
  }),
);
const pairSchema = z.tuple([z.number(), z.number()]);
const casesSchema = z.array(
  z.object({
    recognizer: z.string(),
    entities: z.array(z.string()),
    text: z.string(),
    expected_len: z.number(),
    positions: z.union([z.array(pairSchema), pairSchema]).nullable(),
  }),
);
type Sentence = z.infer<typeof sentencesSchema>[number];
type Case = z.infer<typeof casesSchema>[number];

export interface Span {
  readonly from: number;
  readonly to: number;
  /** What a finding says it is. */
  readonly type?: string;
}
export type Find = (text: string) => readonly Span[];

export const hasData = existsSync(DATA);
export const readSentences = (): Sentence[] => sentencesSchema.parse(read("synthetic-sentences"));

/** Recognisers of forms alone: those of whole language models are left out. */
export const readCases = (): Case[] =>
  casesSchema
    .parse(read("recognizer-cases"))
    .filter(({ recognizer }) => !/^(?:spacy|stanza|transformers|pattern)$/.test(recognizer));

function read(name: string): unknown {
  return JSON.parse(readFileSync(fileURLToPath(new URL(`${name}.json`, DATA)), "utf8"));
}

export interface TypeScore {
  spans: number;
  covered: number;
  chars: number;
  leaked: number;
}

/** Of the findings of a type: how many, and how many of them stand over a personal span. */
export interface Precision {
  found: number;
  right: number;
}

export interface Score extends TypeScore {
  readonly types: ReadonlyMap<string, TypeScore>;
  readonly told: ReadonlyMap<string, Precision>;
  readonly found: number;
  readonly right: number;
  readonly clean: number;
  readonly cleanFlagged: number;
}

const none = (): TypeScore => ({ spans: 0, covered: 0, chars: 0, leaked: 0 });

export function scoreSentences(find: Find, sentences: readonly Sentence[]): Score {
  const types = new Map<string, TypeScore>();
  const told = new Map<string, Precision>();
  const all = none();
  const precision = { found: 0, right: 0, clean: 0, cleanFlagged: 0 };
  for (const { full_text: text, spans } of sentences) {
    const found = find(text);
    if (spans.length === 0) {
      precision.clean++;
      if (found.length > 0) precision.cleanFlagged++;
    }
    const known = spans.map((span) => ({ from: span.start_position, to: span.end_position }));
    for (const span of spans) {
      const of = types.get(span.entity_type) ?? none();
      types.set(span.entity_type, of);
      const { chars, bare } = bareWithin(
        text,
        { from: span.start_position, to: span.end_position },
        found,
      );
      for (const one of [of, all]) {
        one.spans++;
        one.chars += chars;
        one.leaked += bare;
        if (bare === 0) one.covered++;
      }
    }
    for (const each of found) {
      const of = told.get(each.type ?? "") ?? { found: 0, right: 0 };
      told.set(each.type ?? "", of);
      const { chars, bare } = bareWithin(text, each, known);
      for (const one of [of, precision]) {
        one.found++;
        if (bare * 2 <= chars) one.right++;
      }
    }
  }
  return { ...all, ...precision, types, told };
}

/** Letters and digits of a span, and those of them that no other span covers. */
function bareWithin(
  text: string,
  span: Span,
  others: readonly Span[],
): { chars: number; bare: number } {
  let chars = 0;
  let bare = 0;
  for (let at = span.from; at < span.to; at++) {
    if (!/[\p{L}\p{N}]/u.test(text.charAt(at))) continue;
    chars++;
    if (!others.some(({ from, to }) => from <= at && at < to)) bare++;
  }
  return { chars, bare };
}

export interface CaseScore {
  readonly positives: number;
  readonly found: number;
  readonly negatives: number;
  /** Negatives of one recogniser in which anything at all was found, of whatever kind. */
  readonly flagged: number;
}

export function scoreCases(find: Find, cases: readonly Case[]): CaseScore {
  const score = { positives: 0, found: 0, negatives: 0, flagged: 0 };
  for (const { text, expected_len: expected, positions } of cases) {
    const found = find(text);
    if (expected === 0) {
      score.negatives++;
      if (found.length > 0) score.flagged++;
      continue;
    }
    score.positives++;
    const covered = spansOf(positions).every((span) => bareWithin(text, span, found).bare === 0);
    if (found.length > 0 && covered) score.found++;
  }
  return score;
}

function spansOf(positions: Case["positions"]): Span[] {
  if (positions === null) return [];
  const [first, second] = positions;
  if (typeof first === "number" && typeof second === "number") return [{ from: first, to: second }];
  return positions.flatMap((pair) => (Array.isArray(pair) ? [{ from: pair[0], to: pair[1] }] : []));
}
