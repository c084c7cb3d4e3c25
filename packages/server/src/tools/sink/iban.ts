// Account numbers (ISO 13616): two letters, two digits, 11 to 30 more; how they are spaced says nothing.

const IBAN = /\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){8,30}\b/gi;
const SHORTEST = 15;

export function ibanOf(text: string): string | undefined {
  const plain = text.replaceAll(/[\s-]/g, "").toUpperCase();
  return /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(plain) ? plain : undefined;
}

/**
 * Each as it is written. Words that follow look like more of the number, so it may also end before them: the
 * first is the longest.
 */
export function ibanTextsIn(text: string): string[][] {
  return (text.match(IBAN) ?? []).map((match) => {
    const words = match.split(" ");
    const ends = words.map((_, i) => words.slice(0, i + 1).join(" "));
    const early = ends.filter((each, i) => {
      if (i === words.length - 1) return false;
      return i === 0 ? each.length >= SHORTEST : hasCheckDigits(ibanOf(each));
    });
    return [match, ...early];
  });
}

/** ISO 7064: its check digits are those of the rest. */
function hasCheckDigits(iban: string | undefined): boolean {
  if (iban === undefined) return false;
  const moved = `${iban.slice(4)}${iban.slice(0, 4)}`;
  let rest = 0;
  for (const mark of moved) rest = Number(`${rest}${Number.parseInt(mark, 36)}`) % 97;
  return rest === 1;
}
