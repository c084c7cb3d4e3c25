// Regions whose text is never a call. "Quoted" means, exactly:
// - fenced code: from a line that starts with ``` or ~~~ to a line of at least as many of the same
//   (or the end), except a fence that holds nothing but one JSON call of a known tool;
// - inline code: from a run of backticks to the next run of the same length, or a blank line;
// - a quotation: from " or “ after a space, bracket or line start to the next " or ”, at most to the
//   end of the line; where markup directly follows the mark (and then ' or « too), to a blank line;
// - a block quote: a line whose first character is ">";
// - a tool's result that the model repeats (<tool_response>, <tool_result>, [TOOL_RESULTS], …), and
//   an XML comment, to its closing tag, or to the end if there is none.
// Reasoning (<think>…) is not quoted, but is never executed either.

export interface Region {
  readonly isDone: boolean;
  /** Takes characters of the region; returns the index after the last one. */
  take(text: string, from: number): number;
}

export class Fence implements Region {
  isDone = false;
  private readonly mark: number;
  private readonly count: number;
  /** Marks at the start of this line; -1 once the line cannot close the fence. */
  private run = -1;
  private isTail = false;

  constructor(mark: number, count: number) {
    this.mark = mark;
    this.count = count;
  }

  take(text: string, from: number): number {
    for (let i = from; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 10) {
        if (this.run >= this.count) {
          this.isDone = true;
          return i;
        }
        this.run = 0;
        this.isTail = false;
      } else if (this.run >= 0) this.line(code);
    }
    return text.length;
  }

  private line(code: number): void {
    const isSpace = code === 32 || code === 9 || code === 13;
    if (code === this.mark && !this.isTail) this.run++;
    else if (!isSpace) this.run = -1;
    else if (this.run > 0) this.isTail = true;
  }
}

export class InlineCode implements Region {
  isDone = false;
  private readonly count: number;
  private run = 0;
  private isBlank = false;

  constructor(count: number) {
    this.count = count;
  }

  take(text: string, from: number): number {
    for (let i = from; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 96) {
        this.run++;
        continue;
      }
      this.isDone = this.run === this.count || (code === 10 && this.isBlank);
      if (this.isDone) return i;
      this.run = 0;
      this.isBlank = code === 10 || (this.isBlank && (code === 32 || code === 9 || code === 13));
    }
    return text.length;
  }
}

export class Quotation implements Region {
  isDone = false;
  private readonly close: number;
  private isLong: boolean | undefined;
  private isBlank = false;
  /** The mark itself is still to be passed. */
  private isBefore: boolean;

  constructor(close: number, options: { isBefore: boolean }) {
    this.close = close;
    this.isBefore = options.isBefore;
    this.isLong = options.isBefore ? undefined : true;
  }

  take(text: string, from: number): number {
    const first = this.isBefore && from < text.length ? from + 1 : from;
    if (first > from) this.isBefore = false;
    for (let i = first; i < text.length; i++) {
      const code = text.charCodeAt(i);
      this.isLong ??= code === 60 || code === 91 || code === 123;
      if (code === 10 && (!this.isLong || this.isBlank)) {
        this.isDone = true;
        return i;
      }
      if (code === this.close) {
        this.isDone = true;
        return i + 1;
      }
      this.isBlank = code === 10 || (this.isBlank && (code === 32 || code === 9 || code === 13));
    }
    return text.length;
  }
}

export class Line implements Region {
  isDone = false;

  take(text: string, from: number): number {
    const end = text.indexOf("\n", from);
    this.isDone = end >= 0;
    return end < 0 ? text.length : end;
  }
}

/** Text up to and with a literal, of which no proper suffix is a prefix longer than one character. */
export class Until implements Region {
  isDone = false;
  /** How many characters of the literal the text taken so far ends with. */
  matched = 0;
  readonly close: string;

  constructor(close: string) {
    this.close = close;
  }

  take(text: string, from: number): number {
    for (let i = from; i < text.length; i++) {
      if (this.matched === 0) {
        i = text.indexOf(this.close[0] ?? "", i);
        if (i < 0) return text.length;
      }
      const code = text.charCodeAt(i);
      if (code === this.close.charCodeAt(this.matched)) this.matched++;
      else if (this.close === "-->" && code === 45) this.matched = 2;
      else this.matched = code === this.close.charCodeAt(0) ? 1 : 0;
      if (this.matched === this.close.length) {
        this.isDone = true;
        return i + 1;
      }
    }
    return text.length;
  }
}
