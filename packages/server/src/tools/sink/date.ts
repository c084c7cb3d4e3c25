// Dates as people and machines write them, as year-month-day.

const ISO = /(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/g;
const NUMERIC = /(?<!\d)(\d{1,2})[-/. ]{1,2}(\d{1,2})[-/. ]{1,2}(\d{4})(?!\d)/g;
const MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec".split("|");
const NAME = `(${MONTHS.join("|")})[a-z]{0,6}\\.?`;
const DAY_FIRST = new RegExp(
  `(?<!\\d)(\\d{1,2})(?:st|nd|rd|th|\\.)?(?: of)? ${NAME},? (\\d{4})`,
  "gi",
);
const MONTH_FIRST = new RegExp(`\\b${NAME} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})`, "gi");

export interface Dated {
  /** As it is written. */
  readonly text: string;
  /** What it can mean: "03/04/2026" is read both ways. */
  readonly readings: readonly string[];
}

/** Every date in a text, in each way that it can be read. */
export function datesIn(text: string): string[] {
  return [...new Set(datedIn(text).flatMap(({ readings }) => readings))];
}

export function datedIn(text: string): Dated[] {
  const found: Dated[] = [];
  const add = (match: string, ...readings: (string | undefined)[]): void => {
    const known = [...new Set(readings.filter((each) => each !== undefined))];
    if (known.length > 0) found.push({ text: match, readings: known });
  };
  for (const [match, year = "", month, day = ""] of text.matchAll(ISO))
    add(match, dayOf(year, Number(month), day));
  for (const [match, a = "", b = "", year = ""] of text.matchAll(NUMERIC))
    add(match, dayOf(year, Number(a), b), dayOf(year, Number(b), a));
  for (const [match, day = "", name, year = ""] of text.matchAll(DAY_FIRST))
    add(match, dayOf(year, monthOf(name), day));
  for (const [match, name, day = "", year = ""] of text.matchAll(MONTH_FIRST))
    add(match, dayOf(year, monthOf(name), day));
  return found;
}

/** Undefined: there is no such day. */
function dayOf(year: string, month: number, day: string): string | undefined {
  const d = Number(day);
  if (month < 1 || month > 12 || d < 1 || d > 31) return undefined;
  return `${year}-${String(month).padStart(2, "0")}-${String(d).padStart(2, "0")}`;
}

/** 1 to 12; 0: it is none. */
function monthOf(name = ""): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}
