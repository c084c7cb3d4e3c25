// What a character may start where it stands: code, a quotation, a line that is quoted, or a marker.
import { judgeList, judgeObject } from "./bare.ts";
import type { Branch } from "./opener.ts";
import type { Place } from "./place.ts";
import { Quotation, type Region } from "./region.ts";
import type { Tools } from "./types.ts";

export type Start = Region | "ticks" | "brace" | "marker";

/** Undefined if it is only text. */
export function startOf(code: number, place: Place): Start | undefined {
  if (code === 34 || code === 8220) {
    if (!place.isAfterGap) return undefined;
    return new Quotation(code === 34 ? 34 : 8221, { isBefore: true });
  }
  if ((code === 62 || code === 126) && !place.isBlank) return undefined;
  if (code === 96 || code === 126) return "ticks";
  if (code === 62) return "marker";
  const { quoteEnd } = place;
  if (quoteEnd !== 0) return new Quotation(quoteEnd, { isBefore: false });
  return code === 123 ? "brace" : "marker";
}

export interface Around {
  readonly text: string;
  readonly at: number;
  readonly place: Place;
  readonly root: Branch;
  readonly tools: Tools;
}

// Saves the work for the commonest texts that start nothing, where their next characters are at hand;
// it never decides otherwise than the frames would.
export function mayStart(code: number, { text, at, place, root, tools }: Around): boolean {
  if (at + 1 >= text.length || (code !== 123 && code !== 60 && code !== 91)) return true;
  if (place.quoteEnd !== 0) return true;
  if (code === 123) return judgeObject(text, at) !== false;
  if (root.next.get(code)?.next.has(text.charCodeAt(at + 1)) === true) return true;
  return code === 91 && judgeList(text, at, { isLineStart: place.isBlank, tools }) !== false;
}
