// What one escape becomes, and the numbers in it.

export interface Escape {
  /** Where it ends; it becomes these units, or these bytes of UTF-8. */
  readonly to: number;
  readonly units?: readonly number[];
  readonly byte?: number;
}

export function unitsOfPoint(point: number): number[] {
  if (point > 0x10ffff) return [0xfffd];
  const text = String.fromCodePoint(point);
  return text.length === 1 ? [text.charCodeAt(0)] : [text.charCodeAt(0), text.charCodeAt(1)];
}

export function hexDigit(unit: number): number {
  if (unit >= 48 && unit <= 57) return unit - 48;
  const letter = unit | 32;
  return unit < 128 && letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

export function hexNumber(units: Uint16Array, from: number, digits: number): number | undefined {
  if (digits < 1 || from + digits > units.length) return undefined;
  let number = 0;
  for (let i = from; i < from + digits; i++) {
    const digit = hexDigit(units[i] ?? 0);
    if (digit < 0) return undefined;
    number = number * 16 + digit;
  }
  return number;
}
