// A sink's value as a source spells it. What is sent is the model's own spelling, so two are the same here only
// where every system takes them for the same: spacing, how a number or a day is written, the case of a host.
// `canonical.ts` is looser: there two are alike that somebody might take for each other.
import type { Sink } from "@stead/protocol";
import type { Json } from "../../lib/json.ts";
import { amountForms, amountReadings, readAmountsIn } from "./amount.ts";
import {
  CHARS_MAX,
  found,
  MAIL,
  NAME,
  phoneOf,
  phoneTextsIn,
  URL_END,
  urlOf,
  urlTextsIn,
  type SinkKind,
} from "./canonical.ts";
import { datedIn } from "./date.ts";
import { ibanOf, ibanTextsIn } from "./iban.ts";

type Kind = Pick<Sink, "kind" | "scale">;

/** Whoever gets it may read it in any of these ways: all of them must stand in the source. */
const EITHER = "|";
const TIME = /^[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}|[ap]m))?$/i;
const ADDRESS = new RegExp(`^${MAIL.source}$`, "u");
const NAMED_ADDRESS = new RegExp(
  `^(?:"?[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} .'’-]{0,100}"? ?)?<(${MAIL.source})>$`,
  "u",
);

/** The forms of a whole value; none: it is not written as one of its kind is. */
export function spelledOf(value: Json, { kind, scale = 1 }: Kind): string[] {
  if (kind === "amount") return amountSpelled(value, scale, together);
  const text = textOf(value);
  if (text === undefined) return [];
  if (kind === "date") return together(dayReadings(text));
  if (kind === "url") return urlSpelled(text);
  const form = wholeOf(text, kind);
  return form === undefined ? [] : [form];
}

/** What a field that is this value vouches for. */
export function spelledBy(value: Json, { kind, scale = 1 }: Kind): string[] {
  if (kind === "amount") return amountSpelled(value, scale, each);
  const text = textOf(value);
  if (text === undefined) return [];
  if (kind === "date") return each(dayReadings(text));
  return kind === "url" ? urlsSpelled(text) : spelledOf(value, { kind, scale });
}

/** All of this kind that a text vouches for; undefined: a kind with no shape of its own. */
export function spelledIn(text: string, kind: SinkKind): Set<string> | undefined {
  const read = text.slice(0, CHARS_MAX).normalize("NFC");
  if (kind === "amount") return new Set(readAmountsIn(read).flatMap(each));
  if (kind === "date") return new Set(datedIn(read).flatMap(({ readings }) => each(readings)));
  if (kind === "iban") return found(ibanTextsIn(read).flat(), ibanSpelled);
  if (kind === "phone") return found(phoneTextsIn(read), phoneSpelled);
  if (kind === "url") return new Set(urlTextsIn(read).flatMap(urlsSpelled));
  return undefined;
}

/** A text in which a value of a kind without a shape is looked for as a token. */
export function readable(text: string, kind: SinkKind): string {
  const plain = text.normalize("NFC");
  return kind === "recipient" ? plain.replaceAll(MAIL, addressSpelled) : plain;
}

function textOf(value: Json): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = String(value).normalize("NFC").trim();
  return text === "" || text.length > CHARS_MAX ? undefined : text;
}

function wholeOf(text: string, kind: SinkKind): string | undefined {
  if (kind === "iban") return ibanSpelled(text);
  if (kind === "phone") return phoneSpelled(text);
  if (kind === "path") return pathSpelled(text);
  return kind === "recipient" ? recipientSpelled(text) : text;
}

/** Each reading, and all of them as they stand together. */
function each(readings: readonly string[]): string[] {
  return readings.length > 1 ? [...readings, readings.join(EITHER)] : [...readings];
}

function together(readings: readonly string[]): string[] {
  return readings.length > 1 ? [readings.join(EITHER)] : [...readings];
}

function amountSpelled(
  value: Json,
  scale: number,
  read: (readings: readonly string[]) => string[],
): string[] {
  if (typeof value !== "string") return amountForms(value, scale);
  const readings = amountReadings(value.normalize("NFC"));
  if (scale === 1) return read(readings);
  const [only] = readings;
  return only !== undefined && readings.length === 1 ? amountForms(Number(only), scale) : [];
}

/** Of a value that is one day, with or without a time; none: it says something else as well. */
function dayReadings(text: string): readonly string[] {
  const [day, other] = datedIn(text);
  if (!day || other || !text.startsWith(day.text)) return [];
  const rest = text.slice(day.text.length);
  return rest === "" || TIME.test(rest) ? day.readings : [];
}

function ibanSpelled(text: string): string | undefined {
  return /^[A-Za-z\d -]+$/.test(text) ? ibanOf(text) : undefined;
}

function phoneSpelled(text: string): string | undefined {
  return /^[+(]?[\d ()./\u00a0-]+$/.test(text) ? phoneOf(text) : undefined;
}

/** Steps that lead nowhere are no difference; where a path begins is. */
function pathSpelled(text: string): string {
  const parts = text.split("/").filter((part, i) => part !== "." && (part !== "" || i === 0));
  return parts.join("/") || "/";
}

function recipientSpelled(text: string): string | undefined {
  const address = ADDRESS.test(text) ? text : NAMED_ADDRESS.exec(text)?.[1];
  if (address !== undefined) return addressSpelled(address);
  const plain = text.replace(/^[@#]/, "");
  return ibanSpelled(plain) ?? (NAME.test(plain) ? plain : undefined);
}

/** Hosts have no case; what stands before the sign may. */
function addressSpelled(address: string): string {
  const at = address.lastIndexOf("@");
  return `${address.slice(0, at)}${address.slice(at).toLowerCase()}`;
}

const URL_PARTS = /^([a-z][a-z0-9+.-]*:\/\/)?([^/?#]*)([^?#]*?)\/?([?#].*)?$/is;
const ANY = "*://";

interface UrlParts {
  /** `https://`; empty: it does not say. */
  readonly scheme: string;
  readonly rest: string;
}

function urlParts(text: string): UrlParts | undefined {
  if (/[\s\\\p{C}]/u.test(text) || urlOf(text) === undefined) return undefined;
  const [, scheme = "", authority = "", path = "", more = ""] = URL_PARTS.exec(text) ?? [];
  const at = authority.lastIndexOf("@") + 1;
  const host = `${authority.slice(0, at)}${authority.slice(at).toLowerCase()}`;
  return { scheme: scheme.toLowerCase(), rest: `${host}${path}${more}` };
}

function urlSpelled(text: string): string[] {
  const parts = urlParts(text);
  return parts ? [`${parts.scheme || ANY}${parts.rest}`] : [];
}

/** One that names no scheme is reached by either of the web's. */
function urlsSpelled(text: string): string[] {
  const parts = urlParts(text.replace(URL_END, ""));
  if (!parts) return [];
  const schemes = parts.scheme === "" ? ["http://", "https://"] : [parts.scheme];
  return [ANY, ...schemes].map((scheme) => `${scheme}${parts.rest}`);
}
