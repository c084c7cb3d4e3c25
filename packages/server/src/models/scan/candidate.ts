// What may be a call: the frame that finds its end, and what is made of its text once that is known.
import { parseBare } from "./bare.ts";
import type { Brackets } from "./brackets.ts";
import type { Opener } from "./opener.ts";
import { parseBareCalls } from "./json-call.ts";
import { Marked } from "./marked.ts";
import { parsePrinted } from "./pythonic.ts";
import { Section } from "./section.ts";
import type { Ticks } from "./ticks.ts";
import type { Found, Tools } from "./types.ts";

export type Candidate =
  | {
      readonly kind: "section";
      readonly frame: Section;
      readonly opener: Opener & { opens: "section" };
    }
  | { readonly kind: "marked"; readonly frame: Marked }
  | { readonly kind: "ticks"; readonly frame: Ticks; readonly mark: number }
  | { readonly kind: "json" | "pythonic"; readonly frame: Brackets };

/** The candidate's text, of which the first characters are the marker that opened it. */
export interface Held {
  readonly text: string;
  readonly markerLength: number;
}

export type Outcome =
  | {
      readonly is: "calls";
      readonly found: readonly Found[];
      readonly format: string;
      /** How much of the text it was; what follows is read on. */
      readonly length: number;
    }
  | { readonly is: "text" }
  /** Text after all, but what follows its opening may hold calls. */
  | { readonly is: "refused" };

const REFUSED: Outcome = { is: "refused" };
const TEXT: Outcome = { is: "text" };

export function candidateOf(opener: Opener): Candidate | undefined {
  if (opener.opens === "section")
    return { kind: "section", opener, frame: new Section(opener.syntax) };
  if (opener.opens === "json-after")
    return { kind: "marked", frame: new Marked(opener.format, opener.name) };
  return undefined;
}

/** The frame has found the end. */
export function settle(candidate: Candidate, held: Held, tools: Tools): Outcome {
  const { text, markerLength } = held;
  if (candidate.kind === "section") return settleSection(candidate, held, tools);
  if (candidate.kind === "marked") {
    const found = candidate.frame.parse(text.slice(markerLength), tools);
    return { is: "calls", found, format: candidate.frame.format, length: text.length };
  }
  if (candidate.kind === "ticks") return settleFence(candidate.frame, text, tools);
  const end = candidate.frame.end;
  const { calls, format } = parseBare(candidate.frame, text.slice(0, end), tools);
  return calls.length === 0 ? REFUSED : { is: "calls", found: calls, format, length: end };
}

function settleSection(
  { frame, opener }: Candidate & { kind: "section" },
  { text, markerLength }: Held,
  tools: Tools,
): Outcome {
  const { format } = opener;
  if (frame.isHopeless) return { is: "calls", found: [], format, length: text.length };
  const isNamed = format === "named-tag" || format === "qwen-xml" || format === "invoke";
  const end = markerLength + Math.max(frame.bodyLength, 0);
  const raw = isNamed && text[markerLength - 1] !== ">" ? text : text.slice(0, end);
  const body = text.slice(markerLength, end);
  const found = opener.parse({ raw, body, closed: !frame.isTorn, tools });
  return { is: "calls", found, format, length: text.length };
}

function settleFence(frame: Ticks, text: string, tools: Tools): Outcome {
  const body = text.slice(frame.json.from, frame.json.to);
  const calls = frame.isPython ? parsePrinted(body, tools) : parseBareCalls(body, tools).calls;
  if (calls.length === 0 || !tools.given) return TEXT;
  return {
    is: "calls",
    found: calls,
    format: frame.isPython ? "python-fence" : "json-fence",
    length: text.length,
  };
}

/** The stream ended first. */
export function settleAtEnd(candidate: Candidate, held: Held, tools: Tools): Outcome {
  const { text, markerLength } = held;
  const { kind, frame } = candidate;
  if (kind === "section") return finishSection(candidate, held, tools);
  if (kind === "marked") {
    if (frame.hasCalls) return settle(candidate, held, tools);
    const isJson = /^\s*[[{]/.test(text.slice(markerLength, markerLength + 64));
    return isJson ? { is: "calls", found: [], format: frame.format, length: text.length } : REFUSED;
  }
  const isWhole = kind === "ticks" ? frame.isClosed && frame.json.to > 0 : frame.end > 0;
  return isWhole ? settle(candidate, held, tools) : REFUSED;
}

function finishSection(
  { frame, opener }: Candidate & { kind: "section" },
  { text, markerLength }: Held,
  tools: Tools,
): Outcome {
  const { format } = opener;
  if (frame.isHopeless) return { is: "calls", found: [], format, length: text.length };
  const cut = frame.fallback;
  const raw = cut === undefined ? text : text.slice(0, markerLength + cut.body);
  const found = opener.parse({
    raw,
    body: raw.slice(markerLength),
    closed: cut !== undefined,
    tools,
  });
  const isCall = found.some((one) => "name" in one);
  const start = text.slice(markerLength, markerLength + 64);
  if (!isCall && format === "named-tag" && !/^\s*(?:\n|[<{])/.test(start)) return REFUSED;
  const length = isCall && cut !== undefined ? markerLength + cut.end : text.length;
  return { is: "calls", found, format, length };
}
