// The elements in a call's body: <city>Oslo</city><tags><item>a</item></tags>. One pass over the tags.
// The text of an argument that is one text is not looked into, so that markup in it stays its text.
import { endOfTag } from "./tag-end.ts";
import { isSpaceCode, isTagName, NAME_CHARS_MAX } from "./types.ts";

export interface Node {
  readonly name: string;
  readonly text: string;
  readonly children: () => Node[];
}

/** What the tags of a name mean. */
export interface TagRule {
  /** An argument that is one text. */
  readonly isText: boolean;
  /** An argument whose closing tag may have been forgotten: else its tag is text. */
  readonly isArgument: boolean;
}

export type TreeRules = (name: string) => TagRule;

interface Mark {
  readonly name: string;
  readonly is: "open" | "close" | "empty";
  readonly from: number;
  readonly to: number;
  /** Index of the mark that closes this one; -1 if none does: then it is text. */
  match: number;
}

/** Tags that say something, in one body: more are no arguments. A text argument's own are not counted. */
const MARKS_MAX = 4_096;

/** Undefined if there are too many elements. */
export function readTree(text: string, rules: TreeRules): Node[] | undefined {
  const known = new Map<string, TagRule>();
  const ruleOf = (name: string): TagRule => {
    let rule = known.get(name);
    if (rule === undefined) known.set(name, (rule = rules(name)));
    return rule;
  };
  const marks = readMarks(text, ruleOf);
  if (marks.length > MARKS_MAX) return undefined;
  return nodesBetween(text, marks, { first: 0, end: marks.length, rules: ruleOf });
}

interface Range {
  readonly first: number;
  readonly end: number;
  /** Only at the top an element may lack its end. */
  readonly rules?: TreeRules;
}

const NO_CHILDREN = (): Node[] => [];

function nodesBetween(text: string, marks: readonly Mark[], range: Range): Node[] {
  const out: Node[] = [];
  const unclosed = new Map<string, number>();
  for (let i = range.first; i < range.end; i++) {
    const mark = marks[i];
    if (mark === undefined || mark.is === "close") continue;
    const { name } = mark;
    const close = mark.match < range.end ? marks[mark.match] : undefined;
    if (mark.is === "empty") out.push({ name, text: "", children: NO_CHILDREN });
    else if (close !== undefined) {
      const inner = { first: i + 1, end: mark.match };
      const children = (): Node[] => nodesBetween(text, marks, inner);
      out.push({ name, text: text.slice(mark.to, close.from), children });
      i = mark.match;
    } else if (range.rules?.(name).isArgument === true) {
      // A third one of a name says no more than the second: that it is not clear what is meant.
      const count = (unclosed.get(name) ?? 0) + 1;
      unclosed.set(name, count);
      const value = text.slice(mark.to, marks[i + 1]?.from);
      if (count <= 2) out.push({ name, text: value, children: NO_CHILDREN });
    }
  }
  return out;
}

// Every closing tag takes the nearest open tag of its name.
function readMarks(text: string, ruleOf: TreeRules): Mark[] {
  const marks: Mark[] = [];
  const open = new Map<string, Mark[]>();
  const torn = new Set<string>();
  const lastCloses = readLastCloses(text);
  let depth = 0;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at + 1)) {
    if (text.startsWith("<![CDATA[", at)) {
      const end = text.indexOf("]]>", at);
      if (end < 0) break;
      at = end;
      continue;
    }
    if (marks.length > MARKS_MAX) break;
    const mark = readMark(text, at);
    if (mark === undefined) continue;
    at = mark.to - 1;
    const last = mark.is === "open" ? (lastCloses.get(mark.name) ?? -1) : -1;
    if (mark.is === "close") {
      const start = open.get(mark.name)?.pop();
      if (start !== undefined) start.match = marks.length;
      if (start !== undefined && !ruleOf(mark.name).isText) depth--;
    } else if (last > at) {
      const { isText } = ruleOf(mark.name);
      const isWhole = depth === 0 && isText && !torn.has(mark.name);
      const close = isWhole ? closeOfText(text, mark, { last, ruleOf }) : undefined;
      if (close !== undefined) {
        mark.match = marks.length + 1;
        marks.push(mark, close);
        at = close.to - 1;
        continue;
      }
      // Tried once for a name, so that the work stays linear.
      if (isWhole) torn.add(mark.name);
      else pushTo(open, mark);
      if (!isText) depth++;
    }
    marks.push(mark);
  }
  return marks;
}

function pushTo(open: Map<string, Mark[]>, mark: Mark): void {
  const stack = open.get(mark.name);
  if (stack === undefined) open.set(mark.name, [mark]);
  else stack.push(mark);
}

function readLastCloses(text: string): ReadonlyMap<string, number> {
  const out = new Map<string, number>();
  for (let at = text.indexOf("</"); at >= 0; at = text.indexOf("</", at + 2)) {
    const mark = readMark(text, at);
    if (mark !== undefined) out.set(mark.name, at);
  }
  return out;
}

// Its closing tag; where the text mentions the opening tag alone, the last one. None, if another
// argument stands between then: its own was forgotten.
function closeOfText(
  text: string,
  start: Mark,
  { last, ruleOf }: { last: number; ruleOf: TreeRules },
): Mark | undefined {
  let depth = 1;
  let hasOther = false;
  for (
    let at = text.indexOf("<", start.to);
    at >= 0 && at <= last;
    at = text.indexOf("<", at + 1)
  ) {
    if (text.startsWith("<![CDATA[", at)) {
      const end = text.indexOf("]]>", at);
      if (end < 0) return undefined;
      at = end;
      continue;
    }
    // Most tags in a text are only its markup; once another argument was seen, its own name alone matters.
    if (!isNamed(text, at, start.name) && (hasOther || !ruleOf(nameAt(text, at)).isArgument))
      continue;
    const mark = readMark(text, at);
    if (mark === undefined) continue;
    if (mark.name !== start.name) hasOther ||= mark.is === "open" && ruleOf(mark.name).isArgument;
    else if (mark.is === "open") depth++;
    else if (mark.is === "close" && (--depth === 0 || (at === last && !hasOther))) return mark;
    at = mark.to - 1;
  }
  return undefined;
}

function isNamed(text: string, at: number, name: string): boolean {
  return text.startsWith(name, at + (text.charCodeAt(at + 1) === 47 ? 2 : 1));
}

/** The name of a tag that may stand here. */
function nameAt(text: string, from: number): string {
  let at = from + (text.charCodeAt(from + 1) === 47 ? 2 : 1);
  while (isSpaceCode(text.charCodeAt(at))) at++;
  const begin = at;
  const limit = Math.min(text.length, begin + NAME_CHARS_MAX + 1);
  for (; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === 62 || code === 47 || code === 60 || isSpaceCode(code)) break;
  }
  return text.slice(begin, at);
}

function readMark(text: string, from: number): Mark | undefined {
  const end = endOfTag(text, from);
  if (end < 0) return undefined;
  const isClose = text.charCodeAt(from + 1) === 47;
  const isEmpty = !isClose && text.charCodeAt(end - 1) === 47;
  let at = from + (isClose ? 2 : 1);
  while (at < end && isSpaceCode(text.charCodeAt(at))) at++;
  const begin = at;
  const last = isEmpty ? end - 1 : end;
  while (at < last && !isSpaceCode(text.charCodeAt(at))) at++;
  const name = text.slice(begin, at);
  if (!isTagName(name)) return undefined;
  const is = isClose ? "close" : isEmpty ? "empty" : "open";
  return { name, is, from, to: end + 1, match: -1 };
}
