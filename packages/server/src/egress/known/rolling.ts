// Hashes of all pieces of a folded text: of any piece from two sums, whatever its length.

/** Longest value that is looked for, in folded codes. */
export const CODES_MAX = 512;
const BASE = 0x9e37_79b1;

const powers = new Uint32Array(CODES_MAX + 1);
powers[0] = 1;
for (let i = 1; i <= CODES_MAX; i++) powers[i] = Math.imul(powers[i - 1] ?? 0, BASE);

/** The sum after one more code. */
export function rolled(sum: number, code: number): number {
  return (Math.imul(sum, BASE) + code) >>> 0;
}

/** The hash of the piece between two sums, mixed with its length. */
export function pieceHash(before: number, after: number, length: number): number {
  return mixed((after - Math.imul(before, powers[length] ?? 0)) ^ Math.imul(length, 0x85eb_ca6b));
}

function mixed(hash: number): number {
  let mix = hash ^ (hash >>> 16);
  mix = Math.imul(mix, 0x7feb_352d);
  mix ^= mix >>> 15;
  mix = Math.imul(mix, 0x846c_a68b);
  return (mix ^ (mix >>> 16)) >>> 0;
}
