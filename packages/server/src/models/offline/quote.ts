// Quotes what was found: the sentences that speak the question's words, with their numbers.
import type { Json } from "../../lib/json.ts";
import { parseJson } from "../wire/json-view.ts";
import { sayJson } from "./say.ts";
import { sentences, sharedShare, stems } from "./words.ts";

const QUOTES_MAX = 3;
/** Of what was only to be shown, so many sentences. */
const OPENING_MAX = 6;
const QUOTE_CHARS_MAX = 400;
const FIELDS_MAX = 24;

interface Passage {
  /** The number to cite it by; undefined when the result gives none. */
  readonly number: string | undefined;
  readonly head: string;
  readonly text: string;
}

/** Results with numbers in brackets are passages to cite; their first line is a title. */
function passagesOf(result: string): Passage[] {
  const starts = [...result.matchAll(/^\[(\d{1,4})\] ?/gm)];
  return starts.map((start, i) => {
    const body = result.slice(start.index + start[0].length, starts[i + 1]?.index);
    const cut = body.indexOf("\n");
    const head = cut < 0 ? "" : body.slice(0, cut);
    return { number: start[1], head, text: cut < 0 ? body : body.slice(cut + 1) };
  });
}

interface Quote {
  readonly text: string;
  readonly share: number;
}

function quotesOf(question: string, result: string): Quote[] {
  const wanted = [...new Set(stems(question))];
  const quotes: Quote[] = [];
  for (const { number, head, text } of passagesOf(result))
    for (const sentence of sentences(text)) {
      const said = new Set(stems(sentence));
      // The title says what a passage is about, so its words count for its sentences a little.
      const title = sharedShare(wanted, new Set(stems(head)));
      const share = sharedShare(wanted, said) + (sharedShare(wanted, said) > 0 ? title * 0.2 : 0);
      const clean = sentence.replace(/^[#>*\s-]+/, "").slice(0, QUOTE_CHARS_MAX);
      quotes.push({ text: `“${clean}” [${number}]`, share });
    }
  return quotes.toSorted((a, b) => b.share - a.share);
}

/** The share of the question's words that the best sentence speaks. */
export function coverage(question: string, result: string): number {
  const quotes = quotesOf(question, result);
  if (quotes.length === 0) return 1;
  return quotes[0]?.share ?? 0;
}

/** A result in words: passages as quotations, fields as sentences, plain text quoted. */
export function quoteResult(question: string, result: string, nouns = ""): string {
  const quotes = quotesOf(question, result);
  if (quotes.length > 0 && stems(question).length === 0)
    return quotes
      .slice(0, OPENING_MAX)
      .map(({ text }) => text)
      .join("\n");
  if (quotes.length > 0) return quoteSentences(quotes);
  const json = jsonOf(result);
  if (json !== undefined) return sayJson(question, json, nouns);
  return quoteText(question, result);
}

/** JSON, or a list of it line by line. */
export function jsonOf(result: string): Json | undefined {
  const whole = parseJson(result.trim());
  if (whole !== undefined && typeof whole === "object") return whole;
  const lines = result.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0 || !lines.every((line) => /^\s*\{/.test(line))) return undefined;
  const rows = lines.map((line) => parseJson(line.trim()));
  return rows.some((row) => row === undefined) ? undefined : rows.flatMap((row) => row ?? []);
}

/** Of a long text the sentences that speak of the question. */
function quoteText(question: string, result: string): string {
  const text = result.trim();
  const all = sentences(text);
  const wanted = [...new Set(stems(question))];
  const near = all.filter((each) => sharedShare(wanted, new Set(stems(each))) > 0);
  const isShort = text.length <= QUOTE_CHARS_MAX;
  if (isShort && !text.includes("\n")) return `“${text}”`;
  if (near.length > 0 && near.length < all.length && all.every((each) => / .* /.test(each)))
    return `“${near.slice(0, QUOTES_MAX).join(" ").slice(0, QUOTE_CHARS_MAX)}”`;
  return text
    .split("\n")
    .slice(0, FIELDS_MAX)
    .map((line) => `> ${line.slice(0, QUOTE_CHARS_MAX)}`)
    .join("\n");
}

function quoteSentences(quotes: readonly Quote[]): string {
  const distinct = [...new Map(quotes.map((quote) => [quote.text, quote])).values()];
  const best = distinct[0]?.share ?? 0;
  const near = distinct
    .filter(({ share }) => share > 0 && share >= best * 0.6)
    .slice(0, QUOTES_MAX);
  if (near.length > 0) return near.map(({ text }) => text).join("\n");
  const nearest = distinct.slice(0, 2).map(({ text }) => text);
  return `No sentence that I found speaks of this. The nearest:\n${nearest.join("\n")}`;
}
