// A section from an opening tag to its closing tag. A closing tag inside a JSON string or inside a
// value (a parameter that has not been closed) is content; but if the section never ends, the first
// such tag is taken for its end after all.
import type { Frame, FrameState } from "./frame.ts";
import { CALL_CHARS_MAX, DEPTH_MAX, isSpaceCode } from "./types.ts";

/** What a tag means inside a section. */
export type TagRole =
  | { readonly is: "close" }
  | { readonly is: "restart" }
  | { readonly is: "value"; readonly close: string }
  | { readonly is: "other" };

export interface SectionSyntax {
  readonly role: (tag: string) => TagRole;
  /** Judges how the body starts: false refuses it, true ends the judging, undefined wants more. */
  readonly accepts: (head: string) => boolean | undefined;
  /** The opening tag, as far as it was read, if it is not complete: `<name `. */
  readonly root?: string;
}

const TAG_CHARS_MAX = 160;
const HEAD_CHARS_MAX = 160;

export class Section implements Frame {
  state: FrameState = "open";
  excess = 0;
  /** Length of the body up to a closing tag that stood inside a string or value, and with it. */
  fallback: { readonly body: number; readonly end: number } | undefined;
  bodyLength = 0;
  /** It was ended by a new opening tag, not by its own closing tag. */
  isTorn = false;
  /** Its JSON is too deep, or was broken off by a new opening tag: no use to parse it. */
  isHopeless = false;
  private readonly syntax: SectionSyntax;
  private length = 0;
  private head = "";
  private isJudged = false;
  private isJson: boolean | undefined;
  private inString = false;
  private escaped = false;
  private depth = 0;
  private balanced = false;
  /** Inside a comment, which JSON has not but models write: "/" or "*" says which. */
  private comment = 0;
  private valueClose = "";
  /** The tag that is being read: what earlier chunks brought of it, and where it goes on in this one. */
  private tag = "";
  private tagFrom = -1;
  /** Inside an opening tag that "/>" may still end. */
  private inRoot = false;
  private before = 0;

  constructor(syntax: SectionSyntax) {
    this.syntax = syntax;
    if (syntax.root === undefined) return;
    this.inRoot = true;
    this.isJson = false;
    this.tag = syntax.root;
    this.before = syntax.root.charCodeAt(syntax.root.length - 1);
  }

  take(text: string, from: number): number {
    const limit = Math.min(text.length, from + CALL_CHARS_MAX + 1 - this.length);
    if (this.tag !== "") this.tagFrom = from;
    const at = this.read(text, from, limit);
    this.length += at - from;
    if (this.length > CALL_CHARS_MAX) this.state = "failed";
    if (this.tagFrom >= 0) this.keepTag(text.slice(this.tagFrom, at));
    return at;
  }

  wakes(code: number): boolean {
    return code === 62 || !this.isJudged || this.inRoot;
  }

  private read(text: string, from: number, limit: number): number {
    // Lengths are counted from the body's start, places from the text's: so much lies between.
    const offset = this.length - from;
    let i = from;
    while (i < limit) {
      if (this.isJudged && !this.inRoot) {
        i = this.isJson === true ? this.skipJson(text, i, limit) : this.skipText(text, i, limit);
        if (i >= limit) break;
      }
      const code = text.charCodeAt(i);
      if (!this.isJudged) this.judge(text[i] ?? "", code);
      if (this.isJson === true) this.json(code);
      if (this.inRoot && code === 62 && this.before === 47) this.finish(i + 1 + offset, 2);
      this.before = code;
      if (code === 60) {
        this.tag = "";
        this.tagFrom = i;
      } else if (code === 62 && this.tagFrom >= 0) this.endTag(text, i + 1, offset);
      i++;
      if (this.state !== "open") break;
    }
    return i;
  }

  /** The next character that matters in JSON. */
  private skipJson(text: string, from: number, limit: number): number {
    if (this.escaped || this.before === 47 || this.before === 42) return from;
    let i = from;
    for (; i < limit; i++) {
      const code = text.charCodeAt(i);
      if (code === 34 || code === 60 || code === 62) return i;
      if (this.inString ? code === 92 : matters(code)) return i;
    }
    return i;
  }

  /** The next tag's beginning, or the end of one. */
  private skipText(text: string, from: number, limit: number): number {
    let i = this.tagFrom < 0 ? nextTag(text, from, limit) : from;
    if (this.tagFrom < 0 && i < limit) {
      this.tag = "";
      this.tagFrom = i++;
    }
    for (; i < limit; i++) {
      const code = text.charCodeAt(i);
      if (code === 62) break;
      if (code !== 60) continue;
      this.tag = "";
      this.tagFrom = i;
    }
    return i;
  }

  private judge(char: string, code: number): void {
    if (this.head === "" && isSpaceCode(code)) return;
    this.head += char;
    this.isJson ??= code === 123 || code === 91;
    const verdict = this.head.length > HEAD_CHARS_MAX ? false : this.syntax.accepts(this.head);
    if (verdict === false) this.state = "failed";
    this.isJudged = verdict !== undefined;
  }

  private json(code: number): void {
    if (this.comment !== 0) {
      const isEnd = this.comment === 47 ? code === 10 : code === 47 && this.before === 42;
      if (isEnd) this.comment = 0;
    } else if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (code === 92) this.escaped = true;
      else if (code === 34) this.inString = false;
    } else if (code === 34) this.inString = true;
    else if (this.before === 47 && (code === 47 || code === 42)) this.comment = code;
    else if (code === 123 || code === 91) {
      if (++this.depth > DEPTH_MAX) this.isHopeless = true;
    } else if (code === 125 || code === 93) {
      this.depth--;
      if (this.depth <= 0) this.balanced = true;
    }
  }

  private keepTag(part: string): void {
    this.tagFrom = -1;
    this.tag = this.tag.length + part.length > TAG_CHARS_MAX ? "" : this.tag + part;
  }

  private endTag(text: string, to: number, offset: number): void {
    const length = this.tag.length + to - this.tagFrom;
    const part = length > TAG_CHARS_MAX + 1 ? "" : text.slice(this.tagFrom, to);
    const tag = this.tag === "" ? part : this.tag + part;
    this.tag = "";
    this.tagFrom = -1;
    if (part !== "") this.meet(tag, to + offset);
  }

  /** A whole tag, which ends at this length. */
  private meet(tag: string, end: number): void {
    if (this.valueClose !== "" && closesValue(tag, this.valueClose)) {
      this.valueClose = "";
      return;
    }
    if (this.inRoot && tag.startsWith(this.syntax.root ?? "")) {
      this.inRoot = false;
      return;
    }
    const role = this.syntax.role(tag);
    if (this.valueClose !== "" || this.inString || this.comment !== 0) {
      if (role.is === "close") this.fallback ??= { body: end - tag.length, end };
      else if (role.is === "value" && this.valueClose !== "") this.resume(end);
    } else if (this.isJson === true && role.is === "other") {
      if (this.balanced && tag.startsWith("</")) this.finish(end, tag.length);
    } else if (role.is === "close") this.finish(end, tag.length);
    else if (role.is === "restart" && end > tag.length) {
      this.isHopeless ||= this.isJson === true && !this.balanced;
      this.finish(end, tag.length);
      this.excess = tag.length;
      this.isTorn = true;
    } else if (role.is === "value") this.valueClose = role.close;
  }

  // A next value after what may have been the section's end: this one's closing tag was forgotten.
  private resume(end: number): void {
    if (this.fallback === undefined) return;
    this.state = "done";
    this.bodyLength = this.fallback.body;
    this.excess = end - this.fallback.end;
  }

  private finish(end: number, tagLength: number): void {
    this.state = "done";
    this.bodyLength = end - tagLength;
  }
}

/** Brackets, and what begins or ends a comment. */
function matters(code: number): boolean {
  const is = code | 32;
  return is === 123 || is === 125 || code === 47 || code === 42 || code === 10;
}

function nextTag(text: string, from: number, limit: number): number {
  if (text.charCodeAt(from) === 60) return from;
  const at = text.indexOf("<", from);
  return at < 0 || at > limit ? limit : at;
}

function closesValue(tag: string, close: string): boolean {
  if (tag.length <= close.length) return tag === close;
  return tag.startsWith("</") && tag.replaceAll(/\s/g, "") === close;
}
