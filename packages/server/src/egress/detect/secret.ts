// Keys, tokens and passwords: by the form that their issuers gave them, by the word before them, and
// by how random they look beside such a word.
import { ASKED } from "./bits.ts";
import { isBase58Coin, isBech32Coin } from "./ids/finance.ts";
import type { Found } from "./found.ts";
import { hashesOf } from "./asked.ts";
import { HAS_DIGIT, HAS_LOWER, HAS_UPPER } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";

/** First words of keys: the part before the first - or _ or dot. */
const LEADS = hashesOf(
  `sk rk pk ghp gho ghu ghs ghr github glpat gldt glrt xoxb xoxp xoxa xoxr xoxs xapp npm pypi dop
  hf shpat shpss shpca sq0atp sq0csp hvs hvb whsec age key sg ya29 atatt3xffgf0 rubygems figd lin
  sntrys sntryu pat dapi pul tfp apikey ptr nrak sdk eaa`,
);

const FORMS: readonly RegExp[] = [
  /sk-(?:ant-|proj-|svcacct-|or-v1-)?[\w-]{20,200}/y,
  /[srp]k_(?:live|test)_[0-9A-Za-z]{10,200}/y,
  /gh[pousr]_[0-9A-Za-z]{30,255}/y,
  /github_pat_[0-9A-Za-z_]{20,255}/y,
  /gl(?:pat|dt|rt)-[\w-]{16,100}/y,
  /xox[abprs]-[0-9A-Za-z-]{10,250}/y,
  /xapp-\d-[0-9A-Za-z-]{10,250}/y,
  /npm_[0-9A-Za-z]{30,50}/y,
  /pypi-[\w-]{50,255}/y,
  /do[opr]_v1_[0-9a-f]{60,70}/y,
  /hf_[0-9A-Za-z]{30,50}/y,
  /shp(?:at|ss|ca)_[0-9a-fA-F]{30,40}/y,
  /sq0(?:atp|csp)-[\w-]{20,50}/y,
  /hv[sb]\.[\w-]{20,255}/y,
  /whsec_[0-9A-Za-z+/=]{20,100}/y,
  /AGE-SECRET-KEY-1[0-9A-Z]{58}/y,
  /SG\.[\w-]{16,32}\.[\w-]{30,64}/y,
  /ya29\.[\w-]{20,255}/y,
  /key-[0-9a-f]{32}/y,
  /dapi[0-9a-f]{32}/y,
  /EAA[0-9A-Za-z]{50,255}/y,
  /pul-[0-9a-f]{40}/y,
  /figd_[\w-]{30,60}/y,
];
/** Those that are one word, told by how it begins. */
const WHOLE =
  /^(?:(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}|AIza[\w-]{30,40}|ATATT3[\w=-]{20,255}|SK[0-9a-f]{32}|AC[0-9a-f]{32}|NRAK[-0-9A-Z]{20,40})$/;
const RUN = /[\w+/=~-][\w+/=.~-]{0,511}/y;
const JWT = /^eyJ[\w-]{8,}\.eyJ[\w-]{4,}\.[\w-]{0,}$/;
const JWT_RUN = /[\w.-]{20,8192}/y;
const TELEGRAM = /^\d{8,10}:[\w-]{35}$/;
const COIN = /^[13][1-9A-HJ-NP-Za-km-z]{25,34}$/;
const ETHER = /^0x[0-9a-fA-F]{40}$/;

const WORDS = hashesOf(
  `secret secrets password passwd passwort pwd pass passphrase token apikey bearer credential
  credentials auth authorization key pin contraseña senha accesskey secretkey privatekey
  clientsecret accountkey passcode`,
);
const PASSWORDS = hashesOf("password passwd passwort pwd passphrase contraseña senha passcode");
const RANDOM_MIN = 16;
const BEFORE = 4;

export class SecretScan {
  readonly #tokens: Tokens;
  readonly #found: Found;
  /** Up to where a run was read: none is read twice. */
  #read = 0;

  constructor(tokens: Tokens, found: Found) {
    this.#tokens = tokens;
    this.#found = found;
  }

  begin(): void {
    this.#read = this.#tokens.start;
  }

  at(index: number): void {
    const { from, to, hash, known, before } = this.#tokens;
    const start = from[index] ?? 0;
    if (start < this.#read) return;
    if ((known[index] ?? 0) & ASKED && PASSWORDS.has(hash[index] ?? 0)) this.#assigned(index);
    if (this.#isLead(index) && this.#formed(start)) return;
    if ((to[index] ?? 0) - start < 8 || isGlue(before[index] ?? 0)) return;
    this.#run(index, start);
  }

  /** The beginning of a key: with the sign behind it that all of them have. */
  #isLead(index: number): boolean {
    const { after, hash } = this.#tokens;
    const sign = after[index] ?? 0;
    return (sign === DASH || sign === DOT || sign === UNDERSCORE) && LEADS.has(hash[index] ?? 0);
  }

  #formed(start: number): boolean {
    const { text } = this.#tokens;
    if (/[\w-]/.test(text.charAt(start - 1))) return false;
    for (const form of FORMS) {
      form.lastIndex = start;
      const match = form.exec(text);
      if (match) return this.#tell(start, start + match[0].length, "SECRET_KEY");
    }
    return false;
  }

  /** A long word, with what is glued to it. */
  #run(index: number, start: number): void {
    const { text, shape, to } = this.#tokens;
    const word = text.slice(start, Math.min(to[index] ?? 0, start + 100));
    if (word.startsWith("eyJ")) return this.#jwt(start);
    if (WHOLE.test(word)) return void this.#tell(start, to[index] ?? 0, "SECRET_KEY");
    const bits = shape[index] ?? 0;
    if (COIN.test(word) && isBase58Coin(word)) return this.#coin(start, to[index] ?? 0);
    if (/^bc1[02-9ac-hj-np-z]{11,87}$/i.test(word) && isBech32Coin(word))
      return this.#coin(start, to[index] ?? 0);
    if (ETHER.test(word)) return this.#coin(start, to[index] ?? 0);
    const mixed = bits & HAS_DIGIT && bits & (HAS_LOWER | HAS_UPPER);
    if (!mixed && !this.#after(index)) return;
    RUN.lastIndex = start;
    const run = (RUN.exec(text)?.[0] ?? "").replace(/[.=~/-]+$/, "");
    this.#read = start + run.length;
    if (TELEGRAM.test(text.slice(start, start + 46))) return;
    if (run.length >= RANDOM_MIN && this.#after(index) && isRandom(run))
      this.#tell(start, start + run.length, "SECRET_KEY");
  }

  #jwt(start: number): void {
    JWT_RUN.lastIndex = start;
    const run = JWT_RUN.exec(this.#tokens.text)?.[0] ?? "";
    this.#read = start + run.length;
    if (JWT.test(run)) this.#tell(start, start + run.length, "SECRET_JWT");
  }

  #coin(from: number, to: number): void {
    this.#found.add({ from, to, type: "CRYPTO", class: "financial", score: 0.85 });
  }

  /** `password: hunter2`, `pwd=...`: up to the next blank or quote. */
  #assigned(index: number): void {
    const { text, to } = this.#tokens;
    ASSIGNED.lastIndex = to[index] ?? 0;
    const match = ASSIGNED.exec(text);
    const value = match?.[2] ?? "";
    if (
      !match ||
      value.length < 4 ||
      /^[*.x•<${[]+|^(?:null|none|true|false|required)$/i.test(value)
    )
      return;
    const end = ASSIGNED.lastIndex;
    this.#tell(end - value.length, end, "PASSWORD");
  }

  #after(index: number): boolean {
    const { known, hash } = this.#tokens;
    for (let at = Math.max(index - BEFORE, 0); at < index; at++)
      if ((known[at] ?? 0) & ASKED && WORDS.has(hash[at] ?? 0)) return true;
    return false;
  }

  #tell(from: number, to: number, type: string): true {
    this.#found.add({ from, to, type, class: "secret", score: 0.9 });
    this.#read = Math.max(this.#read, to);
    return true;
  }
}

const DASH = 45;
const DOT = 46;
const UNDERSCORE = 95;

/** A sign that goes on a key: - + / = _ */
function isGlue(unit: number): boolean {
  return unit === DASH || unit === 43 || unit === 47 || unit === 61 || unit === UNDERSCORE;
}

const ASSIGNED = /(["']? ?(?:[:=]| is )[ "']{0,2})([^\s"'`,;]{1,128})/y;

const BITS_MIN = 3;

/** Shannon entropy a character, and more than one kind of sign: words and dates are not random. */
export function isRandom(run: string): boolean {
  const counts = new Map<string, number>();
  for (const char of run) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / run.length) * Math.log2(count / run.length);
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(run)).length;
  return bits >= BITS_MIN && kinds >= 2;
}

const PEM_BEGIN = "-----BEGIN ";
const PEM_END = "-----END ";
const PEM_MAX = 16_384;

/** Private keys in PEM, the whole block; to the end of the text where the block is cut off. */
export function findPem(text: string, found: Found): void {
  let from = text.indexOf(PEM_BEGIN);
  while (from >= 0) {
    const label = text.slice(from, from + 60);
    let to = from + PEM_BEGIN.length;
    if (/^-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY/.test(label)) {
      const block = text.slice(from, from + PEM_MAX);
      const end = block.indexOf(PEM_END);
      to = from + (end < 0 ? block.length : endOfLine(block, end + PEM_END.length));
      found.add({ from, to, type: "PRIVATE_KEY", class: "secret", score: 1 });
    }
    from = text.indexOf(PEM_BEGIN, to);
  }
}

/** Behind the dashes that close the block. */
function endOfLine(block: string, from: number): number {
  const dashes = block.indexOf("-----", from);
  return dashes < 0 ? block.length : dashes + 5;
}

const BASIC = /:\/\/[^\s/:@]{1,64}:([^\s/@]{3,128})@/y;

/** The password in `scheme://user:password@host`, whose :// stands at `sign`. */
export function urlPasswordAt(text: string, sign: number, found: Found): void {
  BASIC.lastIndex = sign;
  const match = BASIC.exec(text);
  if (!match) return;
  const to = BASIC.lastIndex - 1;
  const from = to - (match[1] ?? "").length;
  found.add({ from, to, type: "PASSWORD", class: "secret", score: 0.9 });
}
