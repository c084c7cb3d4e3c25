// Witnesses: whoever outside this server's trust domain vouches that checkpoints only ever grew.
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../lib/clock.ts";
import { secretFile } from "../secret-file.ts";
import { verifyConsistency } from "./merkle.ts";
import {
  cosign,
  noteKey,
  openNote,
  readCheckpoint,
  readVerifierKey,
  splitNote,
  type CheckpointText,
  type NoteKey,
} from "./note.ts";

/**
 * What a witness is shown: a signed checkpoint, and proof that it extends the one it saw before.
 */
export interface Witnessing {
  readonly note: string;
  readonly from: number;
  readonly proof: readonly Buffer[];
}

export interface Witness {
  readonly name: string;
  /** `name+id+base64` of the key that its lines verify under. */
  readonly verifierKey: string;
  /** The last checkpoint that it has seen, as its signed note; undefined: none yet. */
  latest(): Promise<string | undefined>;
  /** Its cosignature line, or undefined when it refuses: the proof does not hold. */
  witness(shown: Witnessing): Promise<string | undefined>;
}

export interface FileWitnessOptions {
  /** A folder that the server's operator can't rewrite unseen: a mount, another account's. */
  readonly dir: string;
  readonly name: string;
  /** The ledger whose checkpoints it takes. */
  readonly ledgerKey: string;
  readonly clock: Clock;
}

/** A witness that keeps its key and the last checkpoint in a folder of its own. */
export function fileWitness({ dir, name, ledgerKey, clock }: FileWitnessOptions): Witness {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const pem = secretFile(join(dir, "witness.key"), () =>
    generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }),
  );
  const key = noteKey(name, createPrivateKey(pem));
  const log = readVerifierKey(ledgerKey);
  if (!log) throw new Error(`${ledgerKey} is no verifier key`);
  const file = join(dir, "checkpoint");
  const latest = (): string | undefined => readIfThere(file);
  return {
    name,
    verifierKey: key.verifierKey,
    latest: () => Promise.resolve(latest()),
    witness: (shown) => {
      const text = extensionText(shown, latest(), log);
      if (text === undefined) return Promise.resolve(undefined);
      writeFileSync(`${file}.new`, shown.note, { flush: true });
      renameSync(`${file}.new`, file);
      return Promise.resolve(cosign(text, key, clock.now()));
    },
  };
}

/** The text of a note that the ledger signed and that extends what was seen; else undefined. */
function extensionText(
  { note, from, proof }: Witnessing,
  latest: string | undefined,
  log: NoteKey,
): string | undefined {
  const text = openNote(note, log);
  const next = text === undefined ? undefined : readCheckpoint(text);
  const seen = latest === undefined ? undefined : readCheckpoint(splitNote(latest)?.text ?? "");
  if (!next || next.origin !== log.name || from !== (seen?.size ?? 0)) return undefined;
  return isExtension(seen, next, proof) ? text : undefined;
}

function isExtension(
  seen: CheckpointText | undefined,
  next: CheckpointText,
  proof: readonly Buffer[],
): boolean {
  if (!seen) return true;
  const [fromRoot, toRoot] = [Buffer.from(seen.root, "hex"), Buffer.from(next.root, "hex")];
  return verifyConsistency({ from: seen.size, to: next.size, fromRoot, toRoot, proof });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
