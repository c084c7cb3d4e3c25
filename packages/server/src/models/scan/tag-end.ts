// Where a tag ends; no longer tag is one.

const TAG_CHARS_MAX = 256;

/** Where the tag that starts here has its ">", which may not stand in a quoted attribute; -1 if none. */
export function endOfTag(text: string, from: number): number {
  const limit = Math.min(text.length, from + TAG_CHARS_MAX);
  let before = 0;
  for (let i = from + 1; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code === 62) return i;
    if (code === 60) return -1;
    if (before === 61 && (code === 34 || code === 39)) i = skipQuoted(text, i, limit);
    before = code;
  }
  return -1;
}

/** The place of the closing quote; that of the opening one, if there is none in this tag. */
function skipQuoted(text: string, from: number, limit: number): number {
  const quote = text.charCodeAt(from);
  for (let i = from + 1; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) return i;
    if (code === 60) break;
  }
  return from;
}
