// The rows of the signed log, as they are stored and exported; hashes as lower-case hex.
import { canonical } from "../../lib/json.ts";
import { leafHash } from "./merkle.ts";

/** Events `from` to `to` of a stream end in `head`. */
export interface LeafRow {
  readonly idx: number;
  readonly stream: string;
  readonly from: number;
  readonly to: number;
  readonly head: string;
}

export interface CheckpointRow {
  readonly size: number;
  readonly root: string;
  readonly note: string;
  readonly at: number;
}

/** A leaf of the tree is its stream, its events and its head; where it stands, the tree says. */
export function hashLeaf({ stream, from, to, head }: Omit<LeafRow, "idx">): Buffer {
  return leafHash(canonical([stream, from, to, head]));
}
