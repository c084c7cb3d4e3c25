// Days as people write them, as YYYY-MM-DD; relative ones from a given today.

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DAY_MS = 86_400_000;

export function isoDates(text: string): string[] {
  return text.match(/\b\d{4}-\d{2}-\d{2}\b/g) ?? [];
}

export function dateAt(written: string, today: string | undefined): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(written)) return written;
  const lower = written.toLowerCase();
  const named = namedDay(lower, today);
  if (named !== undefined) return named;
  if (today === undefined) return undefined;
  const now = Date.parse(`${today}T00:00:00Z`);
  const shift = { today: 0, tomorrow: 1, "the day after tomorrow": 2, yesterday: -1 }[lower];
  if (shift !== undefined) return iso(now + shift * DAY_MS);
  const day = DAYS.findIndex((name) => new RegExp(`\\b${name}`).test(lower));
  if (day < 0) return undefined;
  const ahead = (day - new Date(now).getUTCDay() + 7) % 7 || 7;
  return iso(now + ahead * DAY_MS);
}

/** "3 March", "March 3rd, 2027"; without a year the next such day. */
function namedDay(lower: string, today: string | undefined): string | undefined {
  const month = MONTHS.findIndex((name) => new RegExp(`\\b${name}`).test(lower));
  if (month < 0) return undefined;
  const year = /\b\d{4}\b/.exec(lower)?.[0];
  const day = /\b(\d{1,2})(?:st|nd|rd|th)?\b/.exec(lower.replace(/\b\d{4}\b/, ""))?.[1];
  if (day === undefined) return undefined;
  const rest = `${String(month + 1).padStart(2, "0")}-${day.padStart(2, "0")}`;
  if (year !== undefined) return `${year}-${rest}`;
  if (today === undefined) return undefined;
  const same = `${today.slice(0, 4)}-${rest}`;
  return same >= today ? same : `${Number(today.slice(0, 4)) + 1}-${rest}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The day `days` after one. */
export function addDays(day: string, days: number): string {
  return iso(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS);
}
