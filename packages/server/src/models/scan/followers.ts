// Which characters may follow a bracket that starts something: most brackets of a text are told by the next
// character to be only text.
import type { Branch } from "./opener.ts";
import { isNameCode, isSpaceCode, type Tools } from "./types.ts";

/** What is made of a list of tools once, for all texts. */
export interface Prepared {
  readonly tools: Tools;
  readonly root: Branch;
  readonly followers: Uint8Array;
}

/** "<", "[" and "{". */
export function isBracket(code: number): boolean {
  return code === 60 || code === 91 || code === 123;
}

/** Characters from here on are looked up as one. */
const LAST = 255;

/** For each character, a bit for each bracket that it may follow. */
export function followersOf(root: Branch): Uint8Array {
  const table = new Uint8Array(LAST + 1);
  const add = (bracket: number, code: number): void => {
    const at = Math.min(code, LAST);
    table[at] = (table[at] ?? 0) | bitOf(bracket);
  };
  for (let code = 0; code <= LAST; code++) {
    if (isSpaceCode(code)) add(123, code);
    if (isSpaceCode(code) || isNameCode(code)) add(91, code);
  }
  add(123, 34);
  add(91, 123);
  for (const bracket of [60, 91])
    for (const code of root.next.get(bracket)?.next.keys() ?? []) add(bracket, code);
  return table;
}

/** If not, the bracket is text. */
export function mayFollow(followers: Uint8Array, bracket: number, code: number): boolean {
  return (Number(followers[code < LAST ? code : LAST]) & bitOf(bracket)) !== 0;
}

/** Another for each of "<", "[" and "{". */
function bitOf(bracket: number): number {
  return 1 << (bracket >> 5);
}
