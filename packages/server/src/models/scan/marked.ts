// Candidates that start with a marker but have no closing tag: Llama-3 (<|python_tag|>, JSON, ";"),
// Mistral ([TOOL_CALLS], an array, or name{…}, name[ARGS]{…}).
import { Brackets, type BracketsRules } from "./brackets.ts";
import type { Frame, FrameState } from "./frame.ts";
import { callsOf, callWith } from "./json-call.ts";
import { parseLoose } from "./loose-json.ts";
import { isNameCode, isSpaceCode, NAME_CHARS_MAX, type Found, type Tools } from "./types.ts";

const ANY: BracketsRules = { quotes: '"', allows: undefined, settles: undefined, multiline: true };

/** One or more JSON texts after a marker; `separator` joins them, `isNamed` allows a name before. */
export class Marked implements Frame {
  state: FrameState = "open";
  excess = 0;
  readonly format: "llama" | "mistral" | "functionary";
  private readonly name: string;
  private inner: Brackets | undefined;
  private head = "";
  /** Of what the head was grown by: flags, for looking into a string that grows is dear. */
  private endsInSpace = false;
  private hasMark = false;
  /** The head from its last "[" on, or as much of it as says what it is. */
  private mark = "";
  private length = 0;
  private json = { from: 0, to: 0 };
  private readonly spans: { head: string; from: number; to: number }[] = [];
  private sinceJson = 0;
  private separated = true;

  constructor(format: "llama" | "mistral" | "functionary", name = "") {
    this.format = format;
    this.name = name;
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

  wakes(code: number): boolean {
    return this.inner === undefined || this.inner.wakes(code);
  }

  private lead(char: string, code: number): void {
    if (code === 123 || (code === 91 && this.head === "" && this.spans.length === 0)) {
      if (this.separated) this.begin();
      else this.stop();
    } else if (this.spans.length > 0) {
      this.sinceJson++;
      if (char === ";" && this.format === "llama" && !this.separated) this.separated = true;
      else if (!isSpaceCode(code)) this.stop();
    } else if (isSpaceCode(code) && (this.head === "" || this.endsInSpace)) return;
    else this.grow(char, code);
  }

  private begin(): void {
    const name = this.head.endsWith("[ARGS]") ? this.head.slice(0, -6) : this.head;
    const id = name.indexOf("[");
    this.json = { from: this.length, to: 0 };
    this.head = (id < 0 ? name : name.slice(0, id)).trim();
    this.inner = new Brackets(ANY);
  }

  private grow(char: string, code: number): void {
    const isWord = isNameCode(code) && !this.endsInSpace && !this.hasMark;
    const isMark = this.head !== "" && (code === 91 || (this.hasMark && goesOn(this.mark, char)));
    this.endsInSpace = isSpaceCode(code);
    this.hasMark ||= code === 91;
    if (code === 91) this.mark = "[";
    else if (this.hasMark && this.mark !== CALL_ID) this.mark += this.endsInSpace ? " " : char;
    if (this.format !== "mistral" || this.head.length > NAME_CHARS_MAX) this.state = "failed";
    else if (this.endsInSpace) this.head += " ";
    else if (isMark || isWord) this.head += char;
    else this.state = "failed";
  }

  private close(): void {
    this.spans.push({ head: this.head || this.name, from: this.json.from, to: this.length });
    this.inner = undefined;
    this.sinceJson = 0;
    this.separated = false;
    this.head = "";
    if (this.format !== "llama") this.state = "done";
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
      return [callWith(head, json.value, tools)];
    });
  }
}

const CALL_ID = "[CALL_ID]";

// What may stand between a name and its JSON; after the second kind, anything.
function goesOn(mark: string, char: string): boolean {
  if (mark === CALL_ID) return true;
  return "[ARGS]".startsWith(mark + char) || CALL_ID.startsWith(mark + char);
}
