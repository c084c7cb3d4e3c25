// Bytes of UTF-16 as its text: in most texts every other byte of it is zero.
import type { Span } from "./layer.ts";

/** Of the bytes in the higher places. */
const ZEROS_MIN = 0.4;
const BYTES_MIN = 10;

interface WideText {
  readonly units: Uint16Array;
  readonly isBelieved: boolean;
  readonly origin: (span: Span) => Span;
}

/** Undefined where they are none, or where all of its letters are ASCII: those are read without it. */
export function wideTextOf(bytes: Uint8Array): WideText | undefined {
  if (bytes.length < BYTES_MIN || !bytes.includes(0)) return undefined;
  const zeros = [0, 0];
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0) zeros[i & 1] = (zeros[i & 1] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const high = odd > even ? 1 : 0;
  const half = bytes.length >> 1;
  const most = Math.max(even, odd);
  if (most < half * ZEROS_MIN || most >= half) return undefined;
  const units = new Uint16Array(half);
  for (let i = 0; i < half; i++)
    units[i] = ((bytes[2 * i + high] ?? 0) << 8) | (bytes[2 * i + 1 - high] ?? 0);
  return { units, isBelieved: true, origin: ({ from, to }) => ({ from: 2 * from, to: 2 * to }) };
}
