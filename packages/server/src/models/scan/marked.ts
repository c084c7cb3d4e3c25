// Candidates that start with a marker but have no closing tag: Llama-3 (<|python_tag|>, JSON, ";"),
// Mistral ([TOOL_CALLS], an array, or name{…}, name[ARGS]{…}), and a fence that may hold a JSON call.
import { Brackets, type Frame, type FrameState } from "./frame.ts";
import { callsOf, readArguments } from "./json-call.ts";
import { parseLoose } from "./loose-json.ts";
import {
  isName,
  isNameCode,
  isSpaceCode,
  NAME_CHARS_MAX,
  type Found,
  type Tools,
} from "./types.ts";

function anyBrackets(): Brackets {
  return new Brackets({ quotes: '"', allows: () => true, multiline: true });
}

/** One or more JSON texts after a marker; `separator` joins them, `isNamed` allows a name before. */
export class Marked implements Frame {
  state: FrameState = "open";
  excess = 0;
  readonly format: "llama" | "mistral";
  private inner: Brackets | undefined;
  private head = "";
  private length = 0;
  private json = { from: 0, to: 0 };
  private readonly spans: { head: string; from: number; to: number }[] = [];
  private sinceJson = 0;
  private separated = true;

  constructor(format: "llama" | "mistral") {
    this.format = format;
  }

  take(text: string, from: number): number {
    let i = from;
    while (i < text.length && this.state === "open") {
      if (this.inner === undefined) {
        this.lead(text[i] ?? "", text.charCodeAt(i));
        if (this.inner === undefined) {
          i++;
          this.length++;
          continue;
        }
      }
      const to = this.inner.take(text, i);
      this.length += to - i;
      i = to;
      if (this.inner.state === "failed") this.state = "failed";
      if (this.inner.state === "done") this.close();
    }
    return i;
  }

  private lead(char: string, code: number): void {
    if (code === 123 || (code === 91 && this.head === "" && this.spans.length === 0)) {
      if (this.separated) this.begin();
      else this.stop();
    } else if (this.spans.length > 0) {
      this.sinceJson++;
      if (char === ";" && this.format === "llama" && !this.separated) this.separated = true;
      else if (!isSpaceCode(code)) this.stop();
    } else if (isSpaceCode(code) && (this.head === "" || this.head.endsWith(" "))) return;
    else this.name(char, code);
  }

  private begin(): void {
    const name = this.head.endsWith("[ARGS]") ? this.head.slice(0, -6) : this.head;
    const id = name.indexOf("[");
    this.json = { from: this.length, to: 0 };
    this.head = (id < 0 ? name : name.slice(0, id)).trim();
    this.inner = anyBrackets();
  }

  private name(char: string, code: number): void {
    const isWord = isNameCode(code) && !this.head.endsWith(" ");
    const mark = (this.head + char).slice(Math.max(this.head.lastIndexOf("["), 0));
    const isMark = this.head !== "" && isNameMark(char === "[" ? char : mark);
    if (this.format === "llama" || this.head.length > NAME_CHARS_MAX) this.state = "failed";
    else if (isSpaceCode(code)) this.head += " ";
    else if (isMark || (isWord && !this.head.includes("["))) this.head += char;
    else this.state = "failed";
  }

  private close(): void {
    this.spans.push({ head: this.head, from: this.json.from, to: this.length });
    this.inner = undefined;
    this.sinceJson = 0;
    this.separated = false;
    this.head = "";
    if (this.format === "mistral") this.state = "done";
  }

  private stop(): void {
    if (this.sinceJson === 0) this.sinceJson = 1;
    this.state = "done";
    this.excess = this.sinceJson;
  }

  get hasCalls(): boolean {
    return this.spans.length > 0;
  }

  /** The calls in the text after the marker. */
  parse(text: string, tools: Tools): Found[] {
    return this.spans.flatMap(({ head, from, to }) => {
      const json = parseLoose(text.slice(from, to), true);
      if (!json.ok) return [{ why: "The call is not valid JSON." }];
      if (head === "") return callsOf(json.value, tools);
      const read = readArguments(json.value, tools.schema(head));
      if ("why" in read) return [read];
      return isName(head) ? [{ name: head, args: read.args }] : [];
    });
  }
}

// What may stand between a name and its JSON.
function isNameMark(mark: string): boolean {
  if ("[ARGS]".startsWith(mark) || "[CALL_ID]".startsWith(mark)) return true;
  return mark.startsWith("[CALL_ID]");
}

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

  constructor(mark: number, isLineStart: boolean) {
    this.mark = mark;
    this.isLineStart = isLineStart;
  }

  take(text: string, from: number): number {
    for (let i = from; i < text.length; i++) {
      this.length++;
      this.step(text[i] ?? "", text.charCodeAt(i));
      if (this.state !== "open") return i + 1;
    }
    return text.length;
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
    else if (this.inner.end === 0) this.body(char);
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
      if (code !== 123 && code !== 91) this.state = "failed";
      this.inner = new Brackets({ quotes: '"', allows: () => true });
      this.json.from = this.length - 1;
      this.body(char);
    } else {
      this.info = (this.info ?? "") + char;
      if (code === 96 && this.mark === 96) {
        this.isFence = false;
        this.state = "failed";
      } else if (code === 10 ? !INFOS.has(this.info.trim()) : this.info.length > 16)
        this.state = "failed";
    }
  }

  private body(char: string): void {
    this.inner?.take(char, 0);
    if (this.inner?.state === "failed") this.state = "failed";
    this.json.to = this.length;
    if (this.inner?.state === "done") this.inner.end = this.length;
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
