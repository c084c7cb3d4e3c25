// Numbers of money and of devices that are the same everywhere: cards, IBAN, coins, IMEI.
import { createHash } from "node:crypto";
import { isUniform, luhn, mod97 } from "../checksum.ts";
import type { Found } from "../found.ts";
import { recogniser } from "../identifier.ts";
import type { Tokens } from "../tokens.ts";

/** First digits that a card may have, by length; a Luhn digit alone fits every tenth number. */
const CARD =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[0-8]\d{10,17}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|6\d{11,18}|3[47]\d{13}|3(?:0[0-5]|095|[689]\d)\d{11,16}|(?:2131|1800|1220)\d{11}|35\d{14,17}|9[27]\d{14})$/;

const IBAN_LENGTHS = new Map(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 " +
    "EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 " +
    "KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 " +
    "NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 " +
    "TL23 TN24 TR26 UA29 VA22 VG24 XK20"
  )
    .split(" ")
    .map((each): [string, number] => [each.slice(0, 2), Number(each.slice(2))]),
);

export function isIban(compact: string): boolean {
  if (IBAN_LENGTHS.get(compact.slice(0, 2)) !== compact.length) return false;
  return mod97(compact.slice(4) + compact.slice(0, 4)) === 1;
}

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Base58Check: 25 bytes, the last four of which are a hash of the others. */
export function isBase58Coin(address: string): boolean {
  let value = 0n;
  for (const char of address) value = value * 58n + BigInt(BASE58.indexOf(char));
  const hex = value.toString(16);
  if (hex.length > 50) return false;
  const bytes = Buffer.from(hex.padStart(50, "0"), "hex");
  const once = createHash("sha256").update(bytes.subarray(0, 21)).digest();
  const twice = createHash("sha256").update(once).digest();
  return twice.subarray(0, 4).equals(bytes.subarray(21));
}

const BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const BECH32_STEPS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BECH32_ENDS = new Set([1, 0x2bc830a3]);

export function isBech32Coin(address: string): boolean {
  const lower = address.toLowerCase();
  const values = [3, 3, 0, 2, 3, ...Array.from(lower.slice(3), (char) => BECH32.indexOf(char))];
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    for (let bit = 0; bit < 5; bit++) if ((top >> bit) & 1) check ^= BECH32_STEPS[bit] ?? 0;
  }
  return BECH32_ENDS.has(check);
}

const CARD_SIZES = Array.from({ length: 8 }, (_, more) => `0:${12 + more}`).join(" ");

export const FINANCE = [
  recogniser("CREDIT_CARD", CARD_SIZES, {
    class: "financial",
    words: 5,
    shape: /^\d{12,19}$|^\d{4}([- ])\d{4}\1\d{4}\1\d{1,7}$|^\d{4}([- ])\d{6}\2\d{4,5}$/,
    check: (id) => CARD.test(id) && luhn(id) && !isUniform(id),
    score: 0.7,
    formatted: 0.85,
    beside: "card credit debit visa mastercard amex cc kreditkarte carte tarjeta carta cvv",
  }),
  recogniser("IMEI", "0:15", {
    words: 4,
    shape: /^\d{2}[- ]?\d{6}[- ]?\d{6}[- ]?\d$/,
    check: (id) => luhn(id) && !isUniform(id),
    score: 0.3,
    beside: "imei device phone handset",
  }),
  recogniser("IMSI", "0:14 0:15", {
    shape: /^[2-7]\d{13,14}$/,
    score: 0,
    beside: "imsi subscriber",
  }),
];

const COUNTRY = /^[A-Z]{2}\d{2}/i;

/** The IBAN that begins with this word, in groups or not. */
export function ibanAt(tokens: Tokens, at: number, found: Found): void {
  const { text } = tokens;
  const from = tokens.from[at] ?? 0;
  const head = text.slice(from, from + 4);
  if (!COUNTRY.test(head)) return;
  const length = IBAN_LENGTHS.get(head.slice(0, 2).toUpperCase());
  if (length === undefined) return;
  let compact = "";
  for (let last = at; last < tokens.count && compact.length < length; last++) {
    const start = tokens.from[last] ?? 0;
    if (last > at && start - (tokens.to[last - 1] ?? 0) !== 1) return;
    compact += text.slice(start, Math.min(tokens.to[last] ?? 0, start + length + 1));
    const to = tokens.to[last] ?? 0;
    if (compact.length === length && isIban(compact.toUpperCase()))
      found.add({ from, to, type: "IBAN_CODE", class: "financial", score: 0.95 });
  }
}
