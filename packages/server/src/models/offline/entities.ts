// Finds what a text names: ids, quotations, amounts, dates, times, addresses, numbers, names.
import { dateAt, isoDates } from "./dates.ts";
import { isVerb } from "./tool-kind.ts";
import { contentWords } from "./words.ts";

export type EntityKind =
  | "quote"
  | "email"
  | "url"
  | "money"
  | "date"
  | "time"
  | "duration"
  | "id"
  | "path"
  | "number"
  | "name";

export interface Entity {
  readonly kind: EntityKind;
  readonly start: number;
  readonly end: number;
  /** As it is written; dates as YYYY-MM-DD, times as HH:MM, currencies left off. */
  readonly text: string;
  readonly number: number;
  /** Of a duration its unit; of a number the word after it. */
  readonly unit: string;
}

const CURRENCY = "dollars?|euros?|pounds?|francs?|bucks|usd|eur|gbp|chf|cad|aud|yen|jpy";
const NUMBER = "\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:[.,]\\d{1,2})?(?!\\d)|\\d+";
const MONTHS =
  "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
const DAYS =
  "mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thur?s?(?:day)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?";

/** Tried in turn; what an earlier one took, a later one can't. */
const PATTERNS: readonly (readonly [EntityKind, RegExp])[] = [
  [
    "quote",
    /"([^"\n]{1,500})"|“([^”\n]{1,500})”|«([^»\n]{1,500})»|(?<!\w)'([^'\n]{2,200})'(?!\w)/g,
  ],
  ["url", /https?:\/\/[^\s<>"')\]]{1,500}/g],
  ["email", /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g],
  [
    "path",
    /(?<![\w@./])(?:~|\.{1,2})?(?:\/[\w.*-]*[\w*]){1,20}\/?|(?<![\w@./-])[\w.*-]*[\w*](?:\/[\w.*-]*[\w*]){1,20}\/?|(?<![\w@./-])(?:\*\.[a-z]\w{0,7}|[\w-]{2,}(?:\.[\w-]{2,})?\.[a-z][a-z0-9]{0,4})(?![\w.@]*[\w@])/g,
  ],
  ["date", /\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?Z?/g],
  ["date", /\b\d{4}-\d{2}-\d{2}\b/g],
  [
    "date",
    new RegExp(
      `\\b(?:\\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:${MONTHS})|(?:${MONTHS}) \\d{1,2}(?:st|nd|rd|th)?)(?:,? \\d{4})?\\b`,
      "gi",
    ),
  ],
  [
    "date",
    new RegExp(
      `\\b(?:today|tomorrow|the day after tomorrow|yesterday|(?:next |this )?(?:${DAYS}))\\b`,
      "gi",
    ),
  ],
  [
    "money",
    new RegExp(
      `(?:[$€£¥]\\s?|\\b(?:usd|eur|gbp|chf) ?)(${NUMBER})|\\b(${NUMBER}) ?(?:[$€£¥]|(?:${CURRENCY})\\b)`,
      "gi",
    ),
  ],
  [
    "time",
    /\bnoon\b|\bmidnight\b|\b(?:[01]?\d|2[0-3]):[0-5]\d(?: ?[ap]m)?\b|\b(?:1[0-2]|[1-9]) ?[ap]m\b/gi,
  ],
  [
    "duration",
    /\b(\d+(?:\.\d+)?|an?|one|two|three|four|five|six|half an?)[ -](minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)\b/gi,
  ],
  ["id", /\b\d{2,}(?:-\d{1,12}){2,6}\b/g],
  ["id", /\b(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{5,24}\b|\b[A-Z]{1,4}\d\b/g],
  ["id", /\b(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)+\b/g],
  ["id", /\b(?=[A-Za-z]*\d)[A-Za-z]{1,12}\d{2,}\b|#\d{1,18}\b/g],
  ["number", new RegExp(`(?<![\\w.-])-?(?:${NUMBER})(?![\\w-])`, "g")],
  ["number", /\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b/gi],
  [
    "name",
    /(?<![\p{L}])\p{Lu}[\p{L}'’-]+(?: (?:\p{Lu}[\p{L}'’-]+|\p{Lu}\.|\d{1,4}|de|van|von))*/gu,
  ],
];

const SMALL = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];
const TEXT_CHARS_MAX = 20_000;

/** In the text's direction. `today` (YYYY-MM-DD) gives relative days their meaning. */
export function entitiesIn(given: string, today: string | undefined): Entity[] {
  const text = given.slice(0, TEXT_CHARS_MAX);
  const found: Entity[] = [];
  const taken = new Uint8Array(text.length);
  for (const [kind, pattern] of PATTERNS)
    for (const match of text.matchAll(pattern)) {
      const start = match.index;
      const end = start + match[0].length;
      if (taken.subarray(start, end).includes(1)) continue;
      const entity = read(kind, match, { text, today });
      if (!entity) continue;
      taken.fill(1, start, end);
      found.push(...entity);
    }
  return found.toSorted((a, b) => a.start - b.start);
}

interface Around {
  readonly text: string;
  readonly today: string | undefined;
}

// oxlint-disable-next-line typescript/consistent-return -- every kind returns
function read(kind: EntityKind, match: RegExpExecArray, around: Around): Entity[] | undefined {
  const written = match[0];
  const start = match.index;
  const base = {
    kind,
    start,
    end: start + written.length,
    text: written,
    number: Number.NaN,
    unit: "",
  };
  const inner = match.slice(1).find((group) => group !== undefined);
  switch (kind) {
    case "quote":
      return [{ ...base, text: inner ?? "" }];
    case "money":
      return [{ ...base, text: inner ?? "", number: numberOf(inner ?? "") }];
    case "number":
      return [{ ...base, number: numberOf(written), unit: wordAfter(around.text, base.end) }];
    case "duration":
      return [{ ...base, number: numberOf(match[1] ?? ""), unit: (match[2] ?? "").toLowerCase() }];
    case "date": {
      const clock = /^(.{10})[T ](\d{2}:\d{2})/.exec(written);
      if (clock)
        return [
          { ...base, text: clock[1] ?? "" },
          { ...base, kind: "time", text: clock[2] ?? "" },
        ];
      const day = dateAt(written, around.today);
      return day === undefined ? undefined : [{ ...base, text: day }];
    }
    case "time":
      return [{ ...base, text: clockTime(written) }];
    case "name":
      return nameAt(base, around.text);
    case "id":
      return [{ ...base, text: written.replace(/^#/, "") }];
    case "path":
      // "3/4", "and/or": no path.
      return /^[\d/.]+$|^(?:and\/or|he\/she)$/i.test(written) ? undefined : [base];
    case "email":
    case "url":
      return [base];
  }
}

/** The first word of a sentence is capital anyway: a verb there is none of the name. */
function nameAt(base: Entity, text: string): Entity[] | undefined {
  if (!startsSentence(text, base.start)) return [base];
  const [first = "", ...rest] = base.text.split(" ");
  if (rest.length === 0) return undefined;
  const lower = first.toLowerCase();
  if (!isVerb(lower) && contentWords(lower).length > 0) return [base];
  return [{ ...base, text: rest.join(" "), start: base.start + first.length + 1 }];
}

function wordAfter(text: string, end: number): string {
  return /^ ([\p{L}-]+)/u.exec(text.slice(end, end + 40))?.[1]?.toLowerCase() ?? "";
}

function startsSentence(text: string, start: number): boolean {
  return start === 0 || /[.!?:\n]\s*$/.test(text.slice(Math.max(0, start - 4), start));
}

export function numberOf(text: string): number {
  const lower = text.toLowerCase();
  if (lower.startsWith("half")) return 0.5;
  if (lower === "a" || lower === "an") return 1;
  const small = SMALL.indexOf(lower);
  if (small >= 0) return small;
  // "1,250.50" and "12,50".
  const plain = /^-?\d+,\d{1,2}$/.test(lower) ? lower.replace(",", ".") : lower.replaceAll(",", "");
  return Number(plain);
}

function clockTime(text: string): string {
  if (/^noon$/i.test(text)) return "12:00";
  if (/^midnight$/i.test(text)) return "00:00";
  const match = /^(\d{1,2})(?::(\d{2}))? ?([ap]m)?$/i.exec(text);
  let hour = Number(match?.[1] ?? 0);
  const half = match?.[3]?.toLowerCase();
  if (half === "pm" && hour < 12) hour += 12;
  if (half === "am" && hour === 12) hour = 0;
  return `${String(hour).padStart(2, "0")}:${match?.[2] ?? "00"}`;
}

/** The day that the system's text calls today. */
export function todayIn(text: string): string | undefined {
  const said = /today(?:'s date)? is (?:\w+,? )?(\d{4}-\d{2}-\d{2})/i.exec(text)?.[1];
  return said ?? isoDates(text)[0];
}
