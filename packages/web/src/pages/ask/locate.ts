// Finds a quote in a text though white space or case differ: [from, to], or [0, 0] when it is not there.
export function locate(text: string, quote: string, from?: number): [number, number] {
  // Where it was found, if it still stands there: the same words may stand elsewhere too.
  if (from !== undefined && quote !== "" && text.startsWith(quote, from))
    return [from, from + quote.length];
  const words = quote
    .trim()
    .replace(/^…|…$|\.{3}$/g, "")
    .trim()
    .split(/\s+/);
  if (words.length === 0 || words[0] === "") return [0, 0];
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+");
  const match = new RegExp(pattern, "i").exec(text);
  return match === null ? [0, 0] : [match.index, match.index + match[0].length];
}
