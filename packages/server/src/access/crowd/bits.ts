// Sets of people as bits: thousands of classes are worked out for everybody at once, a word at a time.

/** Little-endian words, so that as bytes bit n is bit n % 8 of byte n / 8: PostgreSQL's get_bit. */
export type Bits = Uint32Array<ArrayBuffer>;

export function noBits(words: number): Bits {
  return new Uint32Array(words);
}

export function setBit(bits: Bits, number: number): void {
  bits[number >>> 5] = (bits[number >>> 5] ?? 0) | (1 << (number & 31));
}

export function hasBit(bits: Bits, number: number): boolean {
  return (((bits[number >>> 5] ?? 0) >>> (number & 31)) & 1) === 1;
}

/** Adds `more` to `bits`; true when that changed them. */
export function addBits(bits: Bits, more: Bits): boolean {
  let changed = false;
  for (let i = 0; i < bits.length; i++) {
    const before = bits[i] ?? 0;
    const after = (before | (more[i] ?? 0)) >>> 0;
    if (after !== before) changed = true;
    bits[i] = after;
  }
  return changed;
}

export function keepBits(bits: Bits, kept: Bits): void {
  for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] ?? 0) & (kept[i] ?? 0);
}

export function without(bits: Bits, taken: Bits): Bits {
  return bits.map((word, i) => word & ~(taken[i] ?? 0));
}

export function both(bits: Bits, others: Bits): Bits {
  return bits.map((word, i) => word & (others[i] ?? 0));
}

export function bytesOf(bits: Bits): Uint8Array {
  return new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength);
}
