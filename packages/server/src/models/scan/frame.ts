// A frame takes characters until it knows where its candidate ends. It sees each character once,
// whatever the chunks, and so gives the same answer for every chunking.
import { CALL_CHARS_MAX, DEPTH_MAX, isSpaceCode } from "./types.ts";

/** "failed": it was no call, the text goes back to be read as text. "before": the frame ended
 * before its last character(s), which are not part of it. */
export type FrameState = "open" | "done" | "failed";

export interface Frame {
  readonly state: FrameState;
  /** How many of the taken characters, at the end, do not belong to the candidate. */
  readonly excess: number;
  /** Takes characters from `from`; returns the index after the last one taken. */
  take(text: string, from: number): number;
}

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

/** A section from an opening tag to its closing tag. A closing tag inside a JSON string or inside
 * a value (a parameter that has not been closed) is content; but if the section never ends, the
 * first such tag is taken for its end after all. */
export class Section implements Frame {
  state: FrameState = "open";
  excess = 0;
  /** Length of the body up to a closing tag that stood inside a string or value, and with it. */
  fallback: { readonly body: number; readonly end: number } | undefined;
  bodyLength = 0;
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
  private tag = "";
  private valueClose = "";

  /** Inside an opening tag that "/>" may still end. */
  private inRoot = false;
  private before = 0;

  constructor(syntax: SectionSyntax) {
    this.syntax = syntax;
    this.tag = syntax.root ?? "";
    this.inRoot = syntax.root !== undefined;
    this.before = syntax.root?.charCodeAt(syntax.root.length - 1) ?? 0;
    if (this.inRoot) this.isJson = false;
  }

  take(text: string, from: number): number {
    for (let i = from; i < text.length; i++) {
      if (this.tag === "" && this.isJudged && !this.inRoot) {
        const to = this.jump(text, i);
        this.length += to - i;
        i = to;
        if (i >= text.length) break;
      }
      this.length++;
      const code = text.charCodeAt(i);
      if (!this.isJudged) this.begin(text[i] ?? "", code);
      if (this.isJson === true) this.json(code);
      if (this.inRoot && code === 62 && this.before === 47) this.finish("/>", 0);
      this.before = code;
      if (code === 60) this.tag = "<";
      else if (this.tag !== "") this.grow(text[i] ?? "", code);
      if (this.length > CALL_CHARS_MAX) this.state = "failed";
      if (this.state !== "open") return i + 1;
    }
    return text.length;
  }

  /** The next character that can matter: outside JSON only a tag's start. */
  private jump(text: string, from: number): number {
    const limit = Math.min(text.length, from + Math.max(CALL_CHARS_MAX - this.length, 0));
    if (this.isJson !== true) {
      const at = text.indexOf("<", from);
      return at < 0 ? limit : Math.min(at, limit);
    }
    if (!this.inString || this.escaped) return from;
    for (let i = from; i < limit; i++) {
      const code = text.charCodeAt(i);
      if (code === 34 || code === 92 || code === 60) return i;
    }
    return limit;
  }

  private begin(char: string, code: number): void {
    if (this.head === "" && isSpaceCode(code)) return;
    this.head += char;
    this.isJson ??= code === 123 || code === 91;
    const verdict = this.head.length > HEAD_CHARS_MAX ? false : this.syntax.accepts(this.head);
    if (verdict === false) this.state = "failed";
    this.isJudged = verdict !== undefined;
  }

  private json(code: number): void {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (code === 92) this.escaped = true;
      else if (code === 34) this.inString = false;
    } else if (code === 34) this.inString = true;
    else if (code === 123 || code === 91) {
      if (++this.depth > DEPTH_MAX) this.isHopeless = true;
    } else if (code === 125 || code === 93) {
      this.depth--;
      if (this.depth <= 0) this.balanced = true;
    }
  }

  private grow(char: string, code: number): void {
    this.tag += char;
    if (code === 62) {
      const tag = this.tag;
      this.tag = "";
      this.meet(tag);
    } else if (this.tag.length > TAG_CHARS_MAX) this.tag = "";
  }

  private meet(tag: string): void {
    if (this.valueClose !== "" && closesValue(tag, this.valueClose)) {
      this.valueClose = "";
      return;
    }
    if (this.inRoot && tag.startsWith(this.syntax.root ?? "")) {
      this.inRoot = false;
      return;
    }
    const role = this.syntax.role(tag);
    if (this.valueClose !== "" || this.inString) {
      if (role.is === "close")
        this.fallback ??= { body: this.length - tag.length, end: this.length };
      return;
    }
    if (this.isJson === true && role.is === "other") {
      if (this.balanced && tag.startsWith("</")) this.finish(tag, 0);
    } else if (role.is === "close") this.finish(tag, 0);
    else if (role.is === "restart" && this.length > tag.length) {
      this.isHopeless ||= this.isJson === true && !this.balanced;
      this.finish(tag, tag.length);
    } else if (role.is === "value") this.valueClose = role.close;
  }

  private finish(tag: string, excess: number): void {
    this.state = "done";
    this.excess = excess;
    this.bodyLength = this.length - tag.length;
  }
}

function closesValue(tag: string, close: string): boolean {
  if (tag.length <= close.length) return tag === close;
  return tag.startsWith("</") && tag.replaceAll(/\s/g, "") === close;
}

/** A balanced bracket expression outside any tag: bare JSON, or a pythonic list of calls. */
export class Brackets implements Frame {
  state: FrameState = "open";
  excess = 0;
  /** Index of the character after the closing bracket. */
  end = 0;
  private readonly singles: boolean;
  private readonly allows: (head: string) => boolean | undefined;
  private readonly settles: ((rest: string) => boolean | undefined) | undefined;
  private readonly multiline: boolean;
  private head: string | undefined = "";
  /** What followed the closing bracket, from the first character that is no space. */
  rest = "";
  private depth = 0;
  private quote = 0;
  private escaped = false;
  private length = 0;

  constructor(options: {
    quotes: string;
    /** Judges the first characters: false fails, true ends the judging, undefined wants more. */
    allows: (head: string) => boolean | undefined;
    /** Judges what follows the closing bracket in the same way; without it, nothing more is read. */
    settles?: (rest: string) => boolean | undefined;
    /** A raw line break in a string is no reason to fail. */
    multiline?: boolean;
  }) {
    this.multiline = options.multiline ?? false;
    this.singles = options.quotes.includes("'");
    this.allows = options.allows;
    this.settles = options.settles;
  }

  take(text: string, from: number): number {
    for (let i = from; i < text.length; i++) {
      this.length++;
      const code = text.charCodeAt(i);
      if (this.end > 0) this.follow(text[i] ?? "", code);
      else {
        if (this.head !== undefined && !isSpaceCode(code)) this.judge(text[i] ?? "");
        this.inside(code);
      }
      if (this.length > CALL_CHARS_MAX) this.state = "failed";
      if (this.state !== "open") return i + 1;
    }
    return text.length;
  }

  private judge(char: string): void {
    const head = (this.head ?? "") + char;
    const verdict = head.length > HEAD_CHARS_MAX ? false : this.allows(head);
    if (verdict === false) this.state = "failed";
    this.head = verdict === true ? undefined : head;
  }

  private inside(code: number): void {
    if (this.quote !== 0) {
      if (this.escaped) this.escaped = false;
      else if (code === 92) this.escaped = true;
      else if (code === this.quote) this.quote = 0;
      else if (code === 10 && !this.multiline) this.state = "failed";
    } else if (code === 34 || (code === 39 && this.singles)) this.quote = code;
    else if (code === 123 || code === 91 || code === 40) {
      if (++this.depth > DEPTH_MAX) this.state = "failed";
    } else if ((code === 125 || code === 93 || code === 41) && --this.depth <= 0) {
      this.end = this.length;
      if (this.settles === undefined) this.state = "done";
    }
  }

  private follow(char: string, code: number): void {
    this.excess++;
    if (this.rest === "" && isSpaceCode(code)) return;
    this.rest += char;
    const verdict = this.settles?.(this.rest);
    if (verdict === false) this.state = "failed";
    if (verdict === true) this.state = "done";
  }
}
