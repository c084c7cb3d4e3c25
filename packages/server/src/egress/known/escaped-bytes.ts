// Bytes that were escaped one by one, as the units of text that they are together.

export interface UnitOfBytes {
  readonly unit: number;
  readonly from: number;
  readonly to: number;
}

/** What is no UTF-8 is read as Latin-1. */
export function* textOfEscapes(bytes: readonly number[]): Generator<UnitOfBytes> {
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i] ?? 0;
    const more = first < 0xc2 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : 0;
    const rest = bytes.slice(i + 1, i + 1 + more);
    const isWhole = rest.length === more && rest.every((byte) => (byte & 0xc0) === 0x80);
    const to = i + 1 + (isWhole ? more : 0);
    const point =
      isWhole && more > 0
        ? rest.reduce((sum, byte) => sum * 64 + (byte & 0x3f), first & (0x3f >> more))
        : first;
    if (point > 0xffff && point <= 0x10ffff) {
      yield { unit: 0xd800 + ((point - 0x1_0000) >> 10), from: i, to };
      yield { unit: 0xdc00 + ((point - 0x1_0000) & 0x3ff), from: i, to };
    } else yield { unit: Math.min(point, 0xfffd), from: i, to };
    i = to;
  }
}
