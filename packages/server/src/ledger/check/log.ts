// Checks the signed log: leaves in order, each checkpoint the root over them, signed and witnessed.
import { grow, rootHash, type NodeId } from "../tree/merkle.ts";
import {
  isCosigned,
  openNote,
  readCheckpoint,
  readVerifierKey,
  type NoteKey,
} from "../tree/note.ts";
import { hashLeaf } from "../tree/rows.ts";
import { Finding, TREE } from "./finding.ts";
import type { RecordOf } from "./record.ts";

export class LogCheck {
  readonly #key: NoteKey;
  readonly #witnesses = new Map<string, NoteKey>();
  readonly #leaves = new Map<string, RecordOf<"leaf">[]>();
  /** Hashes of the complete subtrees, by level and index. */
  readonly nodes = new Map<string, Buffer>();
  /** The root at each checkpoint, by size. */
  readonly roots = new Map<number, string>();
  #size = 0;
  #signed = 0;
  #text = "";
  #lastWitness = "";
  /** Checkpoints since the last that a witness has signed: its line vouches for all before, too. */
  unwitnessed = 0;

  /** `trusted`: the ledger's key as the auditor knows it; else the header's own is believed. */
  constructor({ key, witnesses }: RecordOf<"ledger">, trusted: string | undefined) {
    const known = readVerifierKey(trusted ?? key);
    if (!known || (trusted !== undefined && trusted !== key))
      this.#fail("the ledger's key is not the expected one");
    this.#key = known;
    for (const each of witnesses) {
      const witness = readVerifierKey(each);
      if (!witness) this.#fail("a witness's key can't be read");
      this.#witnesses.set(witness.name, witness);
    }
  }

  leaf(leaf: RecordOf<"leaf">): void {
    const { idx, stream, from, to } = leaf;
    if (idx !== this.#size) this.#fail(`leaf ${this.#size} is missing or out of place`);
    const own = this.leavesOf(stream);
    if (from !== (own.at(-1)?.to ?? 0) + 1 || to < from)
      this.#fail(`leaf ${idx} does not go on where the one before it of ${stream} ended`);
    if (own.length === 0) this.#leaves.set(stream, [leaf]);
    else own.push(leaf);
    for (const node of grow(idx, [hashLeaf(leaf)], this.#nodeAt))
      this.nodes.set(`${node.level}/${node.idx}`, node.hash);
    this.#size++;
  }

  checkpoint({ size, root, note, at }: RecordOf<"checkpoint">): void {
    if (size !== this.#size || size <= this.#signed)
      this.#fail(`checkpoint ${size} is out of place`);
    const text = openNote(note, this.#key);
    if (text === undefined) this.#fail(`checkpoint ${size} has no valid signature`);
    const said = readCheckpoint(text);
    if (said?.origin !== this.#key.name || said.size !== size || said.at !== at)
      this.#fail(`checkpoint ${size} does not say what it should`);
    if (said.previous !== this.#signed) this.#fail(`checkpoint ${said.previous} is missing`);
    const actual = rootHash(size, this.#nodeAt).toString("hex");
    if (said.root !== actual || root !== actual)
      this.#fail(`the leaves are not those over which checkpoint ${size} was signed`);
    this.roots.set(size, actual);
    this.#signed = size;
    this.#text = text;
    this.#lastWitness = "";
    this.unwitnessed++;
  }

  witness({ size, witness, line }: RecordOf<"witness">): void {
    const key = this.#witnesses.get(witness);
    const placed = size === this.#signed && size === this.#size && witness > this.#lastWitness;
    if (!placed || !key || !isCosigned(this.#text, line, key))
      this.#fail(`the line of witness ${witness} on checkpoint ${size} is not valid`);
    this.#lastWitness = witness;
    this.unwitnessed = 0;
  }

  end(): void {
    if (this.#signed !== this.#size) this.#fail(`checkpoint ${this.#size} is missing`);
  }

  leavesOf(stream: string): RecordOf<"leaf">[] {
    return this.#leaves.get(stream) ?? [];
  }

  /** Streams that have leaves, in the order of events. */
  streams(): string[] {
    return [...this.#leaves.keys()].toSorted();
  }

  readonly #nodeAt = ({ level, idx }: NodeId): Buffer => {
    const node = this.nodes.get(`${level}/${idx}`);
    if (!node) throw new Error(`invariant broken: node ${level}/${idx} is not there yet`);
    return node;
  };

  #fail(why: string): never {
    throw new Finding({ stream: TREE, seq: this.#size, why });
  }
}
