// What each UTF-16 code unit is, and the letter it is compared as: two tables, built once, so that
// reading a text costs one look-up a character whatever its language.

export const SPACE = 1;
export const NEWLINE = 2;
export const DIGIT = 3;
export const LOWER = 4;
export const UPPER = 5;
/** A letter without case: Arabic, Han, Thai. */
export const UNCASED = 6;
/** Belongs to the letter before it: an accent, a vowel sign. */
export const MARK = 7;

const UNITS = 0x1_0000;
const SURROGATES = { from: 0xd800, to: 0xdfff };
/** Latin, Greek, Cyrillic, Armenian, Georgian: what has case and accents to be folded. */
const CASED_TO = 0x2000;
const LATIN_MORE = { from: 0x1e00, to: 0x1fff };

/** From the least to the most particular: a later one overrules. */
const CLASSES: readonly (readonly [of: number, units: RegExp])[] = [
  [UNCASED, /\p{L}+/gu],
  [MARK, /\p{M}+/gu],
  [LOWER, /\p{Ll}+/gu],
  [UPPER, /[\p{Lu}\p{Lt}]+/gu],
  [DIGIT, /[0-9]+/g],
  [SPACE, /\s+/g],
  [NEWLINE, /[\n\r\u2028\u2029]+/g],
];

export const CLASS_OF = classes();
/** The letter it is compared as, and its class in the upper half: one look-up for both. */
export const CODE_OF = codes();

function codes(): Uint32Array {
  const letters = folded();
  return Uint32Array.from(letters, (letter, unit) => letter | ((CLASS_OF[unit] ?? 0) << 16));
}

/** One pass an expression over all units at once; asking each unit takes a tenth of a second. */
function classes(): Uint8Array {
  const table = new Uint8Array(UNITS);
  const units = new Uint16Array(UNITS).map((_, unit) => unit);
  units.fill(0, SURROGATES.from, SURROGATES.to + 1);
  const all = new TextDecoder("utf-16le").decode(units);
  for (const [of, expression] of CLASSES)
    for (const { 0: run, index } of all.matchAll(expression))
      table.fill(of, index, index + run.length);
  return table;
}

/** Lower case without accents, one unit for one unit; what has no such form stays itself. */
function folded(): Uint16Array {
  const table = new Uint16Array(UNITS);
  for (let unit = 0; unit < UNITS; unit++) table[unit] = unit;
  for (let unit = 0; unit < CASED_TO; unit++) fold(table, unit);
  for (let unit = LATIN_MORE.from; unit <= LATIN_MORE.to; unit++) fold(table, unit);
  return table;
}

function fold(table: Uint16Array, unit: number): void {
  const plain = String.fromCharCode(unit).normalize("NFD").charAt(0).toLowerCase();
  if (plain.length === 1) table[unit] = plain.charCodeAt(0);
}

export const HASH_SEED = 0x811c9dc5;
export const HASH_PRIME = 0x01000193;

/** FNV-1a over the folded units of text[from, to). */
export function hashOf(text: string, from = 0, to = text.length): number {
  let hash = HASH_SEED;
  for (let at = from; at < to; at++)
    hash = Math.imul(hash ^ ((CODE_OF[text.charCodeAt(at)] ?? 0) & 0xffff), HASH_PRIME);
  return hash;
}
