// Evidence for places of the ledger: the events of their leaves, chained up to what the leaf names, and the
// proof that the leaf is in the signed tree. Nothing in it needs the server to be believed.
import type { Evidence } from "@stead/protocol";
import { fail, ok, type Result } from "../lib/result.ts";
import { sourceOf } from "../ledger/checkpoint.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { inclusionRanges, proofHashes, proofNodes } from "../ledger/tree/merkle.ts";
import { nodesAt } from "../ledger/tree/queries.ts";
import type { Db } from "../store/db.ts";
import {
  selectLeaves,
  selectStretches,
  type LeafOf,
  type Place,
  type StretchEvent,
} from "./queries.ts";

const EVENTS_MAX = 60_000;

export interface Sought {
  readonly db: Db;
  readonly places: readonly Place[];
  /** Leaves under the checkpoint that everything is proven against; 0: there is none. */
  readonly size: number;
}

type Leaf = Pick<LeafOf, "idx" | "from" | "to">;
interface Piece {
  readonly stream: string;
  readonly from: number;
  readonly to: number;
  readonly leaf: Leaf | null;
}

export async function gatherEvidence(
  ledger: Ledger,
  { db, places, size }: Sought,
): Promise<Result<Evidence[]>> {
  if (places.length === 0) return ok([]);
  const { orgId } = ledger;
  const pieces = piecesOf(places, await selectLeaves(db, { orgId, size, places }));
  const rows = await selectStretches(db, { orgId, stretches: pieces, limit: EVENTS_MAX + 1 });
  if (rows.length > EVENTS_MAX)
    return fail("request.too_large", "The evidence of this period is too large for one report.", {
      hint: "Choose a shorter period.",
    });
  const proofs = await proofsOf(ledger, { db, size, pieces });
  const byStream = Map.groupBy(rows, ({ stream }) => stream);
  return ok(
    pieces.map((piece) => {
      const own = (byStream.get(piece.stream) ?? []).filter(
        ({ seq }) => seq >= piece.from && seq <= piece.to,
      );
      const { leaf, stream } = piece;
      const proof = leaf ? (proofs.get(leaf.idx) ?? []) : [];
      return {
        stream,
        leaf: leaf && { idx: leaf.idx, from: leaf.from, to: leaf.to, proof },
        prev: own[0]?.prev ?? "",
        events: own.map(eventOf),
      };
    }),
  );
}

/** One piece for all places of a leaf: from the first of them to the leaf's own end. */
function piecesOf(places: readonly Place[], leaves: readonly LeafOf[]): Piece[] {
  const covered = new Map(leaves.map((leaf) => [`${leaf.stream} ${leaf.seq}`, leaf]));
  const pieces = new Map<string, Piece>();
  for (const place of places) {
    const leaf = covered.get(`${place.stream} ${place.seq}`);
    const key = leaf ? `${leaf.idx}` : `${place.stream} ${place.seq}`;
    const known = pieces.get(key);
    const from = Math.min(place.seq, known?.from ?? place.seq);
    const to = leaf?.to ?? place.seq;
    pieces.set(key, { stream: place.stream, from, to, leaf: leaf ?? null });
  }
  const order = (piece: Piece): number => piece.leaf?.idx ?? Number.MAX_SAFE_INTEGER;
  return [...pieces.values()].toSorted(
    (a, b) => order(a) - order(b) || (a.stream < b.stream ? -1 : 1) || a.from - b.from,
  );
}

async function proofsOf(
  { orgId }: Ledger,
  { db, size, pieces }: { db: Db; size: number; pieces: readonly Piece[] },
): Promise<Map<number, string[]>> {
  const leaves = pieces.flatMap(({ leaf }) => (leaf ? [leaf.idx] : []));
  const nodes = leaves.flatMap((idx) => proofNodes(inclusionRanges(idx, size)));
  const wanted = new Map(nodes.map((node) => [`${node.level}/${node.idx}`, node]));
  const source = sourceOf(await nodesAt(db, orgId, [...wanted.values()]));
  return new Map(
    leaves.map((idx) => {
      const hashes = proofHashes(inclusionRanges(idx, size), source);
      return [idx, hashes.map((hash) => hash.toString("base64"))];
    }),
  );
}

/** As it is stored and hashed: the data is not unescaped. */
function eventOf({ seq, at, type, data, bodies }: StretchEvent): Evidence["events"][number] {
  return { seq, at, type, data: JSON.parse(data), bodies: JSON.parse(bodies) };
}
