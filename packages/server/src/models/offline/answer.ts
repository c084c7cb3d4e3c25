// Puts the answer together from what was done, refused, found or still missing. It makes up nothing.
import type { Json } from "../../lib/json.ts";
import { isView, listOf, viewOf } from "../wire/json-view.ts";
import { joinWords, labelOf, thingOf } from "./fields.ts";
import { entitiesIn } from "./entities.ts";
import { asksOnly, type KnownTool, type Param } from "./tool-kind.ts";
import type { GoalState } from "./plan.ts";
import { jsonOf, quoteResult } from "./quote.ts";
import { sayOutcome, tellsOf } from "./say.ts";
import { deedOf } from "./verbs.ts";
import { STILL_NEED, withoutCode, type DoneCall, type Turn } from "./turn.ts";
import { contentWords, sentences, sharedShare, stem, stems } from "./words.ts";
import type { ModelMessage } from "../model.ts";

const WHAT_I_AM =
  "I am the built-in stand-in, no language model: I match words, call tools and quote what they return.";
const TITLES_MAX = 8;
const REASON_CHARS_MAX = 600;

export function answerOf(turn: Turn, states: readonly GoalState[]): string {
  const looked = states.filter((state) => state.kind === "done" && !state.goal.known.acts);
  const parts = states
    .filter((state) => !looked.includes(state))
    .map((state) => partOf(state, turn));
  if (looked.length > 0) parts.unshift(found(turn, looked));
  return [...new Set(parts)].join("\n\n");
}

/** What the look-ups brought; of a chain of them only its end, unless an earlier link answers. */
function found(turn: Turn, looked: readonly GoalState[]): string {
  const good = turn.calls.filter(({ failed }) => !failed);
  const last = good.at(-1)?.tool;
  const wanted = new Set([last, ...looked.map(({ goal }) => goal.known.tool.name)]);
  const tells = good.filter(({ text }) => {
    const json = jsonOf(text);
    return json !== undefined && tellsOf(turn.request, json);
  });
  const end = good.filter(({ tool }) => (looked.length > 1 ? wanted.has(tool) : tool === last));
  const used = tells.length === 0 ? good : end.some((call) => tells.includes(call)) ? end : tells;
  const numbered = good.filter(({ text }) => isNumbered(text));
  const nouns = looked[0]?.goal.known.nouns.length ? "entries" : "";
  const matter = matterOf(
    turn.request,
    looked.flatMap(({ goal }) => goal.known.nouns),
  );
  const quotes = resultsOf([...new Set([...used, ...numbered])]).map((text) =>
    quoteResult(isNumbered(text) ? matter : turn.request, text, nouns),
  );
  return [...new Set(quotes)].join("\n");
}

/** What a question is about, beyond "summarise page P-1". */
function matterOf(request: string, nouns: readonly string[]): string {
  const chars = request.split("");
  for (const { kind, start, end } of entitiesIn(request, undefined))
    if (kind === "id" || kind === "path") chars.fill(" ", start, end);
  const words = contentWords(chars.join(""));
  return words.filter((word) => !asksOnly(word) && !nouns.includes(stem(word))).join(" ");
}

// oxlint-disable-next-line typescript/consistent-return -- every kind returns
function partOf(state: GoalState, turn: Turn): string {
  const deed = deedOf(state.goal.known);
  switch (state.kind) {
    case "lacks": {
      const wants = joinWords(state.missing.map(wantOf));
      return `${sofar(turn, state.goal.text)}To ${deed.plain}, ${STILL_NEED} ${wants}. Could you tell me?`;
    }
    case "stopped":
      return stopped(state.goal.known, state.call);
    case "done": {
      const good = state.calls.filter(({ failed }) => !failed);
      return good.map((call) => didOf(deed.past, call)).join("\n");
    }
    case "call":
      return `I have not ${deed.past} yet.`;
  }
}

/** Before a question: what was found, or that nothing was. */
function sofar(turn: Turn, text: string): string {
  const last = turn.calls.at(-1);
  if (!last) return "";
  if (last.failed) return `${nothing(last)}\n\n`;
  return `${quoteResult(text, last.text, "entries")}\n\n`;
}

function nothing({ arguments: given, text: result }: DoneCall): string {
  const text = withoutCode(result);
  const sought = Object.values(given).filter((value) => typeof value === "string");
  const about = sought.length > 0 ? ` for ${joinWords(sought.map((value) => `“${value}”`))}` : "";
  const json = jsonOf(text);
  const isEmpty = json !== undefined && messageIn(json) === undefined;
  return isEmpty ? `I found nothing${about}.` : `I found nothing${about}: ${reasonOf(text)}`;
}

/** What the run itself says when a call was not let through needs no quotation marks. */
const KERNEL = /^(?:Policy denied|A person refused|Nobody answered)/;

function stopped(known: KnownTool, call: DoneCall): string {
  const { plain, past } = deedOf(known);
  if (!known.acts) return KERNEL.test(call.text) ? call.text.trim() : nothing(call);
  if (KERNEL.test(call.text)) return `I have not ${past}. ${call.text.trim()}`;
  if (call.tool !== known.tool.name) return `${nothing(call)} So I have not ${past}.`;
  return `I could not ${plain}: ${reasonOf(call.text)}`;
}

function reasonOf(given: string): string {
  const text = withoutCode(given);
  const json = jsonOf(text);
  const message = json === undefined ? text : (messageIn(json) ?? quoteResult("", text));
  return `“${message.trim().slice(0, REASON_CHARS_MAX)}”`;
}

function messageIn(json: Json): string | undefined {
  if (!isView(json)) return undefined;
  const { error, message } = json;
  if (typeof error === "string")
    return typeof message === "string" ? `${error}: ${message}` : error;
  if (isView(error) && typeof error["message"] === "string") return error["message"];
  return typeof message === "string" ? message : undefined;
}

/** "I have booked a room (room 12, …). The booking id is B-1." */
function didOf(past: string, call: DoneCall): string {
  const fields = thingOf(call.changedTo ?? call.arguments).fields;
  const given = fields.map(({ label, value }) => `${label.replace(/ id$/, "")} ${short(value)}`);
  const detail = given.length > 0 ? ` (${given.join(", ")})` : "";
  const changed = call.changedTo ? " A person changed the call before approving it." : "";
  const json = jsonOf(call.text);
  const outcome =
    json === undefined
      ? quoteResult("", call.text)
      : sayOutcome(
          json,
          fields.map(({ value }) => value),
        );
  return `I have ${past}${detail}.${changed} ${outcome}`.trim();
}

function short(value: string): string {
  return value.length > 80 ? `“${value.slice(0, 77)}…”` : value;
}

/** "the service (inspection, tyres or brakes)". */
function wantOf({ name, description, schema }: Param): string {
  const items = viewOf(schema, "items");
  const values = [...listOf(schema, "enum"), ...listOf(items, "enum")].map(String);
  const inner = Object.keys(viewOf(schema, "properties") ?? viewOf(items, "properties") ?? {});
  const detail =
    values.length > 0
      ? joinWords(
          values
            .map(labelOf)
            .map((label, i) => (/[A-Z]/.test(values[i] ?? "") ? (values[i] ?? "") : label)),
          "or",
        )
      : description !== ""
        ? description.replace(/[.\s]+$/, "")
        : joinWords(inner.map(labelOf));
  if (name.length < 3 && detail !== "") return `the ${detail.toLowerCase()}`;
  return `the ${labelOf(name)}${detail === "" ? "" : ` (${detail})`}`;
}

function isNumbered(text: string): boolean {
  return /^\[\d+\]/m.test(text);
}

/** Numbered passages of several results are quoted together: the best of all. */
function resultsOf(calls: readonly DoneCall[]): string[] {
  const texts = calls.map(({ text }) => text);
  const numbered = texts.filter(isNumbered);
  const others = texts.filter((text) => !numbered.includes(text));
  return numbered.length > 0 ? [...others, numbered.join("\n\n")] : others;
}

export function nothingFits(tools: readonly KnownTool[]): string {
  const can = tools.slice(0, TITLES_MAX).map(({ title }) => `- ${title}`);
  const list = can.length > 0 ? `\n\nWhat I can do here:\n${can.join("\n")}` : "";
  return `I can't do this here: no tool of mine fits. ${WHAT_I_AM}${list}`;
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
