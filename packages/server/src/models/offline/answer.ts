// Puts the answer together from what was done, refused, found or still missing. It makes up nothing.
import type { KnownTool } from "./tool-kind.ts";
import type { GoalState } from "./plan.ts";
import { quoteResult } from "./quote.ts";
import { STILL_NEED, type DoneCall, type Turn } from "./turn.ts";
import { sentences, sharedShare, stems } from "./words.ts";
import type { ModelMessage } from "../model.ts";

const WHAT_I_AM =
  "I am the built-in stand-in, no language model: I match words, call tools and quote what they return.";
const TITLES_MAX = 8;

export function answerOf(turn: Turn, states: readonly GoalState[]): string {
  const looked = states.filter((state) => state.kind === "done" && !state.goal.known.acts);
  const parts = states
    .filter((state) => !looked.includes(state))
    .map((state) => partOf(state, turn));
  if (looked.length > 0) {
    const good = turn.calls.filter(({ failed }) => !failed);
    const quotes = resultsOf(good).map((text) => quoteResult(turn.request, text));
    parts.unshift([...new Set(quotes)].join("\n"));
  }
  return [...new Set(parts)].join("\n\n");
}

// oxlint-disable-next-line typescript/consistent-return -- every kind returns
function partOf(state: GoalState, turn: Turn): string {
  const { title } = state.goal.known;
  switch (state.kind) {
    case "lacks": {
      const wants = state.missing.map(({ name, description }) =>
        description === "" ? name : `${name} (${description})`,
      );
      const found = turn.calls.filter(({ failed }) => !failed).at(-1);
      const sofar = found ? `I found:\n${quoteResult(state.goal.text, found.text)}\n\n` : "";
      return `${sofar}For “${title}” ${STILL_NEED}: ${wants.join("; ")}. Please tell me.`;
    }
    case "stopped":
      return `${state.goal.known.tool.name} did not succeed (${title}). ${state.call.tool} answered: “${state.call.text.trim().slice(0, 600)}”`;
    case "done": {
      const good = state.calls.filter(({ failed }) => !failed);
      const quotes = resultsOf(good).map((text) => quoteResult(state.goal.text, text));
      const { name } = state.goal.known.tool;
      const opening = state.goal.known.acts ? `Done (${name}): ${title}. It returned:\n` : "";
      return `${opening}${[...new Set(quotes)].join("\n")}`;
    }
    case "call":
      return `${state.call.tool} is still to be called.`;
  }
}

/** Numbered passages of several results are quoted together: the best of all. */
function resultsOf(calls: readonly DoneCall[]): string[] {
  const texts = calls.map(({ text }) => text);
  const numbered = texts.filter((text) => /^\[\d+\]/m.test(text));
  const others = texts.filter((text) => !numbered.includes(text));
  return numbered.length > 0 ? [...others, numbered.join("\n\n")] : others;
}

export function nothingFits(tools: readonly KnownTool[]): string {
  const can = tools.slice(0, TITLES_MAX).map(({ title }) => `- ${title}`);
  const list = can.length > 0 ? `\n\nWhat I can do here:\n${can.join("\n")}` : "";
  return `I found no tool that fits this. ${WHAT_I_AM}${list}`;
}

const EXTRACT_MAX = 12;
const EXTRACT_CHARS_MAX = 240;

/** Without tools there is only the conversation itself to quote from. */
export function extractOf(messages: readonly ModelMessage[]): string {
  const last = messages.findLastIndex(({ role }) => role === "user");
  const wanted = [...new Set(stems(messages[last]?.text ?? ""))];
  const lines = messages.flatMap((message, i) =>
    i === last || message.role === "system" ? [] : sentences(message.text),
  );
  const spoken = lines.filter((line) => sharedShare(wanted, new Set(stems(line))) >= 0.4);
  const chosen = (spoken.length > 0 ? spoken : lines).slice(0, EXTRACT_MAX);
  if (chosen.length === 0) return WHAT_I_AM;
  return chosen.map((line) => `- ${line.slice(0, EXTRACT_CHARS_MAX)}`).join("\n");
}
