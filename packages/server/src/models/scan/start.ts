// What a character may start where it stands: code, a quotation, a line that is quoted, or a marker.
import { judgeList, judgeObject } from "./bare.ts";
import type { Place } from "./place.ts";
import { Quotation, type Region } from "./region.ts";

/** "waits": a bracket of which a few more characters must be seen. */
export type Start = Region | "ticks" | "marker" | "waits";

const WAIT_CHARS_MAX = 4;

/** What starts at this place; undefined if it is only text. */
export function startAt(text: string, at: number, place: Place): Start | undefined {
  const code = text.charCodeAt(at);
  if (code === 34 || code === 8220) {
    if (!place.isAfterGap) return undefined;
    return new Quotation(code === 34 ? 34 : 8221, { isBefore: true });
  }
  if ((code === 62 || code === 126) && !place.isBlank) return undefined;
  if (code === 96 || code === 126) return "ticks";
  if (code === 62) return "marker";
  const { quoteEnd } = place;
  if (quoteEnd !== 0) return new Quotation(quoteEnd, { isBefore: false });
  const may = mayStart(text, at, place);
  if (may === false) return undefined;
  return may === undefined && text.length - at <= WAIT_CHARS_MAX ? "waits" : "marker";
}

// Saves the work for the commonest brackets that start nothing; it never decides otherwise than the frames
// would. Undefined: more characters must be seen.
function mayStart(text: string, at: number, { prepared, isBlank }: Place): boolean | undefined {
  const code = text.charCodeAt(at);
  if (code === 123) return judgeObject(text, at);
  if (at + 1 >= text.length) return undefined;
  if (prepared.root.next.get(code)?.next.has(text.charCodeAt(at + 1)) === true) return true;
  if (code === 60) return false;
  return judgeList(text, at, { isLineStart: isBlank, tools: prepared.tools });
}
