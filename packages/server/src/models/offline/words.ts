// Words of a text as the offline provider compares them: lower case, without endings, without the
// words that carry no matter.

const STOP = new Set(
  (
    "a an and are as at be been but by can could did do does for from had has have he her his i if in into " +
    "is it its me my of off on or our ours she should so some than that the their them then there " +
    "these they this those to too up us was we were what when where which who whom whose why will " +
    "with would you your please kindly hello hi hey thanks thank just also about any all how much many " +
    "let lets want need like now today am not no yes he's it's i'd i'm"
  ).split(" "),
);

/** Splits camelCase, dots, dashes and underscores too. */
export function rawWords(text: string): string[] {
  return (
    text
      .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+(?:'[a-z]+)?/gu) ?? []
  );
}

export function contentWords(text: string): string[] {
  return rawWords(text).filter((word) => !STOP.has(word));
}

export function stems(text: string): string[] {
  return contentWords(text).map(stem);
}

/** A light stemmer: enough that "tickets", "booked" and "bookings" meet their verbs. */
export function stem(word: string): string {
  let rest = word.replace(/'s$/, "");
  if (rest.length > 4 && rest.endsWith("ies")) rest = `${rest.slice(0, -3)}y`;
  else if (rest.length > 3 && rest.endsWith("s") && !/(ss|us|is)$/.test(rest))
    rest = rest.slice(0, -1);
  if (rest.length > 5 && rest.endsWith("ing")) rest = rest.slice(0, -3);
  else if (rest.length > 4 && rest.endsWith("ed")) rest = rest.slice(0, -2);
  else if (rest.length > 6 && rest.endsWith("ment")) rest = rest.slice(0, -4);
  else if (rest.length > 6 && rest.endsWith("al")) rest = rest.slice(0, -2);
  else if (rest.length > 8 && rest.endsWith("ation")) rest = rest.slice(0, -5);
  else if (rest.length > 6 && rest.endsWith("tion")) rest = rest.slice(0, -3);
  if (rest.length > 4 && /([^aeiouls])\1$/.test(rest)) rest = rest.slice(0, -1);
  return rest.length > 4 && rest.endsWith("e") ? rest.slice(0, -1) : rest;
}

/** "reserv" and "reservat": one word in two forms. */
export function isKin(a: string, b: string): boolean {
  const short = Math.min(a.length, b.length);
  if (short < 5) return a === b;
  return a.slice(0, short) === b.slice(0, short) && Math.abs(a.length - b.length) <= 4;
}

export function sharedShare(wanted: readonly string[], given: ReadonlySet<string>): number {
  if (wanted.length === 0) return 0;
  return wanted.filter((word) => given.has(word)).length / wanted.length;
}

/** Sentences and list lines, in reading direction. */
export function sentences(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+(?=[\p{Lu}"“[(\d])|\n+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}
