// The separators within identity numbers, as bits, and what an expression says of them: most runs of
// words have one that the shape of a recogniser doesn't know, or too short a first word.

const SIGNS = " -./:_(+\u00a0\u2011\u2013";
const ALL = (1 << SIGNS.length) - 1;

/** The place of more than one separator; each alone has its own, from 1 on. */
export const MIXED = SIGNS.length + 1;

/** The bit of each code unit that may join two words of a number; 0 for all others. */
export const JOINS = new Uint16Array(0x2020);
for (let bit = 0; bit < SIGNS.length; bit++) JOINS[SIGNS.charCodeAt(bit)] = 1 << bit;

/** The separators that an expression may accept: never too few. */
export function joinsOf(source: string): number {
  if (/\\[DSWsp]|\[\^/.test(source)) return ALL;
  const bare = source.replaceAll(/\(\?[:=!]/g, "").replaceAll(/[A-Za-z\d]-[A-Za-z\d]/g, "");
  let bits = 0;
  for (let bit = 0; bit < SIGNS.length; bit++)
    if (bare.includes(SIGNS.charAt(bit))) bits |= 1 << bit;
  return bits;
}

/** Signs that stand for one character each, and how often. */
const ATOM = /(\\d|\[[^\]]+\]|[A-Za-z\d])(?:\{(\d+)(?:,\d*)?\}|([?+*]))?/y;

/** How many letters and digits an expression begins with before a separator can stand: never too many. */
export function leastFirst(source: string): number {
  return Math.min(...source.split("|^").map((each) => leastOf(each.replace(/^\^/, ""))));
}

function leastOf(alternative: string): number {
  // What stands beside a bar within a group is not known to be the beginning.
  if (alternative.replaceAll(/\[[^\]]*\]/g, "").includes("|")) return 1;
  let least = 0;
  ATOM.lastIndex = 0;
  for (let atom = ATOM.exec(alternative); atom; atom = ATOM.exec(alternative)) {
    const [, sign = "", times, repeat] = atom;
    if (sign.startsWith("[") && joinsOf(sign) !== 0) break;
    if (repeat === "?" || repeat === "*") continue;
    least += repeat === "+" ? 1 : Number(times ?? 1);
  }
  return Math.max(least, 1);
}
