// Values that are words: names, places, titles, reasons, bodies, and what to search for.
import type { Filler } from "./fill.ts";
import { causeIn, leftovers, searchWords } from "./leftover.ts";
import type { ParamKind } from "./param-kind.ts";
import { called, directed, labelled, placed, told } from "./phrases.ts";
import type { Param } from "./tool-kind.ts";
import { contentWords, isKin, stem } from "./words.ts";

const SEARCH_WORDS_MAX = 10;
const BODY_WORDS_MIN = 3;
const HAPPENED =
  /\b(?:is|are|was|were|has|have|had|does|did|can't|cannot|won't|wants?|needs?|broke|failed|\p{L}{3,}ed)\b/u;

export function wordsFor(param: Param, kind: ParamKind, filler: Filler): string | undefined {
  const prose = kind === "body" || kind === "reason";
  const pointed =
    labelled(param, filler, prose) ??
    (kind === "search" || prose ? undefined : directed(param, filler));
  if (pointed !== undefined) return pointed;
  if (kind === "reason") return reasonFor(param, filler);
  if (kind === "title" || (kind === "name" && filler.known.acts && param.words.length === 1)) {
    const named = called(filler);
    if (named !== undefined) return named;
  }
  if (kind === "body") {
    const given = param.required || quoteOnly(filler) ? told(filler) : undefined;
    if (given !== undefined) return given;
  }
  // What nobody named is not made up.
  if (!param.required && !isCommanded(param, filler.said.text)) return undefined;
  if (kind === "place") return placeFor(filler);
  if (kind === "path") return filler.take((entity) => entity.kind === "path")?.text;
  if (kind === "name") return nameFor(filler);
  const quote = filler.take((entity) => entity.kind === "quote");
  if (quote) return quote.text;
  if (kind === "search") return searchFor(param, filler);
  return proseFor(kind, filler);
}

/** "Assign it to Sam" for an `assignee`: the command's verb names the value. */
export function isCommanded(param: Param, text: string): boolean {
  const [first = ""] = contentWords(text).map(stem);
  return (
    first.length > 4 &&
    param.words.some((word) => word !== first && word.startsWith(first) && isKin(word, first))
  );
}

function quoteOnly(filler: Filler): boolean {
  return /\bsaying\b|\bthat says\b/i.test(filler.said.text);
}

function proseFor(kind: ParamKind, filler: Filler): string | undefined {
  if (kind === "text") {
    const apart = filler.take((entity) => entity.kind === "id" || entity.kind === "path");
    if (apart) return apart.text;
  }
  const left = leftOf(filler);
  if (kind === "body") return bodyOf(left, filler.said.text);
  const first = left.find((piece) => !/^\d+ \p{L}+$/u.test(piece)) ?? left[0];
  if (first === undefined) return undefined;
  filler.useText(first);
  return withArticle(first, filler.said.text);
}

function reasonFor(param: Param, filler: Filler): string | undefined {
  const cause = causeIn(filler.said.text);
  if (cause !== undefined) return cause;
  const left = leftOf(filler);
  const happened = left.find((piece) => HAPPENED.test(piece) && contentWords(piece).length > 1);
  const reason = param.required ? (happened ?? left.at(-1)) : happened;
  return reason === undefined ? undefined : withArticle(reason, filler.said.text);
}

/** What belongs in front of a sentence: "the pump is broken", "my pump leaks". */
function withArticle(piece: string, text: string): string {
  if (!HAPPENED.test(piece) && !/n't\b/.test(piece)) return piece;
  const before = text.slice(0, Math.max(0, text.indexOf(piece)));
  return `${/\b(?:the|an?|my|our|his|her|their) $/i.exec(before)?.[0] ?? ""}${piece}`;
}

function searchFor(param: Param, filler: Filler): string | undefined {
  const by = (words: RegExp): boolean => words.test(param.description);
  const found =
    (by(/\be-?mail\b/i) && filler.take(({ kind }) => kind === "email")) ||
    (by(/\b(id|number|code)\b/i) && filler.take(({ kind }) => kind === "id")) ||
    (by(/\bname\b/i) && filler.take(({ kind }) => kind === "name"));
  return found ? found.text : searched(SEARCH_WORDS_MAX, filler);
}

/** Ids and numbers say nothing to a search for words. */
function searched(wordsMax: number, { command, said, entities }: Filler): string | undefined {
  const skip = new Set([...command, ...(said.skip ?? [])]);
  const chars = Array.from({ length: said.text.length }, (_, i) => said.text.charAt(i));
  for (const { kind, start, end } of entities)
    if (!["name", "quote", "url", "path"].includes(kind)) chars.fill(" ", start, end);
  return (
    searchWords(chars.join(""), skip, wordsMax) ||
    searchWords(said.text, skip, wordsMax) ||
    undefined
  );
}

function nameFor(filler: Filler): string | undefined {
  const found =
    filler.take(({ kind }) => kind === "name") ?? filler.take(({ kind }) => kind === "quote");
  if (found) return found.text;
  return filler.known.acts ? undefined : searched(4, filler);
}

function placeFor(filler: Filler): string | undefined {
  const found = placed(filler) ?? filler.take(({ kind }) => kind === "name")?.text;
  if (found !== undefined) return found;
  const code = filler.take(({ kind }) => kind === "id");
  if (code) return code.text;
  return filler.known.acts ? undefined : searched(4, filler);
}

export function leftOf(filler: Filler): string[] {
  const { said, used, command } = filler;
  return leftovers({ text: said.text, used: [...used], command });
}

/** What is left once a title was taken, or all of it when that is next to nothing. */
function bodyOf(left: readonly string[], text: string): string {
  const joined = left.join(", ");
  return contentWords(joined).length >= BODY_WORDS_MIN ||
    (left.length === 1 && contentWords(text).length < 6)
    ? joined
    : text.trim();
}
