// Numbers that only a word before them tells: medical records, health plans, accounts, licences,
// devices. Every organisation has its own form, so anything with a digit in it is taken.
import { ASKED } from "./bits.ts";
import type { Found } from "./found.ts";
import { hashesOf } from "./asked.ts";
import { HAS_DIGIT } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";

interface Kind {
  readonly type: string;
  readonly class: string;
  /** One of these, ... */
  readonly words: ReadonlySet<number>;
  /** ... and one of these before the number, unless the word says it all. */
  readonly with?: ReadonlySet<number>;
  readonly score: number;
}

const NUMBER = hashesOf(
  "number numbers no nr num id ids code identifier nummer número numero numéro reference ref",
);

const KINDS: readonly Kind[] = [
  {
    type: "MEDICAL_RECORD",
    class: "phi",
    words: hashesOf("mrn emrn patientid patientennummer fallnummer medicalrecord"),
    score: 0.85,
  },
  {
    type: "MEDICAL_RECORD",
    class: "phi",
    words: hashesOf("record chart patient encounter visit specimen accession case"),
    with: NUMBER,
    score: 0.6,
  },
  {
    type: "HEALTH_PLAN",
    class: "phi",
    words: hashesOf("member subscriber beneficiary policy insurance medicaid plan hicn insured"),
    with: NUMBER,
    score: 0.65,
  },
  {
    type: "ACCOUNT_NUMBER",
    class: "financial",
    words: hashesOf("account acct acc konto kontonummer iban cuenta compte customer client loan"),
    with: NUMBER,
    score: 0.6,
  },
  {
    type: "LICENSE_NUMBER",
    class: "pii",
    words: hashesOf("license licence certificate certification permit registration credential"),
    with: NUMBER,
    score: 0.6,
  },
  {
    type: "ZIP_CODE",
    class: "quasi",
    words: hashesOf("zip zipcode postcode postal plz postleitzahl"),
    with: hashesOf("zip zipcode postcode code is plz postleitzahl"),
    score: 0.65,
  },
  {
    type: "VEHICLE_ID",
    class: "pii",
    words: hashesOf("plate plates vin vehicle chassis"),
    with: NUMBER,
    score: 0.6,
  },
  {
    type: "DEVICE_ID",
    class: "pii",
    words: hashesOf("serial device imei udid implant pacemaker sn udi"),
    with: NUMBER,
    score: 0.6,
  },
  {
    type: "STUDENT_OR_STAFF_ID",
    class: "pii",
    words: hashesOf("employee staff student personnel personalnummer badge passport"),
    with: NUMBER,
    score: 0.6,
  },
];

const LINK = hashesOf("is was number no nr num id ids code the of card my");
const WORDS_ON = 5;
const LENGTH_MIN = 3;
const LENGTH_MAX = 32;

/** Words that begin a kind, so that all others cost one look-up. */
const ANY = new Set(KINDS.flatMap(({ words }) => [...words]));

export function recordAt(tokens: Tokens, at: number, found: Found): void {
  if (((tokens.known[at] ?? 0) & ASKED) === 0) return;
  const word = tokens.hash[at] ?? 0;
  if (!ANY.has(word)) return;
  for (const kind of KINDS) {
    if (!kind.words.has(word)) continue;
    const number = numberAfter(tokens, at, kind);
    if (number === undefined) continue;
    found.add({ ...number, type: kind.type, class: kind.class, score: kind.score });
    return;
  }
}

/** The next word with a digit in it, with only linking words between. */
function numberAfter(
  { hash, shape, from, to, text, count }: Tokens,
  at: number,
  kind: Kind,
): { from: number; to: number } | undefined {
  let said = kind.with === undefined;
  const end = Math.min(at + WORDS_ON, count - 1);
  for (let index = at + 1; index <= end; index++) {
    const gap = text.slice(to[index - 1] ?? 0, from[index] ?? 0);
    if (gap.includes("#") || /^ ?[:=] ?$/.test(gap)) said = true;
    if (gap.length > 6 || /[.;!?\n]\s/.test(gap.replace(/^\. ?#?$/, ""))) return undefined;
    if ((shape[index] ?? 0) & HAS_DIGIT) {
      const start = from[index] ?? 0;
      const stop = endOfCode(text, start);
      const long = stop - start >= LENGTH_MIN && stop - start <= LENGTH_MAX;
      return said && long ? { from: start, to: stop } : undefined;
    }
    const word = hash[index] ?? 0;
    if (kind.with?.has(word)) said = true;
    else if (isPrefix(text, from[index] ?? 0, to[index] ?? 0)) {
      const stop = endOfCode(text, from[index] ?? 0);
      return said && /\d/.test(text.slice(from[index] ?? 0, stop))
        ? { from: from[index] ?? 0, to: stop }
        : undefined;
    } else if (!LINK.has(word)) return undefined;
  }
  return undefined;
}

/** Letters that a code goes on behind: "MRN: AB-12345". */
function isPrefix(text: string, from: number, to: number): boolean {
  return to - from <= 4 && /[-/]/.test(text.charAt(to)) && text.charAt(from) !== " ";
}

function endOfCode(text: string, from: number): number {
  CODE.lastIndex = from;
  const code = CODE.exec(text)?.[0] ?? "";
  return from + code.replace(/[-./_]+$/, "").length;
}

const CODE = /[\p{L}\d][\p{L}\d\-./_]{0,40}/uy;
