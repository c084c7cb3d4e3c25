// Finds tool calls in a model's plain text, as it streams. Each character is looked at a bounded
// number of times; a call, once emitted, never changes; text leaves as soon as it can be no call.
// What counts as quoted, and so is never executed, is said in region.ts.
import { listFrame, mayBeList, mayBeObject, objectFrame } from "./bare.ts";
import { candidateOf, settle, settleAtEnd } from "./candidate.ts";
import type { Candidate, Outcome } from "./candidate.ts";
import { buildOpeners } from "./formats.ts";
import type { Branch, Opener } from "./opener.ts";
import { joinText, Output } from "./output.ts";
import { Fence, InlineCode, Line, Quotation, Until, type Region } from "./region.ts";
import { Ticks } from "./ticks.ts";
import { describeTools, isSpaceCode } from "./types.ts";
import type { Found, ScanEvent, ScannerTool, Tools } from "./types.ts";

export { joinText } from "./output.ts";
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

// Text that failed to be a call is read again as text, but no more of it than this in all, and one
// character for each that came before: so no text, however hostile, costs more. Both are counted in
// places in the text, never in steps or chunks, so that chunks change nothing.
const REREAD_FREE = 32_768;

const SPECIAL = new Uint8Array(65_536);
for (const char of '<[{`~>"“') SPECIAL[char.charCodeAt(0)] = 1;

/** Where a "{" stands whose next character is still to come. */
const BRACE: Branch = { next: new Map(), opener: undefined };

class TextScanner implements CountingScanner {
  steps = 0;
  private readonly tools: Tools;
  private readonly root: Branch;
  private readonly out = new Output();
  /** The text that is being read, the place in it, and where it begins in the whole. */
  private text = "";
  private at = 0;
  private base = 0;
  /** What is held back since a candidate's first character: all of `carried`, from earlier chunks,
   * and the text from `from` on. Its first `markerLength` characters opened the candidate. */
  private carried = "";
  private from = 0;
  private markerLength = 0;
  /** How many characters were read again. */
  private reread = 0;

  private branch: Branch | undefined;
  private candidate: Candidate | undefined;
  private region: Region | undefined;
  private isReasoning = false;
  private trims = false;

  private isBlank = true;
  private before = 10;
  private beforeThat = 10;

  constructor({ tools, root }: Prepared) {
    this.tools = tools;
    this.root = root;
  }

  push(chunk: string): ScanEvent[] {
    this.text = chunk;
    this.at = 0;
    this.from = 0;
    this.read();
    if (this.branch !== undefined || this.candidate !== undefined)
      this.carried += this.from === 0 ? this.text : this.text.slice(this.from);
    this.base += this.text.length;
    return this.out.drain();
  }

  end(): ScanEvent[] {
    this.text = "";
    this.at = 0;
    while (this.branch !== undefined || this.candidate !== undefined) {
      this.adopt();
      if (this.branch !== undefined) this.leaveMarker();
      else this.finishCandidate();
      this.read();
    }
    if (this.isReasoning && this.region instanceof Until)
      this.emit(this.region.close, 0, this.region.matched);
    this.region = undefined;
    return this.out.drain();
  }

  private read(): void {
    while (this.at < this.text.length) {
      const from = this.base + this.at;
      if (this.candidate !== undefined) this.takeCandidate(this.candidate);
      else if (this.branch !== undefined) this.takeMarker(this.branch);
      else if (this.region !== undefined) this.takeRegion(this.region);
      else this.takeText();
      this.steps += Math.max(this.base + this.at - from, 0) + 1;
    }
  }

  /** What earlier chunks brought of a candidate and this text become one. */
  private adopt(): void {
    if (this.carried === "") return;
    this.text = this.carried + this.text;
    this.base -= this.carried.length;
    this.at += this.carried.length;
    this.from = 0;
    this.carried = "";
  }

  // ---- text ----

  private takeText(): void {
    const { text } = this;
    if (this.trims) this.trimSpace();
    const from = this.at;
    let { before, beforeThat, isBlank } = this;
    let i = from;
    for (; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (SPECIAL[code] === 1) {
        this.isBlank = isBlank;
        this.before = before;
        this.beforeThat = beforeThat;
        this.at = i;
        if (this.mayOpen(code) && this.open(code)) return this.emit(text, from, i);
      }
      if (code === 10) isBlank = true;
      else if (isBlank && !isSpaceCode(code)) isBlank = false;
      beforeThat = before;
      before = code;
    }
    this.isBlank = isBlank;
    this.before = before;
    this.beforeThat = beforeThat;
    this.at = i;
    this.emit(text, from, i);
  }

  private trimSpace(): void {
    while (this.at < this.text.length && isSpaceCode(this.text.charCodeAt(this.at))) this.at++;
    this.trims = this.at >= this.text.length;
  }

  // Saves the work for the commonest texts that start nothing, where their next characters are at
  // hand; it never decides otherwise than the frames would.
  private mayOpen(code: number): boolean {
    const { text, at } = this;
    if (at + 1 >= text.length || (code !== 123 && code !== 60 && code !== 91)) return true;
    if (this.before === 39 || this.before === 171) return true;
    if (code === 123) return mayBeObject(text, at);
    if (this.root.next.get(code)?.next.has(text.charCodeAt(at + 1)) === true) return true;
    return code === 91 && mayBeList(text, at, this.isBlank);
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
      this.region = new Quotation(code === 34 ? 34 : 8221, { isBefore: true });
      return true;
    }
    if (code === 62 && !this.isBlank) return false;
    if (code === 96 || code === 126) {
      if (code === 126 && !this.isBlank) return false;
      this.from = this.at;
      this.markerLength = 0;
      this.candidate = { kind: "ticks", mark: code, frame: new Ticks(code, this.isBlank) };
      return true;
    }
    const isQuote =
      code !== 62 && this.before === 39 && (isSpaceCode(this.beforeThat) || this.beforeThat === 40);
    if (isQuote || (this.before === 171 && code !== 62)) {
      this.region = new Quotation(this.before === 39 ? 39 : 187, { isBefore: false });
      return true;
    }
    this.from = this.at;
    this.markerLength = 0;
    this.branch = code === 123 ? BRACE : this.root;
    if (code === 123) this.at++;
    return true;
  }

  private takeRegion(region: Region): void {
    const until = this.isReasoning && region instanceof Until ? region : undefined;
    const kept = until?.matched ?? 0;
    const from = this.at;
    this.at = region.take(this.text, from);
    if (until === undefined) this.emit(this.text, from, this.at);
    else {
      // The closing tag is no reasoning: what may be its start is kept back.
      const end = kept + this.at - from - until.matched;
      this.emit(until.close, 0, Math.min(kept, end));
      this.emit(this.text, from, from + end - kept);
    }
    if (!region.isDone) return;
    this.region = undefined;
    this.isReasoning = false;
    this.note(region instanceof Until ? 10 : this.text.charCodeAt(this.at - 1));
  }

  private emit(source: string, from: number, to: number): void {
    this.out.text(this.isReasoning ? "reasoning" : "text", source, { from, to });
  }

  // ---- markers ----

  private takeMarker(branch: Branch): void {
    const { text } = this;
    let at: Branch | undefined = branch;
    for (let i = this.at; i < text.length; i++) {
      at = at.next.get(text.charCodeAt(i));
      if (at === undefined) {
        this.at = i;
        this.adopt();
        return this.leaveMarker();
      }
      if (at.opener === undefined) continue;
      this.at = i + 1;
      this.adopt();
      this.branch = undefined;
      return this.begin(at.opener);
    }
    this.branch = at;
    this.at = text.length;
  }

  // No opener after all. A bracket may still start JSON or a list of calls; the rest is text.
  private leaveMarker(): void {
    const { text, from } = this;
    const code = text.charCodeAt(from);
    this.branch = undefined;
    if (code === 123 && mayBeObject(text, from))
      this.candidate = { kind: "json", frame: objectFrame() };
    else if (code === 91 && mayBeList(text, from, this.isBlank))
      this.candidate = { kind: "pythonic", frame: listFrame(this.isBlank, this.tools) };
    else if (code === 62) this.region = new Line();
    else return this.release(1);
    this.at = from;
  }

  private begin(opener: Opener): void {
    this.candidate = candidateOf(opener);
    this.markerLength = this.at - this.from;
    if (opener.opens === "nothing") {
      this.trims = opener.trims;
      this.isBlank = true;
      this.before = 10;
    } else if (opener.opens === "reasoning" || opener.opens === "quoted") {
      this.region = new Until(opener.close);
      if (opener.opens === "quoted") this.emit(this.text, this.from, this.at);
      this.isReasoning = opener.opens === "reasoning";
    }
  }

  // ---- candidates ----

  private takeCandidate(candidate: Candidate): void {
    const { frame } = candidate;
    this.at = frame.take(this.text, this.at);
    if (frame.state === "open") return;
    this.adopt();
    this.candidate = undefined;
    if (frame.state === "failed") return this.refuse(candidate);
    this.at -= frame.excess;
    this.conclude(candidate, settle(candidate, this.held(), this.tools));
  }

  private finishCandidate(): void {
    const candidate = this.candidate;
    if (candidate === undefined) return;
    this.candidate = undefined;
    this.conclude(candidate, settleAtEnd(candidate, this.held(), this.tools));
  }

  private held(): { text: string; markerLength: number } {
    const text = this.text.slice(this.from, this.at);
    this.steps += text.length;
    return { text, markerLength: this.markerLength };
  }

  private conclude(candidate: Candidate, outcome: Outcome): void {
    if (outcome.is === "refused") return this.refuse(candidate);
    if (outcome.is === "text") return this.emitHeld(this.at);
    this.at = this.from + outcome.length;
    this.report(outcome.found, outcome.format);
    this.isBlank = true;
    this.before = 10;
  }

  private report(found: readonly Found[], format: string): void {
    const raw = this.text.slice(this.from, this.at);
    for (const one of found.length === 0 ? [{ why: "No complete call was found." }] : found) {
      if ("why" in one) this.out.add({ type: "malformed", raw, format, why: one.why });
      else this.out.add({ type: "call", name: one.name, arguments: one.args, raw, format });
    }
  }

  // Text after all. Its first part is settled (else it would be tried again); the rest is read again.
  private refuse(candidate: Candidate): void {
    if (candidate.kind !== "ticks") return this.release(Math.max(this.markerLength, 1));
    const { run, opens } = candidate.frame;
    this.release(run);
    if (opens === "fence") this.region = new Fence(candidate.mark, run);
    if (opens === "inline") this.region = new InlineCode(run);
  }

  private release(settled: number): void {
    const more = this.at - this.from - settled;
    if (more > 0 && this.reread + more <= REREAD_FREE + this.base + this.at) {
      this.reread += more;
      this.at -= more;
    }
    this.emitHeld(this.at);
  }

  private emitHeld(to: number): void {
    this.emit(this.text, this.from, to);
    for (let i = Math.max(this.from, to - 2); i < to; i++) this.note(this.text.charCodeAt(i));
  }
}
