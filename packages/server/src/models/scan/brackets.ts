// A balanced bracket expression outside any tag: bare JSON, or a pythonic list of calls.
import type { Frame, FrameState } from "./frame.ts";
import { CALL_CHARS_MAX, DEPTH_MAX, isSpaceCode } from "./types.ts";

const HEAD_CHARS_MAX = 160;

export interface BracketsRules {
  readonly quotes: string;
  /** Judges the first characters: false fails, true ends the judging, undefined wants more. */
  readonly allows: ((head: string) => boolean | undefined) | undefined;
  /** Judges what follows the closing bracket in the same way; without it, nothing more is read. */
  readonly settles: ((rest: string) => boolean | undefined) | undefined;
  /** A raw line break in a string is no reason to fail. */
  readonly multiline: boolean;
}

export class Brackets implements Frame {
  state: FrameState = "open";
  excess = 0;
  /** Index of the character after the closing bracket. */
  end = 0;
  /** What followed the closing bracket, from the first character that is no space. */
  rest = "";
  private readonly rules: BracketsRules;
  private readonly singles: boolean;
  private head: string | undefined;
  private depth = 0;
  private quote = 0;
  private escaped = false;
  private length = 0;

  constructor(rules: BracketsRules) {
    this.rules = rules;
    this.singles = rules.quotes.includes("'");
    this.head = rules.allows === undefined ? undefined : "";
  }

  take(text: string, from: number): number {
    const limit = Math.min(text.length, from + CALL_CHARS_MAX + 1 - this.length);
    let i = from;
    while (i < limit && this.state === "open") {
      if (this.end > 0) this.follow(text[i] ?? "", text.charCodeAt(i));
      else {
        if (this.head === undefined) i = this.skip(text, i, limit);
        if (i >= limit) break;
        const code = text.charCodeAt(i);
        if (this.head !== undefined && !isSpaceCode(code)) this.judge(text[i] ?? "");
        this.inside(code, this.length + i + 1 - from);
      }
      i++;
    }
    this.length += i - from;
    if (this.length > CALL_CHARS_MAX) this.state = "failed";
    return i;
  }

  wakes(code: number): boolean {
    if (this.head !== undefined || this.end > 0) return true;
    return isBracket(code) || code === 10;
  }

  /** The next character that matters. */
  private skip(text: string, from: number, limit: number): number {
    if (this.escaped) return from;
    const { quote, singles } = this;
    let i = from;
    for (; i < limit; i++) {
      const code = text.charCodeAt(i);
      if (quote !== 0) {
        if (code === quote || code === 92 || code === 10) break;
      } else if (code === 34 || isBracket(code) || (code === 39 && singles)) break;
    }
    return i;
  }

  /** Whether its first characters are still to be judged, or were its end. */
  get isJudging(): boolean {
    return this.head !== undefined;
  }

  private judge(char: string): void {
    const head = (this.head ?? "") + char;
    const verdict = head.length > HEAD_CHARS_MAX ? false : this.rules.allows?.(head);
    if (verdict === false) this.state = "failed";
    this.head = verdict === true ? undefined : head;
  }

  private inside(code: number, length: number): void {
    if (this.quote !== 0) {
      if (this.escaped) this.escaped = false;
      else if (code === 92) this.escaped = true;
      else if (code === this.quote) this.quote = 0;
      else if (code === 10 && !this.rules.multiline) this.state = "failed";
    } else if (code === 34 || (code === 39 && this.singles)) this.quote = code;
    else if (code === 123 || code === 91 || code === 40) {
      if (++this.depth > DEPTH_MAX) this.state = "failed";
    } else if ((code === 125 || code === 93 || code === 41) && --this.depth <= 0) {
      this.end = length;
      if (this.rules.settles === undefined) this.state = "done";
    }
  }

  private follow(char: string, code: number): void {
    this.excess++;
    if (this.rest === "" && isSpaceCode(code)) return;
    this.rest += char;
    const verdict = this.rules.settles?.(this.rest);
    if (verdict === false) this.state = "failed";
    if (verdict === true) this.state = "done";
  }
}

/** One that opens or closes. */
function isBracket(code: number): boolean {
  return code === 40 || code === 41 || (code | 32) === 123 || (code | 32) === 125;
}
