// Texts within a JSON text, changed in place: what is not changed stays byte for byte as it was, with its
// big numbers, its order and its repeated keys.

/** A text that leaves with a request: read, and perhaps replaced. */
export interface Leaf {
  readonly text: string;
  readonly kind: "text" | "number" | "key";
  /** The name of the field that it is the value of. */
  readonly key: string;
  /** True for what the wire itself is made of: not within arguments, and not within a text. */
  readonly isWire?: boolean;
  /** What goes out instead. */
  now?: string;
}

export interface Piece {
  readonly raw: string;
  readonly leaf?: Leaf;
  readonly inner?: Pieces;
  /** How a changed text is written where it stands. */
  readonly write: (text: string) => string;
}

/** A payload cut into what stays and what may be replaced. */
export class Pieces {
  readonly pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    this.pieces = pieces;
  }

  leaves(into: Leaf[] = []): Leaf[] {
    for (const { leaf, inner } of this.pieces)
      if (leaf) into.push(leaf);
      else inner?.leaves(into);
    return into;
  }

  get isChanged(): boolean {
    return this.pieces.some(({ leaf, inner }) =>
      leaf ? leaf.now !== undefined : (inner?.isChanged ?? false),
    );
  }

  render(): string {
    let out = "";
    for (const { raw, leaf, inner, write } of this.pieces)
      if (leaf) out += leaf.now === undefined ? raw : write(leaf.now);
      else out += inner?.isChanged ? write(inner.render()) : raw;
    return out;
  }
}

const same = (text: string): string => text;
/** JSON within a JSON text within a JSON text ...: beyond this it is read as the text that it is. */
const DEPTH_MAX = 12;
const DIGITS_MIN = 5;

export function plainPieces(text: string): Pieces {
  return new Pieces([{ raw: text, leaf: { text, kind: "text", key: "" }, write: same }]);
}

/** Arguments of a call, in wires that write them as an object: whatever is within is a model's. */
const ARGUMENTS = "input";

/** Where an object, a string, or a number that is long enough to tell somebody by, begins. */
const START = /["{}]|-?\d[\d.eE+-]{4,}/g;
const CLOSE = /["\\]/g;

/** Undefined when it is no JSON: then it is a text like any other. */
export function jsonPieces(text: string, depth = 0): Pieces | undefined {
  if (!looksLikeJson(text) || !isJson(text)) return undefined;
  const pieces: Piece[] = [];
  let kept = 0;
  let key = "";
  let objects = 0;
  /** How many objects are open around the arguments that it is in. */
  let argumentsAt = Number.POSITIVE_INFINITY;
  START.lastIndex = 0;
  for (let match = START.exec(text); match; match = START.exec(text)) {
    const from = match.index;
    if (match[0] === "{") {
      if (key === ARGUMENTS) argumentsAt = Math.min(argumentsAt, objects);
      objects++;
      continue;
    }
    if (match[0] === "}") {
      objects--;
      if (objects <= argumentsAt) argumentsAt = Number.POSITIVE_INFINITY;
      continue;
    }
    const isWire = depth === 0 && objects <= argumentsAt;
    const isString = match[0] === '"';
    const to = isString ? endOfString(text, from) : from + match[0].length;
    if (from > kept) pieces.push({ raw: text.slice(kept, from), write: same });
    const raw = text.slice(from, to);
    if (isString) {
      const isKey = isFollowedByColon(text, to);
      const decoded = raw.includes("\\") ? decode(raw) : raw.slice(1, -1);
      pieces.push(stringPiece({ raw, decoded, isKey, key, depth, isWire }));
      if (isKey) key = decoded;
    } else pieces.push(numberPiece(raw, key));
    kept = to;
    START.lastIndex = to;
  }
  if (kept < text.length) pieces.push({ raw: text.slice(kept), write: same });
  return new Pieces(pieces);
}

function looksLikeJson(text: string): boolean {
  return /^[ \t\r\n]*[[{"]/.test(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function endOfString(text: string, from: number): number {
  CLOSE.lastIndex = from + 1;
  for (let match = CLOSE.exec(text); match; match = CLOSE.exec(text)) {
    if (match[0] === '"') return match.index + 1;
    CLOSE.lastIndex = match.index + 2;
  }
  return text.length;
}

function isFollowedByColon(text: string, at: number): boolean {
  let i = at;
  while (/[ \t\r\n]/.test(text.charAt(i))) i++;
  return text.charAt(i) === ":";
}

function decode(raw: string): string {
  const value: unknown = JSON.parse(raw);
  return typeof value === "string" ? value : raw;
}

interface StringPiece {
  readonly raw: string;
  readonly decoded: string;
  readonly isKey: boolean;
  readonly key: string;
  readonly depth: number;
  readonly isWire: boolean;
}

function stringPiece({ raw, decoded, isKey, key, depth, isWire }: StringPiece): Piece {
  const inner =
    !isKey && depth < DEPTH_MAX && decoded.length > 1 && /^[ \t\r\n]*[[{"]/.test(decoded)
      ? jsonPieces(decoded, depth + 1)
      : undefined;
  if (inner) return { raw, inner, write: (text) => JSON.stringify(text) };
  const leaf: Leaf = { text: decoded, kind: isKey ? "key" : "text", key, isWire };
  return { raw, leaf, write: (text) => JSON.stringify(text) };
}

function numberPiece(raw: string, key: string): Piece {
  if (raw.replace(/\D/g, "").length < DIGITS_MIN) return { raw, write: same };
  return { raw, leaf: { text: raw, kind: "number", key }, write: same };
}
