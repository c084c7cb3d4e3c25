// What stands for a value outside: derived from it by the run's own key, so that the same value has the
// same placeholder in every call of the run, and nobody without the key can tell or make one.
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

/** No vowels, and nothing that is easily taken for another: no word is spelt by accident. */
const ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ";
const CODE_CHARS = 12;
const CODE = `[${ALPHABET}]{${CODE_CHARS}}`;
const MAIL_DOMAIN = "@withheld.invalid";
/** No country has this code, and no number that people use begins so and is as long. */
const NUMBER_HEAD = "999";
const NUMBER_DIGITS = 12;

export type Shape = "text" | "mail" | "phone" | "number";

/** Some fields take nothing that does not look like what belongs there. */
export function shapeOf(value: string): Shape {
  if (/^\d{5,}$/.test(value)) return "number";
  if (value.length > 320) return "text";
  if (/^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]+$/.test(value)) return "mail";
  const isPhone = /^\+\d[\d ().-]*\d$/.test(value) && value.replace(/\D/g, "").length >= 7;
  return isPhone ? "phone" : "text";
}

/** Made ready once: a key given as bytes is made ready for every value anew, at five times the work. */
export function readyKey(key: Uint8Array): KeyObject {
  return createSecretKey(key);
}

/** `round` is counted up where two values would have the same. */
export function makePlaceholder(
  key: Uint8Array | KeyObject,
  what: { readonly value: string; readonly class: string; readonly shape: Shape },
  round = 0,
): string {
  const mac = createHmac("sha256", key).update(`${round}\0${what.shape}\0${what.value}`).digest();
  if (what.shape === "number" || what.shape === "phone") {
    const digits = (mac.readBigUInt64BE() % 10n ** BigInt(NUMBER_DIGITS)).toString();
    const number = NUMBER_HEAD + digits.padStart(NUMBER_DIGITS, "0");
    return what.shape === "phone" ? `+${number}` : number;
  }
  let code = "";
  for (let i = 0; i < CODE_CHARS; i++) code += ALPHABET[(mac[i] ?? 0) % ALPHABET.length] ?? "";
  const text = `STEAD_${wordOf(what.class)}_${code}`;
  return what.shape === "mail" ? text.toLowerCase() + MAIL_DOMAIN : text;
}

/** The class as it stands within a placeholder: a model should know what kind of thing it handles. */
export function wordOf(dataClass: string): string {
  const word = dataClass.toUpperCase().replace(/[^A-Z]/g, "");
  return word.length < 2 ? "DATA" : word.slice(0, 12);
}

// A placeholder as it was made, or what was one: in another case, with spaces or signs in it, cut off
// or made up. Every repeat is bounded, so both stay linear.
const GAP = "[^0-9A-Za-z,;!?]{0,3}";
const spread = (word: string): string => word.split("").join(GAP);
const MAIL = MAIL_DOMAIN.replace(".", String.raw`\.`);
const EXACT = new RegExp(
  `^(?:STEAD_[A-Z]{2,12}_${CODE}|stead_[a-z]{2,12}_${CODE.toLowerCase()}${MAIL})$`,
);
const SIGN = `(?:${GAP}[${ALPHABET}])`;
const AT = `${GAP}${spread("WITHHELD")}${GAP}${spread("INVALID")}`;
const STANDARD = ["PHI", "PII", "SECRET", "FINANCIAL", "TYPED"];
const likes = new Map<string, RegExp>();

/** `own` are the words of classes that the organisation has beside the standard ones. */
function likeWith(own: readonly string[]): RegExp {
  const name = own.join();
  const known = likes.get(name);
  if (known) return known;
  const words = [...STANDARD, ...own].map(spread).join("|");
  const made = new RegExp(
    [
      `STEAD_[A-Z]{2,12}_${CODE}(?:${MAIL})?`,
      `${spread("STEAD")}${GAP}(?:${words})${SIGN}{4,16}(?:${AT})?`,
      `STEAD_[A-Z]{2,12}_[A-Z]{0,16}[0-9][0-9A-Z]{0,16}`,
      String.raw`STEAD(?:\\?_|[ .:*-]{0,2}_[ .:*-]{0,2})(?:${words})(?![A-Z])(?:[_ -][0-9A-Z]{0,16})?`,
      `@${AT}`,
    ].join("|"),
    "gi",
  );
  if (likes.size >= 100) likes.clear();
  likes.set(name, made);
  return made;
}

/** A text that can hold nothing like a placeholder of letters: most can be told by this alone. */
const HINT = new RegExp(`${spread("STEAD")}|${spread("WITHHELD")}`, "i");
/** A number of as many digits as ours have, however they are grouped. */
const NUMBER = /\+?9[ .()-]{0,2}9[ .()-]{0,2}9(?:[ .()-]{0,2}\d){4,12}\d*/g;

export interface Like {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Where something stands that is, or looks like, a placeholder of letters. */
export function placeholdersIn(text: string, own: readonly string[] = []): Like[] {
  if (!HINT.test(text)) return [];
  return [...text.matchAll(likeWith(own))].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
    text: match[0],
  }));
}

export function isExact(text: string): boolean {
  return EXACT.test(text);
}

/** Where numbers stand that begin as ours do; whether one is ours is for its issuer to say. */
export function numbersIn(text: string): Like[] {
  if (!text.includes("9")) return [];
  return [...text.matchAll(NUMBER)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
    text: match[0],
  }));
}

export function digitsOf(text: string): string {
  return text.replace(/\D/g, "");
}

export const NUMBER_LENGTH = NUMBER_HEAD.length + NUMBER_DIGITS;

/** No placeholder, however stretched by what stands within it, is longer. */
export const LIKE_CHARS_MAX = 200;

// The beginnings of what `LIKE` finds, at the end of a text that may go on.
const OPEN_LETTERS = new RegExp(openEnd("STEAD", `(?:${GAP}[0-9A-Z]){0,44}`), "i");
const OPEN_NUMBER = /\+?9[\d .()-]*$|\+$/;
const OPEN_MAIL = new RegExp(openEnd("@WITHHELDINVALID", ""), "i");

/** A word begun but not ended, or ended and followed by nothing that could not belong to it. */
function openEnd(word: string, rest: string): string {
  let pattern = `${rest}${GAP}$`;
  for (const letter of word.split("").toReversed()) pattern = `${letter}${GAP}(?:$|${pattern})`;
  return pattern;
}

/** From where a text that goes on must be kept back: its length, when nothing has to be. */
export function openFrom(text: string): number {
  const start = Math.max(0, text.length - LIKE_CHARS_MAX);
  const tail = text.slice(start);
  const letters = OPEN_LETTERS.exec(tail)?.index ?? tail.length;
  const number = OPEN_NUMBER.exec(tail)?.index ?? tail.length;
  const mail = OPEN_MAIL.exec(tail)?.index ?? tail.length;
  return start + Math.min(letters, number, mail);
}
