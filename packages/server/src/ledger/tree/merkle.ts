// The Merkle tree of RFC 9162 section 2.1: roots, inclusion and consistency proofs. Pure: whoever
// asks says where the hashes of complete subtrees are, so a proof reads a few nodes and no leaf.
import { hash } from "node:crypto";

/** A complete subtree: 2^level leaves from leaf idx * 2^level on. */
export interface NodeId {
  readonly level: number;
  readonly idx: number;
}
export interface TreeNode extends NodeId {
  readonly hash: Buffer;
}
/** The hash of a complete subtree; must be there when all its leaves are. */
export type NodeSource = (id: NodeId) => Buffer;

export function leafHash(data: Uint8Array | string): Buffer {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  return sha256(Buffer.concat([Buffer.of(0), bytes]));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(Buffer.concat([Buffer.of(1), left, right]));
}

/** The largest power of two smaller than `n`, for n >= 2. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The complete subtrees that make up leaves `begin` to `end`, left to right. */
export function cover(begin: number, end: number): NodeId[] {
  if (begin >= end) return [];
  const leaves = end - begin;
  const level = Math.log2(leaves);
  if (Number.isInteger(level) && begin % leaves === 0) return [{ level, idx: begin / leaves }];
  const middle = begin + split(leaves);
  return [...cover(begin, middle), ...cover(middle, end)];
}

/** The hash of leaves `begin` to `end`, a range that the tree's splits produce. */
function rangeHash(begin: number, end: number, source: NodeSource): Buffer {
  const hashes = cover(begin, end).map(source);
  const last = hashes.pop();
  if (!last) return sha256(Buffer.alloc(0));
  return hashes.reduceRight((right, left) => nodeHash(left, right), last);
}

export function rootHash(size: number, source: NodeSource): Buffer {
  return rangeHash(0, size, source);
}

/**
 * Every subtree that becomes complete when `leaves` are added to a tree of `size`, themselves too.
 */
export function grow(size: number, leaves: readonly Buffer[], source: NodeSource): TreeNode[] {
  const made: TreeNode[] = [];
  const fresh = new Map<string, Buffer>();
  const at = (id: NodeId): Buffer => fresh.get(`${id.level}/${id.idx}`) ?? source(id);
  for (const [offset, leaf] of leaves.entries()) {
    let node: TreeNode = { level: 0, idx: size + offset, hash: leaf };
    for (;;) {
      made.push(node);
      fresh.set(`${node.level}/${node.idx}`, node.hash);
      if (node.idx % 2 === 0) break;
      const left = at({ level: node.level, idx: node.idx - 1 });
      node = { level: node.level + 1, idx: (node.idx - 1) / 2, hash: nodeHash(left, node.hash) };
    }
  }
  return made;
}

/** Leaf ranges whose hashes prove that leaf `index` is in a tree of `size` (RFC 9162, 2.1.3.1). */
export function inclusionRanges(index: number, size: number): [number, number][] {
  const walk = (begin: number, end: number): [number, number][] => {
    if (end - begin === 1) return [];
    const middle = begin + split(end - begin);
    return index < middle
      ? [...walk(begin, middle), [middle, end]]
      : [...walk(middle, end), [begin, middle]];
  };
  return walk(0, size);
}

/** Leaf ranges whose hashes prove that the tree of `from` is a prefix of that of `to` (2.1.4.1). */
export function consistencyRanges(from: number, to: number): [number, number][] {
  const walk = (begin: number, end: number, whole: boolean): [number, number][] => {
    if (from === end) return whole ? [] : [[begin, end]];
    const middle = begin + split(end - begin);
    return from <= middle
      ? [...walk(begin, middle, whole), [middle, end]]
      : [...walk(middle, end, false), [begin, middle]];
  };
  return from === 0 || from === to ? [] : walk(0, to, true);
}

export function proofHashes(ranges: readonly [number, number][], source: NodeSource): Buffer[] {
  return ranges.map(([begin, end]) => rangeHash(begin, end, source));
}

/** The nodes that a proof over these ranges reads. */
export function proofNodes(ranges: readonly [number, number][]): NodeId[] {
  return ranges.flatMap(([begin, end]) => cover(begin, end));
}

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly leaf: Buffer;
  readonly root: Buffer;
  readonly proof: readonly Buffer[];
}

/** RFC 9162, 2.1.3.2. */
export function verifyInclusion({ index, size, leaf, root, proof }: Inclusion): boolean {
  if (index >= size) return false;
  let [fn, sn, result] = [index, size - 1, leaf];
  for (const step of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      result = nodeHash(step, result);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      result = nodeHash(result, step);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && result.equals(root);
}

export interface Consistency {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Buffer;
  readonly toRoot: Buffer;
  readonly proof: readonly Buffer[];
}

/** RFC 9162, 2.1.4.2; every tree is consistent with the empty one. */
export function verifyConsistency(claim: Consistency): boolean {
  const { from, to, fromRoot, toRoot, proof } = claim;
  if (from > to) return false;
  if (from === to) return proof.length === 0 && fromRoot.equals(toRoot);
  if (from === 0) return proof.length === 0 && fromRoot.equals(sha256(Buffer.alloc(0)));
  const path = Number.isInteger(Math.log2(from)) ? [fromRoot, ...proof] : [...proof];
  let [fn, sn] = [from - 1, to - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  const first = path.shift();
  if (!first) return false;
  let [old, current] = [first, first];
  for (const step of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [old, current] = [nodeHash(step, old), nodeHash(step, current)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      current = nodeHash(current, step);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && old.equals(fromRoot) && current.equals(toRoot);
}

function half(n: number): number {
  return Math.floor(n / 2);
}

function sha256(bytes: Uint8Array): Buffer {
  return hash("sha256", bytes, "buffer");
}
