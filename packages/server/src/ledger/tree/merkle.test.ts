// The tree against RFC 9162's own definitions, written naively, for every size up to 70.
import { describe, expect, it } from "vitest";
import {
  consistencyRanges,
  cover,
  grow,
  inclusionRanges,
  leafHash,
  nodeHash,
  proofHashes,
  proofNodes,
  rootHash,
  verifyConsistency,
  verifyInclusion,
  type NodeId,
} from "./merkle.ts";

const SIZE = 70;
const leaves = Array.from({ length: SIZE }, (_, n) => leafHash(`leaf ${n}`));

/** MTH of section 2.1.1. */
function naive(some: readonly Buffer[]): Buffer {
  const [first] = some;
  if (some.length === 1 && first) return first;
  let k = 1;
  while (k * 2 < some.length) k *= 2;
  return nodeHash(naive(some.slice(0, k)), naive(some.slice(k)));
}

const nodes = new Map<string, Buffer>();
const source = ({ level, idx }: NodeId): Buffer => {
  const node = nodes.get(`${level}/${idx}`);
  if (!node) throw new Error(`node ${level}/${idx} is not there`);
  return node;
};
for (let size = 0; size < SIZE;) {
  // In uneven pieces, as checkpoints come.
  const piece = leaves.slice(size, size + 1 + (size % 7));
  for (const { level, idx, hash } of grow(size, piece, source)) nodes.set(`${level}/${idx}`, hash);
  size += piece.length;
}

describe("the Merkle tree", () => {
  it("has the known hashes of the empty tree and of an empty leaf", () => {
    expect(rootHash(0, source).toString("hex")).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
    expect(leafHash("").toString("hex")).toBe(
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    );
  });

  it("has the root that the RFC defines, at every size", () => {
    for (let size = 1; size <= SIZE; size++)
      expect(rootHash(size, source)).toEqual(naive(leaves.slice(0, size)));
  });

  it("proves each leaf in each size, and nothing else", () => {
    for (let size = 1; size <= SIZE; size++)
      for (let index = 0; index < size; index++) {
        const proof = proofHashes(inclusionRanges(index, size), source);
        const leaf = leaves[index] ?? Buffer.alloc(0);
        const claim = { index, size, leaf, root: rootHash(size, source), proof };
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, leaf: leafHash("other") })).toBe(false);
        expect(verifyInclusion({ ...claim, index: index + 1 })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...proof, leaf] })).toBe(false);
        if (proof.length > 0)
          expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false);
      }
  });

  it("proves that each size extends each smaller one, and nothing else", () => {
    for (let to = 1; to <= SIZE; to++)
      for (let from = 0; from <= to; from++) {
        const proof = proofHashes(consistencyRanges(from, to), source);
        const [fromRoot, toRoot] = [rootHash(from, source), rootHash(to, source)];
        const claim = { from, to, fromRoot, toRoot, proof };
        expect(verifyConsistency(claim), `${from} ${to}`).toBe(true);
        const other = leafHash("other");
        expect(verifyConsistency({ ...claim, fromRoot: other })).toBe(false);
        if (from > 0) expect(verifyConsistency({ ...claim, toRoot: other })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: [...proof, other] })).toBe(false);
        if (proof.length > 0)
          expect(verifyConsistency({ ...claim, proof: proof.with(0, other) })).toBe(false);
      }
    expect(
      verifyConsistency({
        from: 2,
        to: 1,
        fromRoot: leafHash(""),
        toRoot: leafHash(""),
        proof: [],
      }),
    ).toBe(false);
  });

  it("reads few nodes for a proof", () => {
    expect(proofNodes(inclusionRanges(12_345, 1_000_000)).length).toBeLessThan(40);
    expect(cover(0, 1_000_000).length).toBeLessThan(20);
  });
});
