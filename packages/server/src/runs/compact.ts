// What goes when the window fills: old tool results first, then older turns. Pure.
import type { Span } from "./window.ts";

export interface CompactionPlan {
  readonly how: "tool-results" | "summary";
  readonly replaced: readonly string[];
}

/** A result shorter than this is not worth replacing by its stub. */
const RESULT_TOKENS_MIN = 100;
/** The newest spans stay as they are: the model is working with them. */
const NEWEST_KEPT = 6;

/**
 * Chooses spans to replace until about half of `tokensMax` is free; undefined when nothing is left
 * to make smaller.
 */
export function planCompaction(
  spans: readonly Span[],
  tokensOf: (span: Span) => number,
  tokensMax: number,
): CompactionPlan | undefined {
  const goal = spans.reduce((sum, span) => sum + tokensOf(span), 0) - tokensMax / 2;
  const old = spans.slice(1, Math.max(1, spans.length - NEWEST_KEPT));
  const results = take(
    old.filter(
      (span) =>
        span.role === "tool" &&
        !span.id.endsWith(":left-out") &&
        tokensOf(span) >= RESULT_TOKENS_MIN,
    ),
    tokensOf,
    goal,
  );
  if (results.length > 0) return { how: "tool-results", replaced: results };
  const turns = wholeTurns(old);
  return turns.length > 1 ? { how: "summary", replaced: turns } : undefined;
}

function take(
  spans: readonly Span[],
  tokensOf: (span: Span) => number,
  goal: number,
): readonly string[] {
  const ids: string[] = [];
  let freed = 0;
  for (const span of spans) {
    if (freed >= goal) break;
    ids.push(span.id);
    freed += tokensOf(span);
  }
  return ids;
}

/** Never parts a call from its result: the last turn, which may have more results, stays. */
function wholeTurns(old: readonly Span[]): readonly string[] {
  const lastTurn = old.findLastIndex((span) => span.id.startsWith("turn:"));
  return old
    .slice(0, Math.max(0, lastTurn))
    .filter((span) => span.id !== "input")
    .map((span) => span.id);
}

/** What the summarising model is asked; it sees the replaced spans before this. */
export const SUMMARY_REQUEST = [
  "Summarise the conversation above for yourself, so that you can go on without it.",
  "Keep: what the person wants, what was found (with ids, numbers and document numbers in square",
  "brackets exactly as they stand), what was done, what was refused and why, what is still to do.",
  "Write nothing that is not above. Do not call tools.",
].join(" ");
