// The canonical forms of a sink's value, by kind: two ways to write the same thing have a form in common.
import type { Sink } from "@stead/protocol";
import type { Json } from "../../lib/json.ts";
import { amountsIn, amountForms } from "./amount.ts";
import { datesIn } from "./date.ts";
import { ibanOf, ibanTextsIn } from "./iban.ts";

export type SinkKind = Sink["kind"];

/** What a value or a text is searched no further than. */
export const CHARS_MAX = 200_000;

export const MAIL = /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}.-]{1,253}\.[\p{L}]{2,24}/gu;
const PHONE = /(?:\+|\b00|\(|\b)\d(?:[\s()./-]{0,2}\d){6,14}\b/g;
/** What ends a sentence or a bracket around an address of the web. */
export const URL_END = /[.,;:!?)\]}>'"]+$/;
const TAIL = "[^\\s<>\"'`{}|\\\\^[\\]]";
const HOST = "(?:[\\p{L}\\p{N}-]{1,63}\\.){1,6}";
/** Names that files end in as well are no ends of hosts that stand alone. */
const ENDS =
  "com|org|net|info|biz|io|ai|app|dev|edu|gov|mil|int|eu|uk|de|fr|es|it|nl|be|ch|at|se|no|dk|fi|ie|" +
  "pt|gr|cz|hu|ro|bg|ua|ru|cn|jp|kr|in|au|nz|ca|us|mx|br|ar|cl|co|za|ng|ke|tr|il|ae|sa|sg|hk|tw|th|" +
  "vn|id|ph|my|me|tv|xyz|online|site|shop|store|tech|cloud|club|top|live|news|blog|example|test";
const URL_TEXT = new RegExp(
  `\\b(?:[a-z][a-z0-9+.-]{1,15}://|www\\.)${TAIL}{1,2000}` +
    `|(?<![\\p{L}\\p{N}@._-])${HOST}(?:(?:${ENDS})\\b(?![@\\p{L}\\p{N}_-])${TAIL}{0,2000}|[a-z]{2,24}/${TAIL}{0,2000})`,
  "giu",
);

/** Forms of a whole value; none: it is not of this kind, so it equals nothing. */
export function formsOf(value: Json, { kind, scale = 1 }: Pick<Sink, "kind" | "scale">): string[] {
  if (kind === "amount") return amountForms(value, scale);
  if (typeof value !== "string" && typeof value !== "number") return [];
  const text = String(value).normalize("NFKC").trim();
  if (text === "" || text.length > CHARS_MAX) return [];
  if (kind === "date") return datesIn(text);
  if (kind === "iban") return whole(text, ibanOf);
  if (kind === "phone") return whole(text, phoneOf);
  if (kind === "url") return whole(text, urlOf);
  if (kind === "path") return [pathOf(text)];
  if (kind === "recipient") return whole(text, nameOf);
  return [text.toLowerCase()];
}

/** Forms of everything of this kind that stands in a text; undefined: a kind with no shape of its own. */
export function formsIn(text: string, kind: SinkKind): Set<string> | undefined {
  const read = text.slice(0, CHARS_MAX).normalize("NFKC");
  if (kind === "amount") return new Set(amountsIn(read));
  if (kind === "date") return new Set(datesIn(read));
  if (kind === "iban") return found(ibanTextsIn(read).flat(), ibanOf);
  if (kind === "phone") return found(phoneTextsIn(read), phoneOf);
  if (kind === "url") return found(urlTextsIn(read), urlOf);
  return undefined;
}

export interface Embedded {
  readonly kind: SinkKind;
  readonly value: string;
}

/** Ways to reach somebody or something that stand in a text for people. */
export function embeddedIn(text: string): Embedded[] {
  const read = text.slice(0, CHARS_MAX).normalize("NFKC");
  const all = new Map<string, Embedded>();
  const add = (
    kind: SinkKind,
    texts: readonly string[],
    form: (value: string) => string | undefined,
  ) => {
    for (const value of texts) {
      const same = form(value);
      if (same !== undefined) all.set(`${kind} ${same}`, { kind, value });
    }
  };
  add("recipient", read.match(MAIL) ?? [], recipientOf);
  const ibans = ibanTextsIn(read).flatMap((ends) => ends.at(-1) ?? []);
  add("iban", ibans, ibanOf);
  add("url", read.match(URL_TEXT) ?? [], urlOf);
  add("phone", phoneTextsIn(read), phoneOf);
  return [...all.values()];
}

function whole(text: string, form: (text: string) => string | undefined): string[] {
  const same = form(text);
  return same === undefined ? [] : [same];
}

export function found(
  texts: readonly string[],
  form: (text: string) => string | undefined,
): Set<string> {
  return new Set(texts.flatMap((each) => form(each) ?? []));
}

export function phoneTextsIn(text: string): string[] {
  return text.match(PHONE) ?? [];
}

/** Also as far as a sentence goes whose next begins without a space: "www.example.org.They". */
export function urlTextsIn(text: string): string[] {
  const all = text.match(URL_TEXT) ?? [];
  return all.flatMap((each) => [each, each.replace(/(?<=[a-z])\.[A-Z][a-z].*$/s, "")]);
}

/** Its digits, with the country's where they are written: `00` and `+` are one. */
export function phoneOf(text: string): string | undefined {
  if (datesIn(text).length > 0 || /^\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?$/.test(text.trim()))
    return undefined;
  const isAbroad = /^\s*(?:\+|00)/.test(text);
  const digits = text.replaceAll(/\D/g, "").replace(/^00/, "");
  if (digits.length < 7 || digits.length > 15) return undefined;
  return isAbroad ? `+${digits}` : digits;
}

/** Host, path and query as a server gets them; how it is fetched is no part of where it leads. */
export function urlOf(text: string): string | undefined {
  const trimmed = text.replace(URL_END, "");
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed);
  const parsed = URL.parse(scheme ? trimmed : `https://${trimmed}`);
  if (!parsed || parsed.hostname === "" || !/[.:]/.test(parsed.hostname)) return undefined;
  const { protocol, username, password, host, pathname, search } = parsed;
  const web = protocol === "http:" || protocol === "https:";
  const port = web ? host.replace(/:(?:80|443)$/, "") : host;
  const who = username || password ? `${username}:${password}@` : "";
  const path = pathname.replace(/\/$/, "");
  return `${web ? "" : protocol}//${who}${port.toLowerCase()}${path}${search}`;
}

/** One that climbs (`..`) equals itself alone. */
function pathOf(text: string): string {
  const parts = text.replaceAll("\\", "/").split("/");
  const kept = parts.filter((part, i) => part !== "." && (part !== "" || i === 0));
  return kept.join("/") || "/";
}

/** Every mail address in a text, as it is compared. */
export function addressesIn(text: string): string[] {
  return [...text.normalize("NFKC").matchAll(MAIL)].map(([address]) => address.toLowerCase());
}

/** Of somebody who is known by a name: an account, a channel, a person. */
export const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._'’+-]{0,200}$/u;

/** Somebody's address, account or name, and nothing else that has letters in it. */
function nameOf(text: string): string | undefined {
  const plain = recipientOf(text);
  const isName = NAME.test(plain);
  return isName || addressesIn(plain).length === 1 ? plain : undefined;
}

/** A mail address stands for itself, whatever name is beside it. */
export function recipientOf(text: string): string {
  const [address] = text.match(MAIL) ?? [];
  const plain = address ?? ibanOf(text) ?? text.replace(/^[@#]/, "");
  return plain
    .replace(/^mailto:/i, "")
    .trim()
    .toLowerCase();
}
