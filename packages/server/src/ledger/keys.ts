// Keys of the ledger: one per body, wrapped by a key of the server; and the key that signs
// checkpoints. A body is erased by destroying its key.
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createSecretKey,
  generateKeyPairSync,
  hash,
  randomFillSync,
  type KeyObject,
} from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../lib/clock.ts";
import { ok, type Result } from "../lib/result.ts";
import { atHand, Away } from "../store/available.ts";
import { KEK_BYTES, KeyFile } from "./key-file.ts";
import { keepToUs, secretFile } from "./secret-file.ts";
import { noteKey, type NoteKey } from "./tree/note.ts";

/**
 * Wraps and unwraps data keys. With a key service, the wrapping keys are in memory for a bounded time: past it
 * whatever needs one throws `Away`.
 */
export interface KeyRing {
  /** `bindings` are authenticated: a wrapped key moved to another body does not open. */
  wrap(dataKey: Uint8Array, bindings: string): Buffer;
  unwrap(wrapped: Uint8Array, bindings: string): Buffer | undefined;
  /** Whether one of its keys has wrapped this, going by the key's id. */
  knows(wrapped: Uint8Array): boolean;
  /** Ids of its keys, the one in use last: the first bytes of what each has wrapped. */
  ids(): Buffer[];
  /** Where its keys can be changed; left out: they can't. */
  readonly file?: KeyFile;
  /** Signs checkpoints. */
  readonly signer: NoteKey;
}

export interface Sealed {
  /** Nonce, ciphertext and tag in one. */
  readonly sealed: Buffer;
  readonly wrapped: Buffer;
}

const NONCE = 12;
const TAG = 16;
const KEY = KEK_BYTES;
/** Bytes of a key's id, with which everything that it has wrapped begins. */
const KEK_ID = 4;
const ALGORITHM = "aes-256-gcm";

// Randomness is taken from the kernel in larger pieces: a call for each nonce costs as much as the
// encryption. Used bytes are overwritten by the next piece.
const pool = Buffer.alloc(4096);
let used = pool.length;

function random(bytes: number): Buffer {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return Buffer.from(pool.subarray(used - bytes, used));
}

/** An id that nobody can guess. */
export function newBodyId(): string {
  return `body_${random(16).toString("hex")}`;
}

/**
 * Encrypts under a key of its own. `bindings` (organisation and body id) are authenticated with the
 * wrapped key, and the bytes by that key, which seals nothing else: neither fits another body.
 */
export function sealBody(keys: KeyRing, plain: Uint8Array, bindings: string): Sealed {
  const key = random(KEY);
  const sealed = seal(createSecretKey(key), plain);
  return { sealed, wrapped: keys.wrap(key, bindings) };
}

/** Undefined when the key or the bytes are not what was sealed under these bindings. */
export function openBody(keys: KeyRing, body: Sealed, bindings: string): Buffer | undefined {
  const key = keys.unwrap(body.wrapped, bindings);
  return key && open(createSecretKey(key), body.sealed);
}

// A KeyObject, not raw bytes: node takes four times as long to set a cipher up from the latter.
function seal(key: KeyObject, plain: Uint8Array, bindings?: string): Buffer {
  const nonce = random(NONCE);
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  if (bindings !== undefined) cipher.setAAD(Buffer.from(bindings));
  const text = cipher.update(plain);
  cipher.final();
  return Buffer.concat([nonce, text, cipher.getAuthTag()], NONCE + text.length + TAG);
}

function open(key: KeyObject, sealed: Uint8Array, bindings?: string): Buffer | undefined {
  if (sealed.length < NONCE + TAG) return undefined;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE));
  if (bindings !== undefined) decipher.setAAD(Buffer.from(bindings));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
  const plain = decipher.update(sealed.subarray(NONCE, sealed.length - TAG));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
}

interface Known {
  readonly id: Buffer;
  readonly key: KeyObject;
}

function knownOf(keks: readonly Uint8Array[]): Known[] {
  return keks.map((kek) => ({
    id: hash("sha256", kek, "buffer").subarray(0, KEK_ID),
    key: createSecretKey(kek),
  }));
}

/** A ring over key-encryption keys, the last of which wraps; the others only unwrap. */
export function keyRing(keks: readonly Uint8Array[], signer: NoteKey, file?: KeyFile): KeyRing {
  let known = knownOf(keks);
  const look = (when: "now" | "stale"): void => {
    try {
      const fresh = file?.changed(when);
      if (fresh) known = knownOf(fresh);
    } catch (error) {
      if (error instanceof Away) {
        known = [];
        throw error;
      }
      // Gone or half written: what is known is as good as before.
    }
  };
  const current = (): Known => {
    look("stale");
    const last = known.at(-1);
    if (!last) throw new Error("a key ring needs a key");
    return last;
  };
  const keyOf = (wrapped: Uint8Array): Known | undefined => {
    if (file?.isKept) look("stale");
    const id = wrapped.subarray(0, KEK_ID);
    const find = (): Known | undefined => known.find((each) => each.id.equals(id));
    const found = find();
    if (found || !file) return found;
    // Another process may have begun to wrap with a new one.
    look("now");
    const later = find();
    if (!later) file.mustBeWhole();
    return later;
  };
  if (!file?.isKept) current();
  return {
    signer,
    ...(file ? { file } : {}),
    ids: () => {
      look("now");
      return known.map(({ id }) => id);
    },
    knows: (wrapped) => keyOf(wrapped) !== undefined,
    wrap: (dataKey, bindings) => {
      const { id, key } = current();
      return Buffer.concat([id, seal(key, dataKey, bindings)]);
    },
    unwrap: (wrapped, bindings) => {
      const kek = keyOf(wrapped);
      return kek && open(kek.key, wrapped.subarray(KEK_ID), bindings);
    },
  };
}

/** A new key in use; what the others wrapped they still unwrap. Undefined: the keys can't be changed. */
export async function addKey(keys: KeyRing): Promise<Result<Buffer | undefined>> {
  if (!keys.file) return ok(undefined);
  const added = await keys.file.add(random(KEY));
  return added.ok ? atHand(() => keys.ids().at(-1)) : added;
}

/** Under the key in use; undefined when it does not open under these bindings. */
export function rewrapped(
  keys: KeyRing,
  wrapped: Uint8Array,
  bindings: string,
): Buffer | undefined {
  const key = keys.unwrap(wrapped, bindings);
  return key && keys.wrap(key, bindings);
}

/**
 * Reads the keys of an organisation from `dir`, or makes them: `bodies.key` (a base64 key per line,
 * the last one is in use) and `checkpoints.key` (Ed25519, PEM). Both are readable to us alone.
 */
export function loadKeys(dir: string, origin: string): KeyRing {
  const { path, signer } = prepareKeys(dir, origin);
  secretFile(path, () => `${random(KEY).toString("base64")}\n`);
  const file = new KeyFile(path);
  return keyRing(file.changed("now") ?? [], signer, file);
}

/** The same, where a key service keeps what the file holds: shut until it was asked for it. */
export function keptKeys(dir: string, origin: string, file: KeyFile): KeyRing {
  return keyRing([], prepareKeys(dir, origin).signer, file);
}

export function keptFile(dir: string, clock: Pick<Clock, "monotonicMs">): KeyFile {
  return new KeyFile(join(dir, "bodies.key"), { clock, first: () => random(KEY) });
}

function prepareKeys(dir: string, origin: string): { path: string; signer: NoteKey } {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  keepToUs(dir, 0o700);
  const pem = secretFile(join(dir, "checkpoints.key"), () =>
    generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }),
  );
  return { path: join(dir, "bodies.key"), signer: noteKey(origin, createPrivateKey(pem)) };
}
