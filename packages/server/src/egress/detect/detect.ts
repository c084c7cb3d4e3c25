// The second net: what in a text looks like personal, health, financial or secret data. No free-text
// detector supports a promise of no leak; known values and labels carry that.
import { AddressScan } from "./address.ts";
import { HEALTH } from "./bits.ts";
import { ageAt, dateAt, namedDateAt } from "./date.ts";
import type { DetectOptions, Finding } from "./finding.ts";
import { Found } from "./found.ts";
import { IdScan } from "./id-scan.ts";
import { ibanAt } from "./ids/finance.ts";
import { lexicon } from "./lexicon.ts";
import { NameScan } from "./name-scan.ts";
import { findOwn } from "./own.ts";
import { PhoneScan } from "./phone.ts";
import { recordAt } from "./record.ts";
import { findPem, SecretScan, urlPasswordAt } from "./secret.ts";
import { CAPITAL, HAS_DIGIT, HAS_LOWER, HAS_UPPER, Tokens } from "./tokens.ts";
import { colonsAt, dashesAt, domainAt, fourAt, mailAt, urlAt } from "./web.ts";

/** One at a time: detection is synchronous, so its arrays are made once. */
let tokens: Tokens | undefined;

export function detect(text: string, options: DetectOptions = {}): Finding[] {
  const found = new Found();
  tokens ??= new Tokens(lexicon());
  findPem(text, found);
  findSigns(text, found);
  for (let start = 0; start < text.length;) {
    const next = tokens.read(text, start);
    findInWords(tokens, found);
    start = next;
  }
  findOwn(text, options.patterns ?? [], found);
  tokens.text = "";
  return found.told();
}

/** What a sign gives away: @ and ://, and colons between hexadecimal digits. */
function findSigns(text: string, found: Found): void {
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) mailAt(text, at, found);
  for (let at = text.indexOf("://"); at >= 0;) {
    urlPasswordAt(text, at, found);
    at = text.indexOf("://", urlAt(text, at, found));
  }
  let read = 0;
  for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", Math.max(read, at + 1)))
    if (isHexOrColon(text.charCodeAt(at + 1)))
      read = colonsAt(text, { colon: at, least: read }, found);
}

function isHexOrColon(unit: number): boolean {
  return (unit >= 48 && unit <= 58) || ((unit | 32) >= 97 && (unit | 32) <= 102);
}

const DASH = 45;
const DOT = 46;

function findInWords(words: Tokens, found: Found): void {
  const ids = new IdScan(words, found);
  const secrets = new SecretScan(words, found);
  const addresses = new AddressScan(words, found);
  const names = new NameScan(words, found);
  const phones = new PhoneScan(words, found);
  addresses.begin();
  ids.begin();
  secrets.begin();
  const { text } = words;
  let domain = 0;
  for (let at = 0; at < words.count; at++) {
    const shape = words.shape[at] ?? 0;
    ids.at(at);
    secrets.at(at);
    recordAt(words, at, found);
    addresses.at(at);
    if (isPair(words, at)) dashesAt(text, words.from[at] ?? 0, found);
    if (shape & HAS_DIGIT) {
      findAtDigits(words, at, found);
      if (isNumber(words, at)) phones.at(at);
    } else if (shape & CAPITAL) namedDateAt(words, at, found);
    if (at >= domain && shape & (HAS_LOWER | HAS_UPPER)) domain = domainAt(words, at, found) + 1;
  }
  phones.end();
  names.all();
  if (healthWords(words) >= HEALTH_WORDS)
    found.speaksOfHealth({ from: words.start, to: words.end });
}

/** Different ones: a single word is about health in general as often as about somebody. */
const HEALTH_WORDS = 2;

function healthWords({ count, known, hash }: Tokens): number {
  const met = new Set<number>();
  for (let at = 0; at < count && met.size < HEALTH_WORDS; at++)
    if ((known[at] ?? 0) & HEALTH) met.add(hash[at] ?? 0);
  return met.size;
}

/** Two signs and a dash: a MAC address may begin. */
function isPair({ from, to, after }: Tokens, at: number): boolean {
  return after[at] === DASH && (to[at] ?? 0) - (from[at] ?? 0) === 2;
}

/** Digits alone, as many as a telephone number may have. */
function isNumber({ from, to, digits }: Tokens, at: number): boolean {
  const length = (to[at] ?? 0) - (from[at] ?? 0);
  return length <= 15 && digits[at] === length;
}

function findAtDigits(words: Tokens, at: number, found: Found): void {
  const from = words.from[at] ?? 0;
  const to = words.to[at] ?? 0;
  if (to - from <= 3 && words.after[at] === DOT) fourAt(words, at, found);
  if (to - from >= 4) ibanAt(words, at, found);
  if ((words.digits[at] ?? 0) !== to - from) return;
  if (to - from <= 4) dateAt(words, at, found);
  if (to - from <= 3) ageAt(words, at, found);
}
