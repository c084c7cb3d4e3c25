// Quotes what was found: the sentences that speak the question's words, with their numbers.
import { factsIn } from "./facts.ts";
import { parseJson } from "../wire/json-view.ts";
import { sentences, sharedShare, stems } from "./words.ts";

const QUOTES_MAX = 3;
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

export function quoteResult(question: string, result: string): string {
  const quotes = quotesOf(question, result);
  if (quotes.length > 0) return quoteSentences(quotes);
  const json = parseJson(result.trim());
  const lines = result.split("\n").map((line) => line.trim());
  const structured =
    json !== undefined || lines.every((line) => line === "" || line.startsWith("{"));
  if (structured && typeof (json ?? {}) === "object") return quoteFields(question, result);
  return `“${result.trim().slice(0, QUOTE_CHARS_MAX)}”`;
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

/** Fields by name; those that the question names come first. */
function quoteFields(question: string, result: string): string {
  const asked = new Set(stems(question));
  const facts = factsIn(result, []);
  const things = new Map<string, string[]>();
  for (const fact of facts.slice(0, FIELDS_MAX * 4)) {
    const lines = things.get(fact.thing) ?? [];
    lines.push(`${fact.name}: ${String(fact.value)}`);
    things.set(fact.thing, lines);
  }
  // What the person said already is no news.
  const named = facts.filter(
    (fact) => fact.words.some((word) => asked.has(word)) && !question.includes(String(fact.value)),
  );
  const first =
    named.length > 0 && things.size === 1
      ? `${named.map((fact) => `${fact.name} is ${String(fact.value)}`).join(", ")}\n`
      : "";
  const rows = [...things.values()]
    .slice(0, FIELDS_MAX)
    .map((lines) => `- ${lines.slice(0, FIELDS_MAX).join(", ")}`);
  return `${first}${rows.join("\n")}` || result.slice(0, QUOTE_CHARS_MAX);
}
