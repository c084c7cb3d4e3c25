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

/** Every date in a text; "03/04/2026" is read both ways. */
export function datesIn(text: string): string[] {
  const forms = new Set<string>();
  const add = (year: string, month: number, day: string): void => {
    const d = Number(day);
    if (month < 1 || month > 12 || d < 1 || d > 31) return;
    forms.add(`${year}-${String(month).padStart(2, "0")}-${String(d).padStart(2, "0")}`);
  };
  for (const [, year = "", month, day = ""] of text.matchAll(ISO)) add(year, Number(month), day);
  for (const [, a = "", b = "", year = ""] of text.matchAll(NUMERIC)) {
    add(year, Number(a), b);
    add(year, Number(b), a);
  }
  for (const [, day = "", name, year = ""] of text.matchAll(DAY_FIRST))
    add(year, monthOf(name), day);
  for (const [, name, day = "", year = ""] of text.matchAll(MONTH_FIRST))
    add(year, monthOf(name), day);
  return [...forms];
}

/** 1 to 12; 0: it is none. */
function monthOf(name = ""): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}
