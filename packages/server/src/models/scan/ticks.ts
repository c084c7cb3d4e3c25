// A run of backticks or tildes: it may open code, or a fence that holds nothing but a JSON call.
import { Brackets, type BracketsRules } from "./brackets.ts";
import type { Frame, FrameState } from "./frame.ts";
import { isNameCode, isSpaceCode } from "./types.ts";

const JSON_RULES: BracketsRules = {
  quotes: '"',
  allows: undefined,
  settles: undefined,
  multiline: false,
};
const PYTHON_RULES: BracketsRules = { ...JSON_RULES, quotes: `"'`, multiline: true };

/** A run of backticks or tildes, and what it turns out to open. */
export class Ticks implements Frame {
  state: FrameState = "open";
  excess = 0;
  run = 0;
  /** Where the JSON stands in the text taken; only if the state is "done". */
  json = { from: 0, to: 0 };
  private readonly mark: number;
  private readonly isLineStart: boolean;
  private info: string | undefined;
  private inner: Brackets | undefined;
  private length = 0;
  private closing = "";
  private isFence = false;

  /** Gemma's fence, which holds calls as Python. */
  get isPython(): boolean {
    return this.info?.trim() === "tool_code";
  }

  constructor(mark: number, isLineStart: boolean) {
    this.mark = mark;
    this.isLineStart = isLineStart;
  }

  take(text: string, from: number): number {
    for (let i = from; i < text.length;) {
      if (this.inner !== undefined && this.inner.end === 0) i = this.body(this.inner, text, i);
      else {
        this.step(text[i] ?? "", text.charCodeAt(i));
        // The character that begins the JSON is the JSON's.
        if (this.inner !== undefined && this.inner.end === 0) continue;
        this.length++;
        i++;
      }
      if (this.state !== "open") return i;
    }
    return text.length;
  }

  wakes(code: number): boolean {
    return this.inner === undefined || this.inner.wakes(code);
  }

  /** What a run that holds no call opens. */
  get opens(): "fence" | "inline" | "text" {
    if (this.isFence) return "fence";
    return this.mark === 96 ? "inline" : "text";
  }

  private step(char: string, code: number): void {
    if (this.info === undefined && code === this.mark) this.run++;
    else if (this.info === undefined) this.afterRun(char, code);
    else if (this.inner === undefined) this.beforeJson(char, code);
    else this.afterJson(char, code);
  }

  private afterRun(char: string, code: number): void {
    this.isFence = this.isLineStart && this.run >= 3;
    this.info = "";
    if (this.isFence) this.beforeJson(char, code);
    else this.state = "failed";
  }

  private beforeJson(char: string, code: number): void {
    if (this.info?.endsWith("\n") === true) {
      if (isSpaceCode(code)) return;
      if (code !== 123 && code !== 91 && !(this.isPython && isNameCode(code))) {
        this.state = "failed";
        return;
      }
      this.inner = new Brackets(this.isPython ? PYTHON_RULES : JSON_RULES);
      this.json.from = this.length;
    } else {
      this.info = (this.info ?? "") + char;
      if (code === 96 && this.mark === 96) {
        this.isFence = false;
        this.state = "failed";
      } else if (code === 10 ? !INFOS.has(this.info.trim()) : this.info.length > 16)
        this.state = "failed";
    }
  }

  private body(inner: Brackets, text: string, from: number): number {
    const to = inner.take(text, from);
    this.length += to - from;
    if (inner.state === "failed") this.state = "failed";
    this.json.to = this.length;
    if (inner.state === "done") inner.end = this.length;
    return to;
  }

  private afterJson(char: string, code: number): void {
    if (code === this.mark && !this.closing.includes(" ")) this.closing += char;
    else if (code === 10 && this.closing !== "") {
      this.excess = 1;
      this.state = "done";
    } else if (!isSpaceCode(code)) this.state = "failed";
    else if (this.closing !== "") this.closing += " ";
    if (this.state === "done" && !this.isClosed) this.state = "failed";
  }

  /** The closing fence was there. */
  get isClosed(): boolean {
    return this.closing.trim().length >= this.run;
  }
}

const INFOS: ReadonlySet<string> = new Set([
  "",
  "json",
  "tool_call",
  "tool_calls",
  "tool_code",
  "JSON",
]);
