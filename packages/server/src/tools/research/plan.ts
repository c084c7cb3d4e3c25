// What a research reads and how it is shared out: pure rules.
import type { ListedDocument } from "../knowledge-port.ts";

/** A document, or as much of one as a model is given at once. */
export interface Piece {
  readonly document: ListedDocument;
  readonly from: number;
  readonly to: number;
}

export interface Plan {
  /** One a sub-run. */
  readonly shares: readonly (readonly Piece[])[];
  readonly overBound: readonly ListedDocument[];
  readonly tooLong: readonly ListedDocument[];
  readonly empty: readonly ListedDocument[];
}

/** Shown in one result; a longer one would be put aside and only its beginning read. */
const PIECE_CHARS = 12_000;
/** About 10,000 tokens a sub-run. */
const SHARE_CHARS = 40_000;
const SHARE_PIECES = 12;
const DOCUMENT_CHARS_MAX = 400_000;

/** `first`: the ids that a search named, best first; the rest follows in the order given. */
export function planOf(
  documents: readonly ListedDocument[],
  { first, max }: { readonly first: readonly string[]; readonly max: number },
): Plan {
  const rank = new Map(first.map((id, i) => [id, i]));
  const placeOf = ({ id }: ListedDocument): number => rank.get(id) ?? first.length;
  const ordered = documents.toSorted((a, b) => placeOf(a) - placeOf(b));
  const empty = ordered.filter(({ chars }) => chars === 0);
  const tooLong = ordered.filter(({ chars }) => chars > DOCUMENT_CHARS_MAX);
  const fit = ordered.filter(({ chars }) => chars > 0 && chars <= DOCUMENT_CHARS_MAX);
  const pieces = fit.slice(0, max).flatMap(piecesOf);
  return { shares: sharesOf(pieces), overBound: fit.slice(max), tooLong, empty };
}

function piecesOf(document: ListedDocument): Piece[] {
  const count = Math.ceil(document.chars / PIECE_CHARS);
  return Array.from({ length: count }, (_, i) => ({
    document,
    from: i * PIECE_CHARS,
    to: Math.min((i + 1) * PIECE_CHARS, document.chars),
  }));
}

function sharesOf(pieces: readonly Piece[]): Piece[][] {
  const shares: Piece[][] = [];
  let share: Piece[] = [];
  let chars = 0;
  for (const piece of pieces) {
    const length = piece.to - piece.from;
    if (share.length > 0 && (chars + length > SHARE_CHARS || share.length >= SHARE_PIECES)) {
      shares.push(share);
      share = [];
      chars = 0;
    }
    share.push(piece);
    chars += length;
  }
  if (share.length > 0) shares.push(share);
  return shares;
}
