// What stands in a text or in the fields of a result, by canonical form. Indexed once for each kind of value,
// for a run asks about the same texts at every call.
import type { Sink, Trust } from "@stead/protocol";
import { trustRank } from "../../access/label.ts";
import { canonical, type Json } from "../../lib/json.ts";
import { formsIn, formsOf, type SinkKind } from "./canonical.ts";
import { datesIn } from "./date.ts";
import type { Leaf } from "./fields.ts";
import { readable, spelledBy, spelledIn, spelledOf } from "./spelling.ts";

/** Something that a value may be from. */
export interface Written {
  readonly trust: Trust;
  readonly text: string;
  /** Of a structured result: then a value is one of these, or stands in the text of one. */
  readonly leaves?: readonly Leaf[] | undefined;
  /** A person's own words, in which also a short number means what it says. */
  readonly isTyped: boolean;
  /** It is asked whether the value may have been put there: then one that looks alike will do. */
  readonly isMention?: boolean;
}

export interface Sought {
  /** As it is spelled. */
  readonly spelled: readonly string[];
  /** And in whichever spelling. */
  readonly alike: readonly string[];
  readonly sink: Sink;
  readonly value: Json;
}

export function soughtOf(sink: Sink, value: Json): Sought {
  return { sink, value, spelled: spelledOf(value, sink), alike: formsOf(value, sink) };
}

/** Numbers and ids that are shorter stand everywhere, and mean nothing there. */
const SHORT = 6;
/** The most that a text can vouch for which the person did not type. */
const TEXT: Trust = "colleague";

interface Index {
  /** Whole fields. */
  readonly whole: ReadonlyMap<string, Trust>;
  /** Words of texts, of a kind that can be told by its shape. */
  readonly words: ReadonlyMap<string, Trust> | undefined;
  /** The texts, of any other kind. */
  readonly texts: ReadonlyMap<Trust, string>;
}

const known = new WeakMap<Written, Map<string, Index>>();

/**
 * The trust of the best place that holds the value; undefined: there is none. A record vouches for its
 * fields, not for what somebody has written into a text of it.
 */
export function standsIn(written: Written, sought: Sought): Trust | undefined {
  const { sink, value } = sought;
  const forms = written.isMention ? sought.alike : sought.spelled;
  if (forms.length === 0) return undefined;
  const { whole, words, texts } = indexOf(written, sink);
  const found = forms.flatMap((form) => whole.get(form) ?? []);
  const shown = typeof value === "string" ? value.trim() : canonical(value);
  const isNumber = sink.kind === "amount" || sink.kind === "id";
  const isShort = isNumber && shown.replace(/^[-+]/, "").length < SHORT;
  const isNobody = sink.kind === "recipient" && !mayBeSomebody(shown);
  if (!isNobody && (!isShort || written.isTyped)) {
    if (words) found.push(...forms.flatMap((form) => words.get(form) ?? []));
    else
      for (const [trust, text] of texts)
        if (forms.some((form) => holdsToken(text, form))) found.push(trust);
  }
  return mostTrusted(found);
}

/** A number in a text is an account where it is long enough; a day or a share is none. */
function mayBeSomebody(shown: string): boolean {
  if (/\p{L}/u.test(shown)) return true;
  return /^[@#]?\d(?:[ -]?\d){5,}$/.test(shown) && datesIn(shown).length === 0;
}

function mostTrusted(found: readonly Trust[]): Trust | undefined {
  return found.toSorted((a, b) => trustRank(a) - trustRank(b))[0];
}

function indexOf(written: Written, { kind, scale = 1 }: Sink): Index {
  const all = known.get(written) ?? new Map<string, Index>();
  known.set(written, all);
  const key = `${kind} ${scale}`;
  const index = all.get(key) ?? makeIndex(written, { kind, scale });
  all.set(key, index);
  return index;
}

function makeIndex(written: Written, sink: Pick<Sink, "kind" | "scale">): Index {
  const whole = new Map<string, Trust>();
  const words = new Map<string, Trust>();
  const texts = new Map<Trust, string>();
  let hasShape = false;
  const { isMention = false } = written;
  const formsBy = isMention ? formsOf : spelledBy;
  const addText = (text: string, own: Trust): void => {
    const isBetter = !written.isTyped && trustRank(own) < trustRank(TEXT);
    const trust = isBetter ? TEXT : own;
    const forms = isMention ? formsIn(text, sink.kind) : spelledIn(text, sink.kind);
    if (forms) {
      hasShape = true;
      for (const form of forms) better(words, form, trust);
      return;
    }
    const before = texts.get(trust);
    const read = isMention ? lowered(text, sink.kind) : readable(text, sink.kind);
    texts.set(trust, before === undefined ? read : `${before}\n${read}`);
  };
  if (!written.leaves) addText(written.text, written.trust);
  for (const { name, value, trust } of written.leaves ?? []) {
    if (isOther(name, value, sink.kind)) continue;
    for (const form of formsBy(value, { kind: sink.kind })) better(whole, form, trust);
    if ((sink.scale ?? 1) !== 1)
      for (const form of formsBy(value, sink)) better(whole, form, trust);
    const isText = typeof value === "string" && value.length > SHORT;
    // Whoever makes a thing chooses its name: what is a record's stands for itself, as a whole.
    if (isText && trustRank(trust) >= trustRank(TEXT)) addText(value, trust);
  }
  return { whole, words: hasShape ? words : undefined, texts };
}

const ID_NAME = /(?:^|[_-])ids?$|I[Dd]s?$/;

const SOMEBODY_NAME =
  /account|acct|recipient|payee|sender|user|member|customer|person|owner|contact|phone|number|ids?$/i;

/** The number of a thing is no amount, an amount is no number of a thing, and neither is somebody. */
function isOther(name: string, value: string | number, kind: SinkKind): boolean {
  if (kind === "recipient" && name !== "" && !/\p{L}/u.test(String(value)))
    return !SOMEBODY_NAME.test(name);
  if (name === "" || (kind !== "amount" && kind !== "id")) return false;
  return kind === "amount" ? ID_NAME.test(name) : typeof value === "number" && !ID_NAME.test(name);
}

function better(index: Map<string, Trust>, form: string, trust: Trust): void {
  const before = index.get(form);
  if (before === undefined || trustRank(trust) < trustRank(before)) index.set(form, trust);
}

function lowered(text: string, kind: SinkKind): string {
  const plain = text.normalize("NFKC");
  return kind === "path" ? plain : plain.toLowerCase();
}

const JOINS = /[-./\\:@_]/;
const SLASH = /[/\\]/;
const WORD = /[\p{L}\p{N}_]/u;

/** Whole tokens only: "12" stands neither in "1200" nor in "A-12/7". */
export function holdsToken(text: string, token: string): boolean {
  for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + 1))
    if (isEdge(text, at - 1, -1) && isEdge(text, at + token.length, 1)) return true;
  return false;
}

/** Marks between letters join them; at the end of a word they end it. */
function isEdge(text: string, from: number, step: 1 | -1): boolean {
  // A path that begins elsewhere, or goes on, is another path.
  if (SLASH.test(text[from] ?? " ")) return false;
  let at = from;
  while (JOINS.test(text[at] ?? " ")) at += step;
  return !WORD.test(text[at] ?? " ");
}
