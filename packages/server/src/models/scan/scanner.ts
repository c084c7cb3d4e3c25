// Finds tool calls in a model's plain text, as it streams. Each character is looked at a bounded
// number of times; a call, once emitted, never changes; text leaves as soon as it can be no call.
// What counts as quoted, and so is never executed, is said in region.ts.
import { listFrame, objectFrame, parseBare } from "./bare.ts";
import { buildOpeners, type Branch, type Opener } from "./formats.ts";
import { Section, type Brackets, type Frame } from "./frame.ts";
import { parseBareCalls } from "./json-call.ts";
import { Marked, Ticks } from "./marked.ts";
import { Fence, InlineCode, Line, Quotation, Skip, Until, type Region } from "./region.ts";
import { describeTools, isNameCode, isSpaceCode } from "./types.ts";
import type { Found, ScanEvent, ScannerTool, Tools } from "./types.ts";

export type { ScanEvent, ScannerTool } from "./types.ts";

export interface Scanner {
  push(chunk: string): ScanEvent[];
  end(): ScanEvent[];
}

export interface ScannerOptions {
  readonly tools?: readonly ScannerTool[];
}

/** A scanner that also counts its steps, so that a test can see that the work is linear. */
export interface CountingScanner extends Scanner {
  readonly steps: number;
}

interface Prepared {
  readonly tools: Tools;
  readonly root: Branch;
}

/** The tree of openers is built once for each list of tools: a run scans with the same at every step. */
const prepared = new WeakMap<readonly ScannerTool[], Prepared>();

function prepare(list: readonly ScannerTool[] | undefined): Prepared {
  const known = list && prepared.get(list);
  if (known) return known;
  const tools = describeTools(list);
  const made = { tools, root: buildOpeners(tools) };
  if (list) prepared.set(list, made);
  return made;
}

export function createScanner(options: ScannerOptions): CountingScanner {
  return new TextScanner(prepare(options.tools));
}

export function scanText(text: string, options: ScannerOptions): ScanEvent[] {
  const scanner = createScanner(options);
  return joinText([...scanner.push(text), ...scanner.end()]);
}

/** Neighbouring texts (and reasonings) as one: where they were cut says nothing. */
export function joinText(events: readonly ScanEvent[]): ScanEvent[] {
  if (events.length < 2) return [...events];
  const out: ScanEvent[] = [];
  let parts: string[] = [];
  let i = 0;
  for (const event of events) {
    i++;
    if (event.type !== "text" && event.type !== "reasoning") {
      out.push(event);
      continue;
    }
    parts.push(event.text);
    if (events[i]?.type === event.type) continue;
    out.push({ type: event.type, text: parts.join("") });
    parts = [];
  }
  return out;
}

// Text that failed to be a call is read again as text, but no more of it than this in all, and one
// character for each that came before: so no text, however hostile, costs more. Both are counted in
// places in the text, never in steps or chunks, so that chunks change nothing.
const REREAD_FREE = 32_768;

type Candidate =
  | {
      readonly kind: "section";
      readonly frame: Section;
      readonly opener: Opener & { opens: "section" };
    }
  | { readonly kind: "marked"; readonly frame: Marked }
  | { readonly kind: "ticks"; readonly frame: Ticks; readonly mark: number }
  | { readonly kind: "json" | "pythonic"; readonly frame: Brackets };

const SPECIAL = new Uint8Array(65_536);
for (const char of '<[{`~>"“') SPECIAL[char.charCodeAt(0)] = 1;

class TextScanner implements CountingScanner {
  steps = 0;
  private readonly tools: Tools;
  private readonly root: Branch;
  private out: ScanEvent[] = [];
  private queue: string[] = [];
  /** Where in the whole text the reading stands, where what is held began, and what was read again. */
  private position = 0;
  private start = 0;
  private reread = 0;

  private branch: Branch | undefined;
  private candidate: Candidate | undefined;
  private region: Region | undefined;
  private isReasoning = false;
  private trims = false;
  /** What has been taken since the candidate's first character, and the marker that opened it. */
  private held = "";
  private marker = "";

  private isBlank = true;
  private before = 10;
  private beforeThat = 10;

  constructor({ tools, root }: Prepared) {
    this.tools = tools;
    this.root = root;
  }

  push(chunk: string): ScanEvent[] {
    if (chunk !== "") this.run(chunk);
    return this.drain();
  }

  end(): ScanEvent[] {
    while (this.branch !== undefined || this.candidate !== undefined) {
      if (this.branch !== undefined) this.leaveMarker();
      else this.finishOpen();
      this.run("");
    }
    if (this.isReasoning && this.region instanceof Until)
      this.emit(this.region.close.slice(0, this.region.matched));
    this.region = undefined;
    return this.drain();
  }

  private drain(): ScanEvent[] {
    const out = joinText(this.out);
    this.out = [];
    return out;
  }

  private run(chunk: string): void {
    if (chunk !== "") this.queue.push(chunk);
    for (let text = this.queue.pop(); text !== undefined; text = this.queue.pop()) this.read(text);
  }

  private read(text: string): void {
    let at = 0;
    const waiting = this.queue.length;
    while (at < text.length) {
      const from = at;
      const wasIdle = this.candidate === undefined && this.branch === undefined;
      if (this.candidate !== undefined) at = this.takeCandidate(text, at);
      else if (this.branch !== undefined) at = this.takeMarker(text, at);
      else if (this.region !== undefined) at = this.takeRegion(text, at);
      else at = this.takeText(text, at);
      this.steps += at - from + 1;
      this.position += at - from;
      if (wasIdle) this.start = this.position;
      if (this.queue.length === waiting) continue;
      // What is to be read again is the end of what was just read: step back, or, where it began in
      // an earlier chunk, put it before the rest of this text.
      let back = 0;
      for (let i = waiting; i < this.queue.length; i++) back += this.queue[i]?.length ?? 0;
      if (back > at) {
        this.queue.splice(waiting, 0, text.slice(at));
        return;
      }
      this.queue.length = waiting;
      at -= back;
    }
  }

  // ---- text ----

  private takeText(text: string, from: number): number {
    for (let i = from; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (this.trims) {
        if (isSpaceCode(code)) {
          from = i + 1;
          continue;
        }
        this.trims = false;
      }
      if (SPECIAL[code] === 1 && this.isWorthwhile(text, i, code) && this.open(code)) {
        this.emit(text.slice(from, i));
        return i;
      }
      this.note(code);
    }
    this.emit(text.slice(from));
    return text.length;
  }

  // Saves the work for the commonest texts that start nothing, where their next characters are at
  // hand; it never decides otherwise than the frames would.
  private isWorthwhile(text: string, at: number, code: number): boolean {
    if (at + 1 >= text.length) return true;
    const next = text.charCodeAt(at + 1);
    if (code === 123)
      return next === 34 || isSpaceCode(next) || this.before === 39 || this.before === 171;
    if (code !== 60 && code !== 91) return true;
    if (this.before === 39 || this.before === 171) return true;
    if (this.root.next.get(code)?.next.has(next) === true) return true;
    if (code === 60) return false;
    const third = at + 2 < text.length ? text.charCodeAt(at + 2) : 34;
    if (next === 123) return third === 34 || isSpaceCode(third);
    return isSpaceCode(next) || (this.isBlank && isNameCode(next));
  }

  private note(code: number): void {
    if (code === 10) this.isBlank = true;
    else if (!isSpaceCode(code)) this.isBlank = false;
    this.beforeThat = this.before;
    this.before = code;
  }

  /** Starts what this character may start; false if it is only text. */
  private open(code: number): boolean {
    const isAfterGap = isSpaceCode(this.before) || this.before === 40;
    if (code === 34 || code === 8220) {
      if (!isAfterGap) return false;
      return this.enter(new Skip(1, new Quotation(code === 34 ? 34 : 8221)));
    }
    if (code === 62) return this.isBlank && this.enter(new Line());
    if (code === 96 || code === 126) {
      if (code === 126 && !this.isBlank) return false;
      this.candidate = { kind: "ticks", mark: code, frame: new Ticks(code, this.isBlank) };
      return true;
    }
    const isQuote = this.before === 39 && (isSpaceCode(this.beforeThat) || this.beforeThat === 40);
    if (isQuote || this.before === 171)
      return this.enter(new Quotation(this.before === 39 ? 39 : 187, true));
    if (code === 123) this.candidate = { kind: "json", frame: objectFrame() };
    else this.branch = this.root;
    return true;
  }

  private enter(region: Region): boolean {
    this.region = region;
    return true;
  }

  private takeRegion(text: string, from: number): number {
    const region = this.region;
    if (region === undefined) return from;
    const until = this.isReasoning && region instanceof Until ? region : undefined;
    const matched = until?.matched ?? 0;
    const to = region.take(text, from);
    if (until === undefined) this.emit(text.slice(from, to));
    else this.emitReasoning(until, matched, text.slice(from, to));
    if (region.isDone) this.leaveRegion(region, text.charCodeAt(to - 1));
    return to;
  }

  // The closing tag is no reasoning: what may be its start is kept back.
  private emitReasoning(until: Until, matched: number, text: string): void {
    const whole = until.close.slice(0, matched) + text;
    this.emit(whole.slice(0, whole.length - until.matched));
  }

  private leaveRegion(region: Region, last: number): void {
    this.region = region instanceof Skip ? region.inner : undefined;
    this.isReasoning = false;
    this.note(region instanceof Until ? 10 : last);
  }

  private emit(text: string): void {
    if (text !== "") this.out.push({ type: this.isReasoning ? "reasoning" : "text", text });
  }

  // ---- markers ----

  private takeMarker(text: string, from: number): number {
    for (let i = from; i < text.length; i++) {
      const next = this.branch?.next.get(text.charCodeAt(i));
      if (next === undefined) {
        this.held += text.slice(from, i);
        this.leaveMarker();
        return i;
      }
      this.branch = next;
      if (next.opener !== undefined) {
        this.marker = this.held + text.slice(from, i + 1);
        this.held = "";
        this.branch = undefined;
        this.begin(next.opener);
        return i + 1;
      }
    }
    this.held += text.slice(from);
    return text.length;
  }

  // No opener after all. "[" may still start a list of calls; the rest is text.
  private leaveMarker(): void {
    const held = this.held;
    this.branch = undefined;
    this.held = "";
    if (held.startsWith("[")) {
      const frame = listFrame(this.isBlank, this.tools);
      this.candidate = { kind: "pythonic", frame };
      this.again(held);
    } else this.release(held, 1);
  }

  private begin(opener: Opener): void {
    if (opener.opens === "section")
      this.candidate = { kind: "section", opener, frame: new Section(opener.syntax) };
    else if (opener.opens === "json-after")
      this.candidate = { kind: "marked", frame: new Marked("llama") };
    else if (opener.opens === "mistral")
      this.candidate = { kind: "marked", frame: new Marked("mistral") };
    else if (opener.opens === "nothing") {
      this.trims = opener.trims;
      this.isBlank = true;
      this.before = 10;
    } else if (opener.opens === "reasoning" || opener.opens === "quoted") {
      this.region = new Until(opener.close);
      if (opener.opens === "quoted") this.emit(this.marker);
      this.isReasoning = opener.opens === "reasoning";
    }
    if (this.candidate === undefined) this.marker = "";
  }

  // ---- candidates ----

  private takeCandidate(text: string, from: number): number {
    const candidate = this.candidate;
    if (candidate === undefined) return from;
    const frame: Frame = candidate.frame;
    const to = frame.take(text, from);
    this.held += text.slice(from, to);
    if (frame.state === "open") return to;
    const isRefused = frame.state === "failed";
    const length = this.held.length - frame.excess;
    const again = this.held.slice(isRefused ? this.held.length : length);
    const body = isRefused ? this.held : this.held.slice(0, length);
    const marker = this.clear();
    if (again !== "") this.again(again);
    if (isRefused) this.refuse(candidate, marker, body);
    else this.settle(candidate, marker, body);
    return to;
  }

  private clear(): string {
    const marker = this.marker;
    this.candidate = undefined;
    this.held = "";
    this.marker = "";
    return marker;
  }

  private settle(candidate: Candidate, marker: string, body: string): void {
    const raw = marker + body;
    if (candidate.kind === "section") {
      if (candidate.frame.isHopeless) return this.report([], raw, candidate.opener.format);
      const inner = body.slice(0, Math.max(candidate.frame.bodyLength, 0));
      const open = candidate.opener;
      const isNamed =
        open.format === "named-tag" || open.format === "qwen-xml" || open.format === "invoke";
      const text = isNamed && marker.at(-1) !== ">" ? raw : marker + inner;
      this.report(
        open.parse({ raw: text, body: inner, closed: true, tools: this.tools }),
        raw,
        open.format,
      );
    } else if (candidate.kind === "marked")
      this.report(candidate.frame.parse(body, this.tools), raw, candidate.frame.format);
    else if (candidate.kind === "ticks") this.settleFence(candidate, body);
    else this.settleBrackets(candidate.frame, body);
  }

  private settleFence(candidate: Candidate & { kind: "ticks" }, body: string): void {
    const { from, to } = candidate.frame.json;
    const { calls } = parseBareCalls(body.slice(from, to), this.tools);
    if (calls.length > 0 && this.tools.given) this.report(calls, body, "json-fence");
    else this.emitText(body);
  }

  private settleBrackets(frame: Brackets, body: string): void {
    const text = body.slice(0, frame.end);
    const { calls, format } = parseBare(frame, text, this.tools);
    if (calls.length === 0) this.refuse({ kind: "json", frame }, "", body);
    else {
      this.report(calls, text, format);
      if (body.length > frame.end) this.again(body.slice(frame.end));
    }
  }

  private report(found: readonly Found[], raw: string, format: string): void {
    for (const one of found.length === 0 ? [{ why: "No complete call was found." }] : found) {
      if ("why" in one) this.out.push({ type: "malformed", raw, format, why: one.why });
      else this.out.push({ type: "call", name: one.name, arguments: one.args, raw, format });
    }
    this.isBlank = true;
    this.before = 10;
  }

  private emitText(text: string): void {
    this.emit(text);
    for (let i = Math.max(0, text.length - 2); i < text.length; i++) this.note(text.charCodeAt(i));
  }

  // Text after all. Its first part is settled (else it would be tried again); the rest is read again.
  private refuse(candidate: Candidate, marker: string, body: string): void {
    if (candidate.kind !== "ticks") return this.release(marker + body, Math.max(marker.length, 1));
    const { run, opens } = candidate.frame;
    this.release(body, run);
    if (opens === "fence") this.region = new Fence(candidate.mark, run);
    if (opens === "inline") this.region = new InlineCode(run);
  }

  private release(text: string, settled: number): void {
    const more = text.length - settled;
    const isAffordable = this.reread + more <= REREAD_FREE + this.start + text.length;
    const cut = isAffordable ? settled : text.length;
    this.emitText(text.slice(0, cut));
    if (cut >= text.length) return;
    this.reread += more;
    this.again(text.slice(cut));
  }

  private again(text: string): void {
    this.position -= text.length;
    this.queue.push(text);
  }

  // ---- the end ----

  private finishOpen(): void {
    const candidate = this.candidate;
    const body = this.held;
    const marker = this.clear();
    if (candidate === undefined) return;
    if (candidate.kind === "section") this.finishSection(candidate, marker, body);
    else if (candidate.kind === "marked" && candidate.frame.hasCalls)
      this.settle(candidate, marker, body);
    else if (candidate.kind === "marked" && /^\s*[[{]/.test(body.slice(0, 64)))
      this.report([], marker + body, candidate.frame.format);
    else if (candidate.kind === "ticks" && candidate.frame.isClosed && candidate.frame.json.to > 0)
      this.settleFence(candidate, body);
    else if (candidate.kind === "json" || candidate.kind === "pythonic") {
      if (candidate.frame.end > 0) this.settleBrackets(candidate.frame, body);
      else this.refuse(candidate, marker, body);
    } else this.refuse(candidate, marker, body);
  }

  private finishSection(
    candidate: Candidate & { kind: "section" },
    marker: string,
    body: string,
  ): void {
    const { frame, opener } = candidate;
    if (frame.isHopeless) return this.report([], marker + body, opener.format);
    const cut = frame.fallback;
    const inner = cut === undefined ? body : body.slice(0, cut.body);
    const whole = marker + (cut === undefined ? body : body.slice(0, cut.end));
    const input = {
      raw: marker + inner,
      body: inner,
      closed: cut !== undefined,
      tools: this.tools,
    };
    const found = opener.parse(input);
    const isCall = found.some((one) => "name" in one);
    const isProse = opener.format === "named-tag" && !/^\s*(?:\n|[<{])/.test(body.slice(0, 64));
    if (!isCall && isProse) return this.release(marker + body, marker.length);
    if (!isCall) return this.report(found, marker + body, opener.format);
    this.report(found, whole, opener.format);
    if (cut !== undefined && cut.end < body.length) this.again(body.slice(cut.end));
  }
}
