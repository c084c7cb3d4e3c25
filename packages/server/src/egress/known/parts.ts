// The texts of one request: each by itself, and what stands over the border between them: a value that is
// cut in two, or in more, over messages that follow each other or that others stand between.
import type { KnownEncoding, KnownFinding } from "./finding.ts";

type Find = (text: string) => readonly KnownFinding[];

/** So much of each of two long texts is looked at together. */
const ACROSS = 2_048;
/** The same of one that is no language at the border: an encoding makes a value long. */
const ACROSS_RUN = 65_536;
/** So much at the border tells. */
const EDGE = 512;
/** Of a language, more of it than this stands in words. */
const IN_WORDS = 0.25;
/** As people write them: nothing of an encoding beside them, nor a capital in them. */
const WORD =
  /(?<![\p{L}\p{N}+/=\\&%_-])(?:\p{L}\p{Ll}{2,}|\p{Lu}{3,}|\p{Lo}{2,})(?![\p{L}\p{N}+/=_])/gu;
/** Shorter texts, and codes, are looked at with the ones behind them, so many at once. */
const SHORT = 256;
const PIECES_MAX = 8;
const OVERLAP = 3;
/** A person's message and the next of theirs: what was answered stands between. */
const STRIDES = [1, 2];

/** For each text what stands in it; not merged. */
export function findInParts(parts: readonly string[], find: Find): KnownFinding[][] {
  const findings = parts.map((text) => [...find(text)]);
  for (const stride of STRIDES)
    for (let first = 0; first < stride; first++)
      for (let i = first; i + stride < parts.length;) {
        const pieces = piecesFrom(parts, i, stride);
        over(findings, pieces, find);
        i += stride * behind(pieces);
      }
  return findings;
}

/** How many pieces further the next ones begin: at the long one, or so that a value in four is in one look. */
function behind(pieces: readonly Piece[]): number {
  const last = pieces.length - 1;
  return pieces.length === PIECES_MAX ? last - OVERLAP : last;
}

interface Piece {
  readonly text: string;
  readonly part: number;
  /** Where the text begins in its part. */
  readonly offset: number;
}

function piecesFrom(parts: readonly string[], first: number, stride: number): Piece[] {
  const before = parts[first] ?? "";
  const offset = Math.max(0, before.length - acrossOf(before, -EDGE));
  const pieces: Piece[] = [{ text: before.slice(offset), part: first, offset }];
  for (let part = first + stride; part < parts.length; part += stride) {
    const text = parts[part] ?? "";
    pieces.push({ text: text.slice(0, acrossOf(text, 0)), part, offset: 0 });
    if (!isOnlyPassed(text) || pieces.length === PIECES_MAX) break;
  }
  return pieces;
}

/** How much of a text, whose edge begins there. */
function acrossOf(text: string, at: number): number {
  if (text.length <= ACROSS) return ACROSS;
  return isCoded(at < 0 ? text.slice(at) : text.slice(at, EDGE)) ? ACROSS_RUN : ACROSS;
}

/** What begins before it may end behind it. */
function isOnlyPassed(text: string): boolean {
  if (text.length <= SHORT) return true;
  if (text.length > ACROSS_RUN) return false;
  return isCoded(text.slice(0, EDGE)) && isCoded(text.slice(-EDGE));
}

/** No language, or none that anybody here reads. */
function isCoded(edge: string): boolean {
  const least = edge.length * IN_WORDS;
  let inWords = 0;
  for (const [word] of edge.matchAll(WORD)) {
    inWords += word.length;
    if (inWords >= least) return false;
  }
  return true;
}

/** What stands in several of the pieces together; what stands in one is found in its text. */
function over(into: KnownFinding[][], pieces: readonly Piece[], find: Find): void {
  let begin = 0;
  const placed = pieces.map((piece) => {
    const from = begin;
    begin += piece.text.length;
    return { ...piece, from, to: begin };
  });
  const split: KnownEncoding = "split";
  for (const finding of find(pieces.map(({ text }) => text).join(""))) {
    const met = placed.filter(({ from, to }) => from < finding.to && to > finding.from);
    if (met.length < 2) continue;
    for (const { part, offset, from, to } of met)
      into[part]?.push({
        ...finding,
        from: Math.max(finding.from, from) - from + offset,
        to: Math.min(finding.to, to) - from + offset,
        encoding: finding.encoding === "unopened" ? finding.encoding : split,
      });
  }
}
