// Signed notes and checkpoints: the exact C2SP form, and no other note or key is accepted.
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../lib/clock.ts";
import { consistencyRanges, grow, leafHash, proofHashes, rootHash, type NodeId } from "./merkle.ts";
import {
  checkpointText,
  cosign,
  isCosigned,
  noteKey,
  openNote,
  readCheckpoint,
  readVerifierKey,
  signNote,
} from "./note.ts";
import { fileWitness } from "./witness.ts";

const newKey = (name: string) => noteKey(name, generateKeyPairSync("ed25519").privateKey);
const root = leafHash("x").toString("hex");
const checkpoint = { origin: "log.example/a", size: 7, root, previous: 3, at: 1_800_000_000_000 };

describe("a note", () => {
  it("is read as the specification's own example", () => {
    // The key and note of C2SP's signed-note page.
    const key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const note =
      "If you think cryptography is the answer to your problem,\n" +
      "then you don't know what your problem is.\n\n" +
      "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKv" +
      "qfqdngotpRZb6KE6RyyBwJnAM=\n";
    const known = readVerifierKey(key);
    expect(known?.verifierKey).toBe(key);
    expect(known && openNote(note, known)).toBe(note.slice(0, note.indexOf("\n\n") + 1));
    expect(known && openNote(note.replace("answer", "Answer"), known)).toBeUndefined();
  });

  it("opens under its own key alone", () => {
    const [key, other] = [newKey("log.example/a"), newKey("log.example/a")];
    const text = checkpointText(checkpoint);
    const note = signNote(text, key);
    expect(openNote(note, key)).toBe(text);
    expect(openNote(note, other)).toBeUndefined();
    expect(openNote(note, { ...key, name: "log.example/b" })).toBeUndefined();
    expect(openNote(note.replace("\n7\n", "\n8\n"), key)).toBeUndefined();
    expect(readVerifierKey(`${key.verifierKey}x`)).toBeUndefined();
  });

  it("holds a checkpoint exactly as we write it", () => {
    const text = checkpointText(checkpoint);
    expect(readCheckpoint(text)).toEqual(checkpoint);
    for (const bad of [
      `${text}\n`,
      text.replace("7", "07"),
      text.replace("=", ""),
      text.slice(1, 9),
    ])
      expect(readCheckpoint(bad)).toBeUndefined();
  });

  it("is cosigned with the time at which it was seen", () => {
    const [witness, other] = [newKey("w.example"), newKey("w.example")];
    const text = checkpointText(checkpoint);
    const line = cosign(text, witness, 1_800_000_000_000);
    expect(isCosigned(text, line, witness)).toBe(true);
    expect(isCosigned(text, line, other)).toBe(false);
    expect(isCosigned(text.replace("7", "8"), line, witness)).toBe(false);
  });
});

describe("a witness", () => {
  it("signs what extends what it saw, and refuses a fork or a rewind", async () => {
    const dir = mkdtempSync(join(tmpdir(), "stead-witness-"));
    const key = newKey("log.example/a");
    const witness = fileWitness({ dir, name: "w", ledgerKey: key.verifierKey, clock: systemClock });
    const nodes = new Map<string, Buffer>();
    const source = ({ level, idx }: NodeId): Buffer =>
      nodes.get(`${level}/${idx}`) ?? Buffer.alloc(32);
    const leaves = Array.from({ length: 9 }, (_, n) => leafHash(String(n)));
    for (const { level, idx, hash } of grow(0, leaves, source)) nodes.set(`${level}/${idx}`, hash);
    const noteOf = (size: number, rootOf = rootHash(size, source).toString("hex"), by = key) =>
      signNote(checkpointText({ ...checkpoint, size, root: rootOf }), by);
    const proof = (from: number, to: number) => proofHashes(consistencyRanges(from, to), source);
    const see = (note: string, from: number, to: number) =>
      witness.witness({ note, from, proof: proof(from, to) });
    expect(await see(noteOf(4), 0, 4)).toContain("— w ");
    expect(await see(noteOf(9, undefined, newKey("log.example/a")), 4, 9)).toBeUndefined();
    expect(await see(noteOf(9, root), 4, 9)).toBeUndefined();
    expect(await see(noteOf(3), 4, 3)).toBeUndefined();
    expect(await see(noteOf(9), 0, 9)).toBeUndefined();
    expect(await see(noteOf(9), 4, 9)).toContain("— w ");
    expect(await witness.latest()).toBe(noteOf(9));
    const again = fileWitness({ dir, name: "w", ledgerKey: key.verifierKey, clock: systemClock });
    expect(again.verifierKey).toBe(witness.verifierKey);
    rmSync(dir, { recursive: true });
  });
});
