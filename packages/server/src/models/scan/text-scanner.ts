// The scanner itself. Each character is looked at a bounded number of times; a call, once emitted, never
// changes; text leaves as soon as it can be no call. What counts as quoted, and so is never executed,
// is said in region.ts.
import { judgeList, judgeObject, listFrame, objectFrame } from "./bare.ts";
import { candidateOf, settle, settleAtEnd } from "./candidate.ts";
import type { Candidate, Outcome } from "./candidate.ts";
import { mayFollow, type Prepared } from "./followers.ts";
import type { Branch, Opener } from "./opener.ts";
import { Output } from "./output.ts";
import { Place } from "./place.ts";
import { Fence, InlineCode, Line, Until, type Region } from "./region.ts";
import { startAt } from "./start.ts";
import { Tape } from "./tape.ts";
import { Ticks } from "./ticks.ts";
import { FOUND_MAX, type ScanEvent } from "./types.ts";

/** Where a bracket stands whose next few characters are to be seen first, in whatever chunks they come. */
const WAITING: Branch = { next: new Map(), opener: undefined };

export class TextScanner {
  steps = 0;
  private readonly prepared: Prepared;
  private readonly out = new Output();
  private readonly tape = new Tape();
  private readonly place: Place;
  private branch: Branch | undefined;
  private candidate: Candidate | undefined;
  private region: Region | undefined;
  private trims = false;
  private isEnding = false;

  constructor(prepared: Prepared) {
    this.prepared = prepared;
    this.place = new Place(prepared);
  }

  push(chunk: string): ScanEvent[] {
    if (this.candidate !== undefined && this.tape.gather(chunk, this.candidate.frame)) return [];
    this.tape.feed(chunk);
    this.read();
    this.tape.leave(this.branch !== undefined || this.candidate !== undefined);
    return this.out.drain();
  }

  end(): ScanEvent[] {
    this.tape.feed("");
    this.isEnding = true;
    this.read();
    while (this.branch !== undefined || this.candidate !== undefined) {
      this.tape.adopt();
      if (this.branch === WAITING) this.lookAgain();
      else if (this.branch !== undefined) this.leaveMarker();
      else this.finishCandidate();
      this.read();
    }
    if (this.out.isReasoning && this.region instanceof Until)
      this.out.text(this.region.close, 0, this.region.matched);
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
    const { tape, place, out } = this;
    const { text } = tape;
    if (this.trims) this.trims = tape.trim();
    const from = tape.at;
    for (let at = place.pass(text, from); at < text.length; at = place.pass(text, at + 1)) {
      const code = text.charCodeAt(at);
      tape.at = at;
      if (out.found < FOUND_MAX && this.open(code)) return out.text(text, from, at);
      place.note(code);
    }
    tape.at = text.length;
    out.text(text, from, text.length);
  }

  /** False if the character is only text. */
  private open(code: number): boolean {
    const { tape, place } = this;
    const start = startAt(tape.text, tape.at, place);
    if (start === undefined) return false;
    if (typeof start === "object") {
      this.region = start;
      return true;
    }
    tape.hold();
    if (start === "waits" && !this.isEnding) {
      tape.at = tape.text.length;
      this.branch = WAITING;
    } else if (start === "ticks")
      this.candidate = { kind: "ticks", mark: code, frame: new Ticks(code, place.isBlank) };
    else if (code === 123) this.leaveMarker();
    else this.branch = this.prepared.root;
    return true;
  }

  private lookAgain(): void {
    const { tape, place } = this;
    this.branch = undefined;
    const code = tape.loneCode;
    if (code >= 0 && !mayFollow(this.prepared.followers, code, tape.text.charCodeAt(0))) {
      this.out.text(tape.dropCarried(), 0, 1);
      place.note(code);
    } else {
      tape.adopt();
      tape.at = tape.from;
    }
  }

  private takeRegion(region: Region): void {
    const { tape } = this;
    const until = this.out.isReasoning && region instanceof Until ? region : undefined;
    const kept = until?.matched ?? 0;
    const from = tape.at;
    tape.at = region.take(tape.text, from);
    if (until === undefined) this.out.text(tape.text, from, tape.at);
    else {
      // The closing tag is no reasoning: what may be its start is kept back.
      const end = kept + tape.at - from - until.matched;
      this.out.text(until.close, 0, Math.min(kept, end));
      this.out.text(tape.text, from, from + end - kept);
    }
    if (!region.isDone) return;
    this.region = undefined;
    this.out.isReasoning = false;
    this.place.note(region instanceof Until ? 10 : tape.text.charCodeAt(tape.at - 1));
  }

  private takeMarker(branch: Branch): void {
    if (branch === WAITING) return this.lookAgain();
    const { tape } = this;
    const { text } = tape;
    let at: Branch | undefined = branch;
    for (let i = tape.at; i < text.length; i++) {
      at = at.next.get(text.charCodeAt(i));
      if (at !== undefined && at.opener === undefined) continue;
      tape.at = at === undefined ? i : i + 1;
      tape.adopt();
      if (at?.opener === undefined) return this.leaveMarker();
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
    const around = { isLineStart: this.place.isBlank, tools: this.prepared.tools };
    const isCall =
      code === 123 ? judgeObject(text, from) : code === 91 && judgeList(text, from, around);
    if (code === 62) this.region = new Line();
    else if (isCall === false) return this.release(1, true);
    else if (code === 123) this.candidate = { kind: "json", frame: objectFrame(isCall === true) };
    else {
      const frame = listFrame(isCall === true, this.place.isBlank, this.prepared.tools);
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
      if (opener.opens === "quoted") this.out.text(this.tape.text, this.tape.from, this.tape.at);
      this.out.isReasoning = opener.opens === "reasoning";
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
    this.conclude(candidate, settle(candidate, this.held(), this.prepared.tools));
  }

  private finishCandidate(): void {
    const { candidate } = this;
    this.candidate = undefined;
    if (candidate === undefined) return;
    this.conclude(candidate, settleAtEnd(candidate, this.held(), this.prepared.tools));
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
    this.out.report(outcome.found, raw, outcome.format);
    this.place.restart();
    if (tape.shorten(outcome.length)) return;
    tape.from += outcome.length;
    this.emitHeld();
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
    this.out.text(text, from, at);
    for (let i = Math.max(from, at - 2); i < at; i++) this.place.note(text.charCodeAt(i));
  }
}
