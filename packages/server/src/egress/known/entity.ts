// Character references of HTML: all numbers, and the names that letters of people's names and addresses
// have. Accents are dropped, as folding does.
import { hexNumber, unitsOfPoint, type Escape } from "./escape.ts";

const NAME_MAX = 12;
const SEMICOLON = 59;

const NAMES = new Map(
  (
    "amp=& lt=< gt=> quot=\" apos=' commat=@ period=. lowbar=_ hyphen=- dash=- sol=/ num=# colon=: " +
    "comma=, lpar=( rpar=) plus=+ equals== percnt=% bsol=\\ semi=; dollar=$ excl=! ast=* verbar=| " +
    "szlig=ß aelig=æ AElig=Æ oelig=œ OElig=Œ eth=ð ETH=Ð thorn=þ THORN=Þ imath=i inodot=i"
  )
    .split(" ")
    .map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
);
const UNSEEN =
  /^(nbsp|ensp|emsp|thinsp|zwnj|zwj|lrm|rlm|shy|Tab|NewLine|ZeroWidthSpace|NoBreak|ic|it)$/;
const LETTER =
  /^([a-zA-Z])(acute|grave|circ|uml|tilde|cedil|ring|caron|slash|strok|macr|breve|ogon|dot|dblac|opf|fr|scr)$/;

export function entityAt(units: Uint16Array, i: number): Escape | undefined {
  if (units[i + 1] === 35) return numberAt(units, i + 2);
  let end = i + 1;
  while (end - i <= NAME_MAX + 2 && isLetter(units[end] ?? 0)) end++;
  if (units[end] !== SEMICOLON) return undefined;
  const name = String.fromCharCode(...units.subarray(i + 1, end));
  const to = end + 1;
  if (UNSEEN.test(name)) return { to, units: [] };
  const char = NAMES.get(name) ?? LETTER.exec(name)?.[1] ?? NAMES.get(name.toLowerCase());
  return char === undefined ? undefined : { to, units: [char.charCodeAt(0)] };
}

const DIGITS_MAX = 10;

function numberAt(units: Uint16Array, from: number): Escape | undefined {
  const isHex = ((units[from] ?? 0) | 32) === 120;
  const begin = isHex ? from + 1 : from;
  let end = begin;
  while (end - begin < DIGITS_MAX && isDigit(units[end] ?? 0, isHex)) end++;
  // Behind what nobody sees the number may go on.
  if (end === begin || (units[end] ?? 0) >= 128) return undefined;
  const point = isHex
    ? (hexNumber(units, begin, end - begin) ?? 0)
    : Number(String.fromCharCode(...units.subarray(begin, end)));
  return { to: units[end] === SEMICOLON ? end + 1 : end, units: unitsOfPoint(point) };
}

function isDigit(unit: number, isHex: boolean): boolean {
  const letter = unit | 32;
  return (unit >= 48 && unit <= 57) || (isHex && unit < 128 && letter >= 97 && letter <= 102);
}

function isLetter(unit: number): boolean {
  const letter = unit | 32;
  return unit < 128 && letter >= 97 && letter <= 122;
}
