// The scanner itself. Each character is looked at a bounded number of times; a call, once emitted, never
// changes; text leaves as soon as it can be no call. What counts as quoted, and so is never executed,
// is said in region.ts.
import { judgeList, judgeObject, listFrame, objectFrame } from "./bare.ts";
import { candidateOf, settle, settleAtEnd } from "./candidate.ts";
import type { Candidate, Outcome } from "./candidate.ts";
import type { Branch, Opener } from "./opener.ts";
import { Output } from "./output.ts";
import { Place } from "./place.ts";
import { Fence, InlineCode, Line, Until, type Region } from "./region.ts";
import { mayStart, startOf } from "./start.ts";
import { Tape } from "./tape.ts";
import { Ticks } from "./ticks.ts";
import { FOUND_MAX, isSpaceCode } from "./types.ts";
import type { Found, ScanEvent, Tools } from "./types.ts";

/** Where a "{" stands whose next character is still to come. */
const BRACE: Branch = { next: new Map(), opener: undefined };

const NO_CALL: Found = { why: "No complete call was found, or too many." };

export class TextScanner {
  steps = 0;
  private readonly tools: Tools;
  private readonly root: Branch;
  private readonly out = new Output();
  private readonly tape = new Tape();
  private readonly place = new Place();
  private branch: Branch | undefined;
  private candidate: Candidate | undefined;
  private region: Region | undefined;
  private isReasoning = false;
  private trims = false;
  private found = 0;

  constructor({ tools, root }: { tools: Tools; root: Branch }) {
    this.tools = tools;
    this.root = root;
  }

  push(chunk: string): ScanEvent[] {
    this.tape.feed(chunk);
    this.read();
    this.tape.leave(this.branch !== undefined || this.candidate !== undefined);
    return this.out.drain();
  }

  end(): ScanEvent[] {
    this.tape.feed("");
    while (this.branch !== undefined || this.candidate !== undefined) {
      this.tape.adopt();
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
    const { tape } = this;
    while (tape.at < tape.text.length) {
      const from = tape.base + tape.at;
      if (this.candidate !== undefined) this.takeCandidate(this.candidate);
      else if (this.branch !== undefined) this.takeMarker(this.branch);
      else if (this.region !== undefined) this.takeRegion(this.region);
      else this.takeText();
      this.steps += Math.max(tape.base + tape.at - from, 0) + 1;
    }
  }

  private takeText(): void {
    const { tape, place } = this;
    const { text } = tape;
    if (this.trims) this.trimSpace();
    const from = tape.at;
    for (tape.at = place.pass(text, from); tape.at < text.length;) {
      const { at } = tape;
      const code = text.charCodeAt(at);
      const around = { text, at, place, root: this.root, tools: this.tools };
      if (mayStart(code, around) && this.open(code)) return this.emit(text, from, at);
      place.note(code);
      tape.at = place.pass(text, at + 1);
    }
    this.emit(text, from, tape.at);
  }

  private trimSpace(): void {
    const { tape } = this;
    while (tape.at < tape.text.length && isSpaceCode(tape.text.charCodeAt(tape.at))) tape.at++;
    this.trims = tape.at >= tape.text.length;
  }

  /** False if the character is only text. */
  private open(code: number): boolean {
    const start = startOf(code, this.place);
    if (start === undefined || this.found >= FOUND_MAX) return false;
    if (typeof start === "object") {
      this.region = start;
      return true;
    }
    this.tape.hold();
    if (start === "ticks")
      this.candidate = { kind: "ticks", mark: code, frame: new Ticks(code, this.place.isBlank) };
    else this.branch = start === "brace" ? BRACE : this.root;
    if (start === "brace") this.tape.at++;
    return true;
  }

  private takeRegion(region: Region): void {
    const { tape } = this;
    const until = this.isReasoning && region instanceof Until ? region : undefined;
    const kept = until?.matched ?? 0;
    const from = tape.at;
    tape.at = region.take(tape.text, from);
    if (until === undefined) this.emit(tape.text, from, tape.at);
    else {
      // The closing tag is no reasoning: what may be its start is kept back.
      const end = kept + tape.at - from - until.matched;
      this.emit(until.close, 0, Math.min(kept, end));
      this.emit(tape.text, from, from + end - kept);
    }
    if (!region.isDone) return;
    this.region = undefined;
    this.isReasoning = false;
    this.place.note(region instanceof Until ? 10 : tape.text.charCodeAt(tape.at - 1));
  }

  private emit(source: string, from: number, to: number): void {
    this.out.text(this.isReasoning ? "reasoning" : "text", source, { from, to });
  }

  private takeMarker(branch: Branch): void {
    const { tape } = this;
    const { text } = tape;
    let at: Branch | undefined = branch;
    for (let i = this.tape.at; i < text.length; i++) {
      at = at.next.get(text.charCodeAt(i));
      if (at === undefined) {
        this.tape.at = i;
        this.tape.adopt();
        return this.leaveMarker();
      }
      if (at.opener === undefined) continue;
      this.tape.at = i + 1;
      this.tape.adopt();
      this.branch = undefined;
      return this.begin(at.opener);
    }
    this.branch = at;
    this.tape.at = text.length;
  }

  // No opener after all. A bracket may still start JSON or a list of calls; the rest is text.
  private leaveMarker(): void {
    const { tape } = this;
    const { text, from } = tape;
    const code = text.charCodeAt(from);
    this.branch = undefined;
    const around = { isLineStart: this.place.isBlank, tools: this.tools };
    const isCall =
      code === 123 ? judgeObject(text, from) : code === 91 && judgeList(text, from, around);
    if (code === 62) this.region = new Line();
    else if (isCall === false) return this.release(1, true);
    else if (code === 123) this.candidate = { kind: "json", frame: objectFrame(isCall === true) };
    else {
      const frame = listFrame(isCall === true, this.place.isBlank, this.tools);
      this.candidate = { kind: "pythonic", frame };
    }
    this.tape.at = from;
  }

  private begin(opener: Opener): void {
    this.candidate = candidateOf(opener);
    this.tape.markerLength = this.tape.at - this.tape.from;
    if (opener.opens === "nothing") {
      this.trims = opener.trims;
      this.place.restart();
    } else if (opener.opens === "reasoning" || opener.opens === "quoted") {
      this.region = new Until(opener.close);
      if (opener.opens === "quoted") this.emit(this.tape.text, this.tape.from, this.tape.at);
      this.isReasoning = opener.opens === "reasoning";
    }
  }

  private takeCandidate(candidate: Candidate): void {
    const { frame } = candidate;
    this.tape.at = frame.take(this.tape.text, this.tape.at);
    if (frame.state === "open") return;
    this.tape.adopt();
    this.candidate = undefined;
    if (frame.state === "failed") return this.refuse(candidate);
    this.tape.at -= frame.excess;
    this.conclude(candidate, settle(candidate, this.held(), this.tools));
  }

  private finishCandidate(): void {
    const { candidate } = this;
    this.candidate = undefined;
    if (candidate === undefined) return;
    this.conclude(candidate, settleAtEnd(candidate, this.held(), this.tools));
  }

  private held(): { text: string; markerLength: number } {
    const { held, markerLength } = this.tape;
    this.steps += held.length;
    return { text: held, markerLength };
  }

  private conclude(candidate: Candidate, outcome: Outcome): void {
    if (outcome.is === "refused") return this.refuse(candidate);
    if (outcome.is === "text") return this.emitHeld();
    const { tape } = this;
    const raw = tape.held.slice(0, outcome.length);
    this.report(outcome.found, raw, outcome.format);
    this.place.restart();
    if (tape.shorten(outcome.length)) return;
    tape.from += outcome.length;
    this.emitHeld();
  }

  private report(found: readonly Found[], raw: string, format: string): void {
    this.found += Math.max(found.length, 1);
    const isSound = found.length > 0 && found.length <= FOUND_MAX;
    for (const one of isSound ? found : [NO_CALL])
      if ("why" in one) this.out.add({ type: "malformed", raw, format, why: one.why });
      else this.out.add({ type: "call", name: one.name, arguments: one.args, raw, format });
  }

  // Text after all. Its first part is settled (else it would be tried again); the rest is read again.
  private refuse(candidate: Candidate): void {
    if (candidate.kind === "json" || candidate.kind === "pythonic")
      return this.release(1, candidate.frame.isJudging);
    if (candidate.kind !== "ticks") return this.release(Math.max(this.tape.markerLength, 1), false);
    const { run, opens } = candidate.frame;
    this.release(run, false);
    if (opens === "fence") this.region = new Fence(candidate.mark, run);
    if (opens === "inline") this.region = new InlineCode(run);
  }

  private release(settled: number, isFree: boolean): void {
    this.tape.release(settled, isFree);
    this.emitHeld();
  }

  private emitHeld(): void {
    const { text, from, at } = this.tape;
    this.emit(text, from, at);
    for (let i = Math.max(from, at - 2); i < at; i++) this.place.note(text.charCodeAt(i));
  }
}
