// The texts of one request: each by itself, and what stands over the border between them: a value that is
// cut in two, or in more, over messages that follow each other or that others stand between.
import type { KnownEncoding, KnownFinding } from "./finding.ts";

type Find = (text: string) => readonly KnownFinding[];

/** So much of each of two long texts is looked at together. */
const ACROSS = 2_048;
/** The same where a run goes on over the border for so long that it may hold more than itself. */
const ACROSS_RUN = 65_536;
const RUN_MIN = 512;
/** Shorter texts are looked at with the ones behind them, so many at once. */
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
  const isRun = /[^\s]{512}$/.test(before.slice(-RUN_MIN)) || isLined(before);
  const across = isRun ? ACROSS_RUN : ACROSS;
  const offset = Math.max(0, before.length - across);
  const pieces: Piece[] = [{ text: before.slice(offset), part: first, offset }];
  for (let part = first + stride; part < parts.length; part += stride) {
    const text = parts[part] ?? "";
    pieces.push({ text: text.slice(0, across), part, offset: 0 });
    if (text.length > SHORT || pieces.length === PIECES_MAX) break;
  }
  return pieces;
}

/** Ends in lines of base64. */
function isLined(text: string): boolean {
  return /[\w+/-]{60,}\r?\n[\w+/-]{60,}\r?\n[\w+/=-]*$/.test(text.slice(-400));
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
