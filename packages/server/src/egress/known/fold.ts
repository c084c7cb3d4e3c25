// What a character is compared as: lower case, without accents, a look-alike as what it looks like, and
// spaces, punctuation and everything unseen as nothing. Values and texts go through the same.

/** In the folded text: what no value runs over. */
export const BREAK = 1;
/** Units of a decoded text that stand between its pieces: a value's edge, or never one. */
export const WALL = 0xffff;
export const GLUE = 0xfffe;

const LATER = 0xffff;
const NOTHING: readonly number[] = [];

/** Of a UTF-16 unit its code, 0 for nothing; LATER: `foldAt` knows. */
const CODES = new Uint16Array(0x1_0000).fill(LATER);
/** 0 neither letter nor digit, 1 lower case or without case, 2 upper case, 3 digit, 4 glue. */
const KINDS = new Uint8Array(0x1_0000).fill(255);
const points = new Map<number, readonly number[]>();

const pairs = (list: string): [string, string][] =>
  list.split(" ").map((pair) => [pair.slice(0, 1), pair.slice(1)]);
/** By code points, as folding goes. */
const lettersOf = (text: string): string[] => Array.from(text);

// Lower case, as everything is in lower case by then; what can't be told from o, i and l is one code.
const LOOKS = new Map([
  ...pairs("аa вb еe зз іi јj кk мm нh оo рp сc тt уy хx ѕs һh ԁd ԛq ԝw ѵv гr пn ӏl үy ҽe ьb"),
  ...pairs("οo αa βb εe ζz ιi κk ρp τt χx ωw ϲc ϳj ηh νn υy μm γg ςσ"),
  ...pairs("ոn սu օo հh ցg զq ıi ɑa ɡg ɩi ʟl ʀr ɴn ʙb ɪi ɢg ʜh ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu"),
  ...pairs("ᴠv ᴡw ᴢz ꜱs ꜰf øo łl đd ħh ŧt ðd ƒf ßss æae œoe ꭺa ꭼe ꮋh ꭻj ꮶk ꮮl ꮇm ꮲp ꮪs ꭲt"),
  ...pairs("ꮩv ꮃw ꮓz ꮯc ꭰd ꮐg ꭱr ꮍy ꭵi o0 i1 l1"),
]);
/** Greek letters that are read as one letter among Greek ones, and look like another in a Latin word. */
const IN_LATIN = new Map(
  pairs("νv ηn υu μu γy µu").map(([from, to]) => [from.charCodeAt(0), to.charCodeAt(0)]),
);

/** The code of a unit where that is all there is to know, else undefined. */
export function quickCode(unit: number): number | undefined {
  const code = CODES[unit] ?? LATER;
  return code === LATER ? undefined : code;
}

/** How many units the character at `i` has. */
export function widthAt(units: Uint16Array, i: number): 1 | 2 {
  const unit = units[i] ?? 0;
  if (unit < 0xd800 || unit > 0xdfff) return 1;
  const next = units[i + 1] ?? 0;
  // Turned around, text has the halves of a pair turned too.
  return next >= 0xd800 && next <= 0xdfff && unit < 0xdc00 !== next < 0xdc00 ? 2 : 1;
}

/** The codes of the character at `i`, which `quickCode` does not know. */
export function foldAt(units: Uint16Array, i: number): readonly number[] {
  const unit = units[i] ?? 0;
  if (unit === WALL) return [BREAK];
  if (widthAt(units, i) === 2) return foldPoint(pointAt(units, i));
  const codes = foldPoint(unit);
  if (codes.length <= 1) CODES[unit] = codes[0] ?? 0;
  return codes;
}

export function pointAt(units: Uint16Array, i: number): number {
  const [a, b] = [units[i] ?? 0, units[i + 1] ?? 0];
  const [high, low] = a < b ? [a, b] : [b, a];
  return ((high - 0xd800) << 10) + (low - 0xdc00) + 0x1_0000;
}

const NEAR = 8;

/** A Latin letter or a digit stands near in its word, with nothing between that is Greek alone. */
function isInLatin(units: Uint16Array, i: number): boolean {
  for (const step of [-1, 1])
    for (let at = i + step; Math.abs(at - i) <= NEAR; at += step) {
      const unit = units[at] ?? 0;
      if (unit >= 0x370 && unit < 0x400 && !hasLook(unit)) break;
      if (unit >= WIDE_FROM && unit <= WIDE_TO) return true;
      if (unit >= 0x80) continue;
      if (kindOf(unit) !== 0) return true;
      if (!IN_CODES.has(unit)) break;
    }
  return false;
}

/** Latin letters and digits of full width. */
const WIDE_FROM = 0xff10;
const WIDE_TO = 0xff5a;
/** Signs of base64. */
const IN_CODES = new Set(Array.from("+/-_", (char) => char.charCodeAt(0)));

function hasLook(unit: number): boolean {
  return LOOKS.has(String.fromCharCode(unit).toLowerCase());
}

/** The same text with Greek letters as what they look like in Latin words; undefined: it has none of them. */
export function inLatin(units: Uint16Array): Uint16Array | undefined {
  let latin: Uint16Array | undefined;
  for (let i = 0; i < units.length; i++) {
    const unit = units[i] ?? 0;
    if (unit < 0xb5 || unit > 0x3c5) continue;
    const as = IN_LATIN.get(unit);
    if (as !== undefined) (latin ??= units.slice())[i] = as;
  }
  return latin;
}

function foldPoint(point: number): readonly number[] {
  const before = points.get(point);
  if (before) return before;
  const codes = foldAnew(plainPoint(point));
  points.set(point, codes.length === 0 ? NOTHING : codes);
  return codes;
}

/** Letters of Hangul that nobody sees. */
const FILLERS = /[\u115f\u1160\u3164\uffa0]/;

function foldAnew(char: string): number[] {
  const codes: number[] = [];
  for (const part of char.normalize("NFKD").toLowerCase().normalize("NFKD")) {
    if (/\p{M}/u.test(part)) continue;
    const seen = /\p{Nd}/u.test(part) ? digitOf(part) : (LOOKS.get(part) ?? part);
    for (const each of seen) {
      const last = LOOKS.get(each) ?? each;
      if (/[\p{L}\p{N}]/u.test(last) && !FILLERS.test(last))
        for (let i = 0; i < last.length; i++) codes.push(last.charCodeAt(i));
    }
  }
  return codes;
}

const BLOCKS = [
  [0x1f150, 0x1f169, 65],
  [0x1f170, 0x1f189, 65],
  [0x1f1e6, 0x1f1ff, 65],
  // Tags: ASCII that nobody sees.
  [0xe0020, 0xe007e, 0x20],
] as const;

/** Letters in circles and squares, and unseen ones, as themselves. */
function plainPoint(point: number): string {
  for (const [from, to, as] of BLOCKS)
    if (point >= from && point <= to) return String.fromCodePoint(point - from + as);
  return point >= 0xd800 && point <= 0xdfff ? "" : String.fromCodePoint(point);
}

/** Digits of every script stand ten in a row. */
function digitOf(char: string): string {
  const point = char.codePointAt(0) ?? 0;
  if (point < 0x80) return char;
  let digit = 0;
  while (digit < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - digit - 1))) digit++;
  return String(digit);
}

/** What stands at a value's edge: see KINDS. */
export function kindOf(unit: number): number {
  const known = KINDS[unit] ?? 0;
  if (known !== 255) return known;
  return (KINDS[unit] = kindAnew(unit));
}

function kindAnew(unit: number): number {
  if (unit === GLUE) return 4;
  if (unit === WALL || (unit >= 0xd800 && unit <= 0xdfff)) return 0;
  const char = String.fromCharCode(unit);
  if (FILLERS.test(char)) return 0;
  if (/\p{N}/u.test(char)) return 3;
  if (/\p{Lu}/u.test(char)) return 2;
  return /\p{L}/u.test(char) ? 1 : 0;
}

/** A whole text, folded; for values, which are short. */
export function fold(text: string): number[] {
  const units = unitsOf(text);
  const codes: number[] = [];
  for (let i = 0; i < units.length; i += widthAt(units, i)) {
    const code = quickCode(units[i] ?? 0);
    if (code === undefined) codes.push(...foldAt(units, i));
    else if (code !== 0) codes.push(code);
  }
  return codes;
}

/** The units of a text. */
export function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  return units;
}

/**
 * The ASCII that a character beyond it looks like, case kept: none for what nobody sees; undefined: it is
 * a letter of its own.
 */
export function asciiLook(units: Uint16Array, i: number): readonly number[] | undefined {
  const unit = units[i] ?? 0;
  if (unit === WALL || unit === GLUE) return undefined;
  const wide = widthAt(units, i) === 2;
  const point = wide ? pointAt(units, i) : unit;
  const latin = wide ? undefined : IN_LATIN.get(unit);
  // Else it stays what it is, and is read both ways where values are looked for.
  if (latin !== undefined) return isInLatin(units, i) ? [latin] : undefined;
  const known = looks.get(point);
  if (known !== undefined) return known ?? undefined;
  const look = lookAnew(plainPoint(point));
  looks.set(point, look ?? null);
  return look;
}

const looks = new Map<number, readonly number[] | null>();

function lookAnew(char: string): readonly number[] | undefined {
  if (/^[\p{Cf}\p{M}\u115f\u1160\u3164\u2800]*$/u.test(char)) return [];
  const ascii = lettersOf(char.normalize("NFKC")).map((part) => {
    if (part < "\u0080") return part;
    const looked = LOOKS.get(part.toLowerCase());
    return part === part.toLowerCase() ? looked : looked?.toUpperCase();
  });
  if (ascii.some((part) => part === undefined || !/^[!-~]$/.test(part))) return undefined;
  return ascii.map((part) => part?.charCodeAt(0) ?? 0);
}

for (let unit = 0; unit < 0x80; unit++) CODES[unit] = foldPoint(unit)[0] ?? 0;
CODES[WALL - 1] = BREAK;

/** With what looks like ASCII as ASCII, where that is one unit for one. */
export function plainly(units: Uint16Array): Uint16Array {
  let plain: Uint16Array | undefined;
  for (let i = 0; i < units.length; i++) {
    if ((units[i] ?? 0) < 0x80) continue;
    const width = widthAt(units, i);
    const look = width === 1 ? asciiLook(units, i) : undefined;
    const [only] = look ?? [];
    if (only !== undefined && look?.length === 1) (plain ??= units.slice())[i] = only;
    i += width - 1;
  }
  return plain ?? units;
}
