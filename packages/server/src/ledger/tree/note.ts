// Signed notes and checkpoints as C2SP specifies them (signed-note, tlog-checkpoint,
// tlog-cosignature): a few lines of text and Ed25519 signatures, so that tools of others can read
// them.
import { createPublicKey, hash, sign, verify, type KeyObject } from "node:crypto";

const ED25519 = 1;
const COSIGNATURE = 4;
const LINE = /^— ([^ +\n]+) ([A-Za-z0-9+/]+={0,2})$/;
/** DER before the 32 bytes of an Ed25519 public key. */
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

/** A name with a key: whose signature it is. `secret` is absent where one only verifies. */
export interface NoteKey {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly secret?: KeyObject;
  /** `name+id+base64`, the form in which a verifier is told of the key. */
  readonly verifierKey: string;
}

export interface CheckpointText {
  readonly origin: string;
  readonly size: number;
  /** SHA-256, hex. */
  readonly root: string;
  /** Size of the checkpoint before (0: none): a dropped one leaves a gap. */
  readonly previous: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export function noteKey(name: string, secret: KeyObject): NoteKey {
  return { ...publicNoteKey(name, createPublicKey(secret)), secret };
}

function publicNoteKey(name: string, publicKey: KeyObject): NoteKey {
  const typed = Buffer.concat([Buffer.of(ED25519), rawKey(publicKey)]);
  const verifierKey = `${name}+${keyId(name, typed).toString("hex")}+${typed.toString("base64")}`;
  return { name, publicKey, verifierKey };
}

/** Reads a verifier key; undefined when it is not one. */
export function readVerifierKey(text: string): NoteKey | undefined {
  const [name, id, encoded] = text.split(/\+(?=[0-9a-f]{8}\+)|(?<=\+[0-9a-f]{8})\+/);
  if (!name || !id || !encoded) return undefined;
  const typed = Buffer.from(encoded, "base64");
  if (typed.length !== 33 || typed[0] !== ED25519) return undefined;
  const key = createPublicKey({
    key: Buffer.concat([SPKI, typed.subarray(1)]),
    format: "der",
    type: "spki",
  });
  const made = publicNoteKey(name, key);
  return made.verifierKey === text ? made : undefined;
}

export function checkpointText(checkpoint: CheckpointText): string {
  const root = Buffer.from(checkpoint.root, "hex").toString("base64");
  const { origin, size, previous, at } = checkpoint;
  return `${origin}\n${size}\n${root}\nprevious ${previous}\nat ${new Date(at).toISOString()}\n`;
}

/** The text of a note and its signature lines; undefined when it is not in the exact form. */
export function splitNote(note: string): { text: string; lines: string[] } | undefined {
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n")) return undefined;
  return { text: note.slice(0, at + 1), lines: note.slice(at + 2, -1).split("\n") };
}

/** Reads a checkpoint's text; undefined when a line is not exactly as we write it. */
export function readCheckpoint(text: string): CheckpointText | undefined {
  const [origin, size, root, previous, at] = text.split("\n");
  const read = {
    origin: origin ?? "",
    size: Number(size),
    root: Buffer.from(root ?? "", "base64").toString("hex"),
    previous: Number(previous?.slice("previous ".length)),
    at: Date.parse(at?.slice("at ".length) ?? ""),
  };
  if (!Number.isSafeInteger(read.size) || Number.isNaN(read.at)) return undefined;
  return checkpointText(read) === text ? read : undefined;
}

export function signNote(text: string, key: NoteKey): string {
  return `${text}\n${signatureLine(key, ED25519, sign(null, Buffer.from(text), secretOf(key)))}\n`;
}

/** The text of a note that `key` has signed; undefined when it has not. */
export function openNote(note: string, key: NoteKey): string | undefined {
  const split = splitNote(note);
  if (!split) return undefined;
  const signed = split.lines.some((line) => {
    const signature = readSignature(line, key, ED25519);
    return signature && verify(null, Buffer.from(split.text), key.publicKey, signature);
  });
  return signed ? split.text : undefined;
}

/**
 * A witness's line over a checkpoint: it saw this, and nothing that contradicts it, at that time.
 */
export function cosign(text: string, key: NoteKey, atMs: number): string {
  const seconds = Math.floor(atMs / 1000);
  const signature = sign(null, cosigned(text, seconds), secretOf(key));
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  return signatureLine(key, COSIGNATURE, Buffer.concat([time, signature]));
}

export function isCosigned(text: string, line: string, key: NoteKey): boolean {
  const signature = readSignature(line, key, COSIGNATURE);
  if (signature?.length !== 72) return false;
  const seconds = Number(signature.readBigUInt64BE());
  return verify(null, cosigned(text, seconds), key.publicKey, signature.subarray(8));
}

function cosigned(text: string, seconds: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
}

function signatureLine(key: NoteKey, kind: number, signature: Buffer): string {
  const id = keyId(key.name, Buffer.concat([Buffer.of(kind), rawKey(key.publicKey)]));
  return `— ${key.name} ${Buffer.concat([id, signature]).toString("base64")}`;
}

function readSignature(line: string, key: NoteKey, kind: number): Buffer | undefined {
  const [, name, encoded] = LINE.exec(line) ?? [];
  if (name !== key.name || !encoded) return undefined;
  const bytes = Buffer.from(encoded, "base64");
  const id = keyId(key.name, Buffer.concat([Buffer.of(kind), rawKey(key.publicKey)]));
  if (bytes.toString("base64") !== encoded || !bytes.subarray(0, 4).equals(id)) return undefined;
  return bytes.subarray(4);
}

function keyId(name: string, typed: Buffer): Buffer {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`), typed]);
  return hash("sha256", bytes, "buffer").subarray(0, 4);
}

function rawKey(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "spki" }).subarray(-32);
}

function secretOf(key: NoteKey): KeyObject {
  if (!key.secret) throw new Error(`${key.name}: no secret key to sign with`);
  return key.secret;
}
