// Cuts a list (CSV) into parts that can be sent one by one: each begins with the first line of the list, and
// no record is in two.

export interface CsvPart {
  readonly csv: string;
  /** What to add to a line of this part to have the line of the list. */
  readonly linesBefore: number;
  /** Of the list, up to the end of this part. */
  readonly done: number;
}

const PART_CHARS = 200_000;
/** A quote that is closed nowhere: whoever reads the part tells so. */
const RECORD_CHARS = 100_000;

/** The names in the first line. */
export function csvHead(csv: string): string[] {
  const first = plain(csv).slice(0, recordEnd(plain(csv), 0));
  const names: string[] = [];
  const cell = /(?:^|,)\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*/g;
  for (const [, quoted, bare = ""] of first.matchAll(cell))
    names.push((quoted?.replaceAll('""', '"') ?? bare).trim());
  return names;
}

export function* csvParts(csv: string, partChars = PART_CHARS): Generator<CsvPart> {
  const text = plain(csv);
  const headEnd = recordEnd(text, 0);
  const head = text.slice(0, headEnd);
  let lines = 0;
  for (let from = headEnd; from < text.length || from === headEnd;) {
    let to = from;
    do to = recordEnd(text, to);
    while (to < text.length && to - from < partChars);
    const own = text.slice(from, to);
    const isFirst = from === headEnd;
    yield { csv: head + own, linesBefore: isFirst ? 0 : lines, done: to / (text.length || 1) };
    lines += linesIn(own);
    if (to === from) return;
    from = to;
  }
}

function plain(csv: string): string {
  return csv.startsWith("\uFEFF") ? csv.slice(1) : csv;
}

/** Behind the line break that ends the record which begins there. */
function recordEnd(text: string, from: number): number {
  let isQuoted = false;
  for (let at = from; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 34) isQuoted = !isQuoted;
    else if (char === 10 && (!isQuoted || at - from > RECORD_CHARS)) return at + 1;
  }
  return text.length;
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
