// How a value is written where it was found, against how it was registered.
import type { KnownEncoding } from "./finding.ts";
import { writtenHash } from "./written.ts";

export function writingOf(text: string, written: number): KnownEncoding {
  if (writtenHash(text) === written) return "plain";
  if (/\p{Cf}/u.test(text)) return "zero-width";
  // oxlint-disable-next-line no-control-regex -- ASCII, all of it.
  if (/[^\u0000-\u007f]/.test(text)) return "look-alike";
  return isCased(text) ? "case" : "spacing";
}

/** Nothing but letters with spaces of one between words: what differs is their case. */
function isCased(text: string): boolean {
  return /^[\w.@'+-]+( [\w.@'+-]+)*$/.test(text) && !/(^|[ .-])\w([ .-]\w){2}/.test(text);
}
