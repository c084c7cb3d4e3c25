// The check digits of identity numbers. Public algorithms, written to cost nanoseconds: they run on
// every number of the right shape. Their tests compare them with another implementation of each.

const ZERO = 48;

export function digitAt(value: string, index: number): number {
  return value.charCodeAt(index) - ZERO;
}

/** The sum of digit times weight, from `from` on. */
export function weighed(value: string, weights: readonly number[], from = 0): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++)
    sum += digitAt(value, from + index) * (weights[index] ?? 0);
  return sum;
}

export function luhn(value: string): boolean {
  let sum = 0;
  for (let index = value.length - 1, twice = false; index >= 0; index--, twice = !twice) {
    const digit = digitAt(value, index) * (twice ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

const VERHOEFF_PRODUCT: readonly string[] = [
  "0123456789",
  "1234067895",
  "2340178956",
  "3401289567",
  "4012395678",
  "5987604321",
  "6598710432",
  "7659821043",
  "8765932104",
  "9876543210",
];
const VERHOEFF_TURN: readonly string[] = [
  "0123456789",
  "1576283094",
  "5803796142",
  "8916043527",
  "9453126870",
  "4286573901",
  "2793806415",
  "7046913258",
];

export function verhoeff(value: string): boolean {
  let check = 0;
  for (let index = value.length - 1, place = 0; index >= 0; index--, place++) {
    const turned = digitAt(VERHOEFF_TURN[place % 8] ?? "", digitAt(value, index));
    check = digitAt(VERHOEFF_PRODUCT[check] ?? "", turned);
  }
  return check === 0;
}

/** ISO 7064 MOD 11,10: German tax ids, Croatian OIB. */
export function mod11And10(value: string): boolean {
  let rest = 10;
  for (let index = 0; index < value.length - 1; index++) {
    const sum = (rest + digitAt(value, index)) % 10;
    rest = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (11 - rest) % 10 === digitAt(value, value.length - 1);
}

/** ISO 7064 MOD 97-10 over digits and letters (A = 10): IBAN, its first four moved to the end. */
export function mod97(value: string): number {
  let rest = 0;
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index);
    const part = unit <= 57 ? unit - ZERO : unit - 55;
    rest = (part > 9 ? rest * 100 + part : rest * 10 + part) % 97;
  }
  return rest;
}

/** A date of six digits, year first (yymmdd); the century is not known. */
export function isShortDate(value: string, from = 0): boolean {
  return isDay(Number(value.slice(from + 2, from + 4)), Number(value.slice(from + 4, from + 6)));
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function isDay(month: number, day: number): boolean {
  return day >= 1 && day <= (DAYS[month - 1] ?? 0);
}

/** All digits alike: 000000000 has the right check digit in most systems and is nobody's. */
export function isUniform(value: string): boolean {
  for (let index = 1; index < value.length; index++)
    if (value.charCodeAt(index) !== value.charCodeAt(0)) return false;
  return true;
}
