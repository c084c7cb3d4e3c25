// What has a sign that gives it away: mail addresses, URLs and domains, IP and MAC addresses.
import { isIPv4, isIPv6 } from "node:net";
import type { Found } from "./found.ts";
import { hashesOf } from "./asked.ts";
import type { Tokens } from "./tokens.ts";

const LOCAL_MAX = 64;
const URL_MAX = 2_048;
const HEX_MAX = 45;
const LOCAL = /[\w.'%+~\u00a1-\uffff-]/;
const LOCAL_LEAD = /[.'%~-]/;
const DOMAIN =
  /(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}[\p{L}\p{N}])?\.){1,8}\p{L}[\p{L}\p{N}-]{1,62}/uy;
const URL_END = /[\s"<>`{}|\\^]/;
const URL_TRAIL = /[.,;:!?'")\]]/;
const FOUR = /(?:\d{1,3}\.){3}\d{1,3}(?!\d)/y;
const MAC = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$|^(?:[0-9a-f]{2}-){5}[0-9a-f]{2}$/i;
const MAC_DASHES = /(?:[0-9a-f]{2}-){5}[0-9a-f]{2}(?![-\w])/iy;

/** Ends of domains that are written without a scheme; those that file names end in are left out. */
const TOP = hashesOf(
  `com net org edu gov mil int info biz io co ai app dev online shop site xyz club tech store me tv
  ac ad ae af ag al am ao aq ar at au az ba bb bd be bf bg bh bj bn bo br bs bt bw by bz ca cd cf ch
  ci cl cm cn cr cu cv cy cz de dk dm do dz ec ee eg es et eu fi fj fr ga gb ge gg gh gl gm gr gt gy
  hk hn hr ht hu id ie il in iq ir is it je jm jo jp ke kg kh kr kw ky kz la lb lk lt lu lv ly ma mc
  mg mk mm mn mo mt mu mv mw mx my mz na ng ni nl no np nz om pa pe ph pk pr pt qa ro ru rw sa sc sd
  se sg si sk sl sn sr sv sy sz td tg th tj tm tn tr tt tw tz ua ug uk us uy uz ve vn ye za zm zw`,
);
/** Words of programs too (`item.id`): these need a second dot. */
const WORDY = hashesOf(
  "id in is it at no by me my to do so us am as be tv info store name dev app",
);
const VERSION = hashesOf("version release v ver build firmware");

/** The mail address around the @ at `sign`; quoted local parts are rare enough to be left out. */
export function mailAt(text: string, sign: number, found: Found): void {
  let from = sign;
  const least = Math.max(sign - LOCAL_MAX, 0);
  while (from > least && LOCAL.test(text.charAt(from - 1))) from--;
  while (from < sign && LOCAL_LEAD.test(text.charAt(from))) from++;
  DOMAIN.lastIndex = sign + 1;
  const domain = DOMAIN.exec(text);
  if (from === sign || !domain) return;
  const to = sign + 1 + domain[0].length;
  found.add({ from, to, type: "EMAIL_ADDRESS", class: "pii", score: 0.95 });
}

/** The URL whose scheme ends before the :// at `sign`; returns up to where it was read. */
export function urlAt(text: string, sign: number, found: Found): number {
  let from = sign;
  while (from > 0 && sign - from < 10 && /[A-Za-z]/.test(text.charAt(from - 1))) from--;
  let to = sign + 3;
  const most = Math.min(text.length, sign + URL_MAX);
  while (to < most && !URL_END.test(text.charAt(to))) to++;
  const read = to;
  while (to > sign && URL_TRAIL.test(text.charAt(to - 1))) to--;
  const host = /^[^/?#]{0,256}/.exec(text.slice(sign + 3, to))?.[0] ?? "";
  if (from < sign && /\.[^\d.]|\d\.\d/.test(host))
    found.add({ from, to, type: "URL", class: "quasi", score: 0.8 });
  return read;
}

/** A domain without a scheme that begins with this word; returns the last word of it. */
export function domainAt(tokens: Tokens, first: number, found: Found): number {
  const { from, to, hash, text, count, after } = tokens;
  let last = first;
  let dots = 0;
  if (after[first] !== DOT && after[first] !== DASH) return last;
  while (last + 1 < count && isGlued(text, to[last] ?? 0, from[last + 1] ?? 0)) {
    if (after[last] === DOT) dots++;
    last++;
  }
  if (dots === 0 || after[last - 1] !== DOT || !TOP.has(hash[last] ?? 0)) return last;
  if (dots === 1 && WORDY.has(hash[last] ?? 0)) return last;
  const start = from[first] ?? 0;
  const end = to[last] ?? 0;
  if (/[@\w]/.test(text.charAt(start - 1)) || text.charAt(end) === "@") return last;
  found.add({ from: start, to: end, type: "URL", class: "quasi", score: 0.6 });
  return last;
}

const DOT = 46;
const DASH = 45;

function isGlued(text: string, to: number, from: number): boolean {
  return from - to === 1 && (text.charAt(to) === "." || text.charAt(to) === "-");
}

/** Four numbers with dots that begin with this word. */
export function fourAt(tokens: Tokens, at: number, found: Found): void {
  const { text } = tokens;
  const from = tokens.from[at] ?? 0;
  if (/[.\w]/.test(text.charAt(from - 1))) return;
  FOUR.lastIndex = from;
  const match = FOUR.exec(text)?.[0];
  if (match === undefined || !isIPv4(match)) return;
  const score = VERSION.has(tokens.hash[at - 1] ?? 0) ? 0.3 : 0.8;
  const to = maskEnd(text, from + match.length);
  found.add({ from, to, type: "IP_ADDRESS", class: "pii", score });
}

const MASK = /\/\d{1,3}(?!\d)/y;

/** `10.0.0.0/8`: with the length of the network. */
function maskEnd(text: string, to: number): number {
  MASK.lastIndex = to;
  return MASK.test(text) ? MASK.lastIndex : to;
}

/** An IPv6 or MAC address around a colon, from `least` on; returns up to where it was read. */
export function colonsAt(
  text: string,
  { colon, least }: { colon: number; least: number },
  found: Found,
): number {
  let from = colon;
  const start = Math.max(least, colon - HEX_MAX);
  while (from > start && isHex(text.charCodeAt(from - 1))) from--;
  let to = colon;
  while (to < text.length && to - from < HEX_MAX && isHex(text.charCodeAt(to))) to++;
  const read = to;
  if (/\w/.test(text.charAt(to))) return read;
  while (to > from && /[.]/.test(text.charAt(to - 1))) to--;
  let run = text.slice(from, to);
  if (run.endsWith(":") && !run.endsWith("::")) run = run.slice(0, -1);
  if (MAC.test(run) && !/^(?:00[:-]?)+$/.test(run))
    found.add({ from, to, type: "MAC_ADDRESS", class: "pii", score: 0.85 });
  else if (isSix(run, text.charAt(from - 1)))
    found.add({
      from,
      to: maskEnd(text, from + run.length),
      type: "IP_ADDRESS",
      class: "pii",
      score: 0.85,
    });
  return read;
}

/** Two colons at least, so that 12:30 is none; a letter before it makes it code (`std::cafe`). */
function isSix(run: string, before: string): boolean {
  if (run.length < 3 || !/:.*:/.test(run) || !isIPv6(run)) return false;
  return !/\w/.test(before) || run.includes(".");
}

function isHex(unit: number): boolean {
  return (unit >= 48 && unit <= 58) || unit === 46 || ((unit | 32) >= 97 && (unit | 32) <= 102);
}

/** A MAC address with dashes that begins with this word. */
export function dashesAt(text: string, from: number, found: Found): void {
  MAC_DASHES.lastIndex = from;
  const match = MAC_DASHES.exec(text)?.[0];
  if (match === undefined || /[-\w]/.test(text.charAt(from - 1)) || /^[0-]+$/.test(match)) return;
  found.add({ from, to: from + match.length, type: "MAC_ADDRESS", class: "pii", score: 0.85 });
}
