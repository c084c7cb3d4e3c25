// What stands before a place in the text, as far as it says what a character may start there.
import { isBracket, mayFollow, type Prepared } from "./followers.ts";
import { isSpaceCode } from "./types.ts";

const LINE_BREAK = 10;
const SINGLE_QUOTE = 39;
const GUILLEMET = 171;

const SPECIAL = new Uint8Array(65_536);
for (const char of '<[{`~>"“') SPECIAL[char.charCodeAt(0)] = 1;

export class Place {
  /** Only white space since the line began. */
  isBlank = true;
  private before = LINE_BREAK;
  private beforeThat = LINE_BREAK;
  readonly prepared: Prepared;

  constructor(prepared: Prepared) {
    this.prepared = prepared;
  }

  note(code: number): void {
    if (code === LINE_BREAK) this.isBlank = true;
    else if (!isSpaceCode(code)) this.isBlank = false;
    this.beforeThat = this.before;
    this.before = code;
  }

  /** As at the start of a line. */
  restart(): void {
    this.isBlank = true;
    this.before = LINE_BREAK;
  }

  /** Passes characters that start nothing; returns the place of the first one that may. */
  pass(text: string, from: number): number {
    let { isBlank } = this;
    let before = this.before;
    let beforeThat = this.beforeThat;
    const { followers } = this.prepared;
    const last = text.length - 1;
    let i = from;
    for (; i <= last; i++) {
      const code = text.charCodeAt(i);
      if (SPECIAL[code] === 1) {
        if (i === last || !isBracket(code) || before === SINGLE_QUOTE || before === GUILLEMET)
          break;
        const next = text.charCodeAt(i + 1);
        // A list of objects is told by what its first object begins with.
        const isList = code === 91 && next === 123 && i + 1 < last;
        if (
          isList
            ? mayFollow(followers, next, text.charCodeAt(i + 2))
            : mayFollow(followers, code, next)
        )
          break;
      }
      if (code === LINE_BREAK) isBlank = true;
      else if (isBlank && !isSpaceCode(code)) isBlank = false;
      beforeThat = before;
      before = code;
    }
    this.isBlank = isBlank;
    this.before = before;
    this.beforeThat = beforeThat;
    return i;
  }

  /** After a space or an opening parenthesis: here a quotation mark opens. */
  get isAfterGap(): boolean {
    return isGap(this.before);
  }

  /** The closing mark of the quotation that a mark right before opened; 0 if there is none. */
  get quoteEnd(): number {
    if (this.before === GUILLEMET) return 187;
    return this.before === SINGLE_QUOTE && isGap(this.beforeThat) ? SINGLE_QUOTE : 0;
  }
}

function isGap(code: number): boolean {
  return isSpaceCode(code) || code === 40;
}
