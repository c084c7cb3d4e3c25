// The turn under way, read from the messages: what the person wants and what was done about it.
import type { JsonObject } from "../../lib/json.ts";
import type { ModelMessage } from "../model.ts";
import { isList, isView, parseJson } from "../wire/json-view.ts";
import { entitiesIn, todayIn, type Entity } from "./entities.ts";

export interface DoneCall {
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly text: string;
  /** It brought nothing to go on with: refused, failed, or nothing found. */
  readonly failed: boolean;
  /** What a person made of the call before approving it. */
  readonly changedTo?: JsonObject;
}

export interface Turn {
  readonly request: string;
  readonly calls: readonly DoneCall[];
  readonly today: string | undefined;
  /** Ids and the like of earlier messages, newest first. */
  readonly earlier: readonly Entity[];
}

/** Ends a question of ours for what is missing; the next message is then the rest of the request. */
export const STILL_NEED = "I still need";
const EARLIER_MESSAGES_MAX = 6;

export function readTurn(messages: readonly ModelMessage[]): Turn {
  const system = messages.filter(({ role }) => role === "system").map(({ text }) => text);
  const today = todayIn(system.join("\n"));
  const at = messages.findLastIndex(({ role }) => role === "user");
  const before = messages.slice(0, Math.max(at, 0));
  return {
    request: requestOf(messages, at),
    calls: callsOf(messages.slice(at + 1)),
    today,
    earlier: before
      .filter(({ role }) => role !== "system")
      .toReversed()
      .slice(0, EARLIER_MESSAGES_MAX)
      .flatMap(({ text }) => entitiesIn(text, today).toReversed()),
  };
}

function requestOf(messages: readonly ModelMessage[], at: number): string {
  const text = messages[at]?.text ?? "";
  const before = messages.slice(0, Math.max(at, 0));
  const asked = before.at(-1);
  if (asked?.role !== "assistant" || !asked.text.includes(STILL_NEED)) return text;
  const earlier = before.findLastIndex(({ role }) => role === "user");
  return `${requestOf(before, earlier)}\n${text}`;
}

function callsOf(messages: readonly ModelMessage[]): DoneCall[] {
  const results = new Map<string, string>();
  for (const { role, callId, text } of messages)
    if (role === "tool" && callId !== undefined) results.set(callId, text);
  return messages.flatMap((message) =>
    (message.calls ?? []).flatMap((call) => {
      const result = results.get(call.callId);
      if (result === undefined) return [];
      const { text, changedTo } = withoutNote(result);
      const done = { tool: call.tool, arguments: call.arguments, text, failed: isFailure(text) };
      return [changedTo === undefined ? done : { ...done, changedTo }];
    }),
  );
}

/** The run tells in front of a result when a person changed the call. */
function withoutNote(result: string): { text: string; changedTo?: JsonObject } {
  const note = /^\[A person changed this call before approving it, to (.*)\]\n/.exec(result);
  const changed = note ? parseJson(note[1] ?? "") : undefined;
  const text = note ? result.slice(note[0].length) : result;
  return isView(changed) ? { text, changedTo: changed } : { text };
}

const FAILED =
  /^\W*(no|not|nothing|none|there (is|are) no|error|failed|policy denied|a person refused|nobody answered|unknown|invalid)\b|\b(not found|was denied|is denied|denied this|refused this|does not exist|can't be found|could not be (found|done|read)|is not allowed|may not see|has expired|took too long|no such|timed out|not permitted|permission denied)\b/i;
const FAILED_CHARS = 240;

/** How the run itself reports a failure: a code of its own, then what happened. */
const CODE = /^[a-z]+(?:_[a-z]+)*\.[a-z]+(?:_[a-z]+)*: /;

export function withoutCode(text: string): string {
  return text.trim().replace(CODE, "");
}

export function isFailure(text: string): boolean {
  if (CODE.test(text.trim())) return true;
  const json = parseJson(text.trim());
  if (isList(json)) return json.length === 0;
  if (isView(json)) {
    if (json["error"] !== undefined && json["error"] !== null && json["error"] !== false)
      return true;
    if ([json["ok"], json["success"], json["found"]].includes(false)) return true;
    const values = Object.values(json);
    const lists = values.filter((value) => isList(value));
    const said = values.some((value) => typeof value === "string" || isView(value));
    return lists.length > 0 && lists.every((list) => list.length === 0) && !said;
  }
  return FAILED.test(text.slice(0, FAILED_CHARS));
}
