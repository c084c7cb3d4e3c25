// The only source of randomness: prefixed, time-ordered ids and random tokens.
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "./clock.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

export interface Ids {
  /** A new id such as `run_01j9…`: 10 characters of time (ms), 16 of randomness (80 bits). */
  next(prefix: string): string;
  /** Random bytes as base64url, for tokens and nonces. */
  token(bytes: number): string;
  /** A number in [0, 1), for jitter. */
  fraction(): number;
}

function encodeTime(ms: number): string {
  let text = "";
  for (let rest = ms, i = 0; i < 10; i++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function encodeRandom(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += ALPHABET.charAt(byte & 31);
  return text;
}

export function createIds(clock: Clock): Ids {
  return {
    next: (prefix) => `${prefix}_${encodeTime(clock.now())}${encodeRandom(randomBytes(16))}`,
    token: (bytes) => randomBytes(bytes).toString("base64url"),
    fraction: () => randomBytes(4).readUInt32BE() / 2 ** 32,
  };
}

/** The same id for the same key, for effects that must not happen twice. */
export function idFrom(prefix: string, key: string): string {
  const bytes = createHash("sha256").update(`${prefix}\n${key}`).digest();
  return `${prefix}_${encodeRandom(bytes.subarray(0, 26))}`;
}
