// Foreign text without characters that show nothing yet are read by a model: controls, zero-width and
// bidirectional marks, variation selectors, and the tag block that mirrors ASCII.

const UNSEEN_RANGES = [
  "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e",
  "\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f",
  "\\ufe00-\\ufe0f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e0fff}",
];
const UNSEEN = new RegExp(`[${UNSEEN_RANGES.join("")}]`, "gu");

export function visible(text: string): string {
  return text.replace(UNSEEN, "");
}

/** One line, so that a title can't pose as the words around it. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, " ").trim();
}
