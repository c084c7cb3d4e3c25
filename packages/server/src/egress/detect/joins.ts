// The separators within identity numbers, as bits: most runs of words have one that the shape of a
// recogniser doesn't know, and a bit says so before any expression is tried.

const SIGNS = " -./:_(+\u00a0\u2011\u2013";

/** The bit of each code unit that may join two words of a number; 0 for all others. */
export const JOINS = new Uint16Array(0x2020);
for (let bit = 0; bit < SIGNS.length; bit++) JOINS[SIGNS.charCodeAt(bit)] = 1 << bit;

/** The separators that an expression may accept: never too few. */
export function joinsOf(source: string): number {
  if (/\\[DSWsp]|\[\^/.test(source)) return (1 << SIGNS.length) - 1;
  const bare = source.replaceAll(/\(\?[:=!]/g, "").replaceAll(/[A-Za-z\d]-[A-Za-z\d]/g, "");
  let bits = 0;
  for (let bit = 0; bit < SIGNS.length; bit++)
    if (bare.includes(SIGNS.charAt(bit))) bits |= 1 << bit;
  return bits;
}
