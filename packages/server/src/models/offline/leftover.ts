// What a sentence says beyond its command and the values that were taken from it.
import type { Entity } from "./entities.ts";
import { asksOnly } from "./tool-kind.ts";
import { contentWords, rawWords, stem } from "./words.ts";

const CAUSE =
  /\b(?:because(?: of)?|since|due to|as (?=it|he|she|they|we|i|the)|the reason (?:is|being)|reason:)\s+/i;
const LEADING =
  /^(?:and|but|of|for|with|to|on|at|by|in|from|the|about|regarding|concerning|saying|that|because|since|due|as|is|it's|so|which|then|please|reason|an?|my|our|me|us|i|we|want|would|like|need|can|could|you)\b[\s:]*/i;
const TRAILING =
  /[\s:–-]+(?:and|but|of|for|with|to|on|at|by|in|from|the|about|until|till|through|a|an|is|worth|over)?$/i;
/** Stands where a value was taken out; no text holds it. */
const CUT = "\uE000";

export interface LeftoverOptions {
  readonly text: string;
  readonly used: readonly Pick<Entity, "start" | "end">[];
  /** Words of the command: the tool's name and its kin. */
  readonly command: ReadonlySet<string>;
}

/** Pieces of the text that carry matter of their own, in its direction. */
export function leftovers({ text, used, command }: LeftoverOptions): string[] {
  const chars = text.split("");
  for (const { start, end } of used) chars.fill(CUT, start, end);
  return chars
    .join("")
    .split(/[,;\n]|\.(?:\s|$)|[!?](?:\s|$)|:\s|\s[–—-]\s|\uE000+/)
    .map((piece) => trimmed(piece, command))
    .filter((piece) => contentWords(piece).some((word) => !command.has(stem(word))));
}

/** What follows a word that gives a cause: what is quoted there, or the rest of the sentence. */
export function causeIn(text: string): string | undefined {
  const match = CAUSE.exec(text);
  if (!match) return undefined;
  const rest = text.slice(match.index + match[0].length);
  const quoted = /^"([^"\n]+)"|^“([^”\n]+)”/.exec(rest);
  if (quoted) return quoted[1] ?? quoted[2];
  return rest.split(/[.;\n](?:\s|$)/)[0]?.trim() || undefined;
}

function trimmed(piece: string, command: ReadonlySet<string>): string {
  let rest = piece.trim();
  for (;;) {
    const shorter = dropCommand(rest.replace(LEADING, ""), command).replace(TRAILING, "").trim();
    if (shorter === rest) return rest;
    rest = shorter;
  }
}

function dropCommand(piece: string, command: ReadonlySet<string>): string {
  const [first = ""] = rawWords(piece);
  const at = piece.toLowerCase().indexOf(first);
  return first !== "" && at === 0 && command.has(stem(first))
    ? piece.slice(first.length).trim()
    : piece;
}

/** The words that one would search for. */
export function searchWords(text: string, command: ReadonlySet<string>, wordsMax: number): string {
  const skip = (word: string): boolean => command.has(stem(word)) || asksOnly(word);
  const written = text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? [];
  const kept = written.filter((word) => contentWords(word).some((each) => !skip(each)));
  const chosen = kept.length > 0 ? kept : written;
  return [...new Set(chosen)].slice(0, wordsMax).join(" ");
}
