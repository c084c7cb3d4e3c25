// Whether each value that decides where a call reaches was written by somebody trusted enough: what the
// model emits has the trust of all that it has read, unless the value, as a whole token of its kind, stands
// in something that a more trusted source wrote.
import type { Contract, Hold, Sink, Trust } from "@stead/protocol";
import { trustRank } from "../../access/label.ts";
import { canonical, isJsonObject, type Json, type JsonObject } from "../../lib/json.ts";
import { addressesIn, embeddedIn, MAIL, recipientOf, URL_END, type SinkKind } from "./canonical.ts";
import type { Leaf } from "./fields.ts";
import { spelledBy } from "./spelling.ts";
import { soughtOf, standsIn, type Sought, type Written } from "./stand.ts";

/** Something in the context that a value may be from. */
export interface Source extends Written {
  /** In words, for the card: "typed by Ada Park". */
  readonly words: string;
  /** Of what a tool brought: when, and what the model had asked it. */
  readonly from?: Mention;
}

/** Arguments that the model wrote, and when. */
export interface Mention {
  readonly step: number;
  readonly arguments: JsonObject;
}

export interface Judging {
  readonly contract: Contract;
  readonly arguments: JsonObject;
  /** Arguments that the agent's builder has set. */
  readonly presets: ReadonlySet<string>;
  /** The trust of all that the model had read. */
  readonly read: Trust;
  readonly sources: readonly Source[];
  /** Of calls that change something. */
  readonly mentions: readonly Mention[];
  /** Values that a person has seen and vouched for, in this run. */
  readonly endorsed: readonly { readonly kind: SinkKind; readonly value: Json }[];
}

export interface Traced extends Hold {
  readonly isHeld: boolean;
}

/** What links and addresses in a text for others need. */
const CONTENT: Trust = "colleague";
const VALUE_CHARS_MAX = 300;
const VALUES_MAX = 200;
const REACHING = new Set<Contract["effect"]>(["write-shared", "outward", "irreversible", "money"]);

/** Every value that decides where the call reaches, where it is from, and whether that is enough. */
export function traceSinks(judging: Judging): Traced[] {
  const { contract, presets } = judging;
  const traced: Traced[] = [];
  for (const [argument, sink] of Object.entries(contract.sinks)) {
    if (presets.has(argument.split(".")[0] ?? "")) continue;
    const values = valuesAt(judging.arguments, argument).flatMap((value) =>
      parts(value, sink.kind),
    );
    for (const value of values.slice(0, VALUES_MAX))
      traced.push(trace(judging, { argument, sink, value }));
  }
  if (!REACHING.has(contract.effect)) return traced;
  const isAimed =
    traced.length > 0 || Object.keys(contract.sinks).some((name) => presets.has(name));
  if (!isAimed && judging.read === "outside") traced.push(aimless(judging));
  return [...traced, ...contentOf(judging)];
}

/** Nothing in it can be compared with what the person wants, and outsiders had a say. */
function aimless({ read, contract }: Judging): Traced {
  const source = "chosen by the model after it had read text from outside";
  const of = { argument: "", kind: "id", value: contract.effect } as const;
  return { ...of, trust: read, needs: "record", source, isHeld: true };
}

function contentOf(judging: Judging): Traced[] {
  const { contract, presets } = judging;
  const traced: Traced[] = [];
  for (const [argument, given] of Object.entries(judging.arguments)) {
    if (presets.has(argument) || argument in contract.sinks) continue;
    for (const text of textsIn(given))
      for (const { kind, value: written } of embeddedIn(text).slice(0, VALUES_MAX)) {
        const value = kind === "url" ? written.replace(URL_END, "") : written;
        traced.push(trace(judging, { argument, sink: { kind, trust: CONTENT }, value }));
      }
  }
  return traced.filter(({ isHeld }) => isHeld);
}

interface Asked {
  readonly argument: string;
  readonly sink: Sink;
  readonly value: Json;
}

function trace(judging: Judging, { argument, sink, value }: Asked): Traced {
  const { kind, trust: needs } = sink;
  const shown = typeof value === "string" ? value : canonical(value);
  const of = { argument, kind, value: shown.slice(0, VALUE_CHARS_MAX), needs };
  const sought = soughtOf(sink, value);
  const isEndorsed = judging.endorsed.some(
    (each) =>
      each.kind === kind &&
      spelledBy(each.value, sink).some((form) => sought.spelled.includes(form)),
  );
  if (isEndorsed)
    return { ...of, trust: "person", source: "vouched for in this run", isHeld: false };
  // What nobody wrote the model has made up, whatever it had read.
  let best: { trust: Trust; source: string } | undefined;
  const mentioned = firstMention(judging.mentions, sought);
  for (const source of judging.sources) {
    if (source.from && isEcho(source.from, sought, mentioned)) continue;
    const trust = standsIn(source, sought);
    if (trust !== undefined && (!best || trustRank(trust) < trustRank(best.trust)))
      best = { trust, source: source.words };
  }
  const { trust, source } = best ?? { trust: "outside", source: "chosen by the model" };
  return { ...of, trust, source, isHeld: trustRank(trust) > trustRank(needs) };
}

/** A tool may bring back what the model has put there, or has just asked it. */
function isEcho(from: Mention, sought: Sought, mentioned: number): boolean {
  return from.step >= mentioned || isMentioned(from.arguments, sought);
}

/** The first step in which the model wrote the value itself. */
function firstMention(mentions: readonly Mention[], sought: Sought): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { step, arguments: given } of mentions)
    if (step < first && isMentioned(given, sought)) first = step;
  return first;
}

// An event's arguments do not change, and are looked at for every value of every later call.
const written = new WeakMap<JsonObject, Written>();

function isMentioned(given: JsonObject, sought: Sought): boolean {
  let own = written.get(given);
  if (!own) {
    const leaves = [...scalarsIn(given)].map((value): Leaf => ({
      name: "",
      value,
      trust: "outside",
    }));
    own = { trust: "outside", text: "", leaves, isTyped: false, isMention: true };
    written.set(given, own);
  }
  return standsIn(own, sought) !== undefined;
}

function* scalarsIn(value: Json): Generator<string | number> {
  if (typeof value === "string" || typeof value === "number") yield value;
  else if (Array.isArray(value)) for (const each of value) yield* scalarsIn(each);
  else if (isJsonObject(value)) for (const each of Object.values(value)) yield* scalarsIn(each);
}

/** Values of an argument, of a field within it (`a.b`), and of each of a list's. */
export function valuesAt(given: JsonObject, path: string): Json[] {
  let found: Json[] = [given];
  for (const name of path.split("."))
    found = found.flatMap((value) => {
      const each = Array.isArray(value) ? value : [value];
      return each.flatMap((one): Json[] =>
        isJsonObject(one) && Object.hasOwn(one, name) ? [one[name] ?? null] : [],
      );
    });
  return found
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter((v) => v !== null && v !== "");
}

/** Whom an argument names, each on their own. */
export function recipientsAt(given: JsonObject, path: string): string[] {
  return valuesAt(given, path)
    .flatMap((value) => parts(value, "recipient"))
    .map((value) => (typeof value === "string" ? recipientOf(value) : canonical(value)));
}

/** Several addresses in one text are several values, and whatever else is among them is one as well. */
function parts(value: Json, kind: SinkKind): Json[] {
  if (kind !== "recipient" || typeof value !== "string" || !value.includes("@")) return [value];
  const all: string[] = [];
  for (const part of value.split(/[,;\n]/)) {
    const addresses = addressesIn(part);
    // A name beside one address is no other, and judged with it.
    if (addresses.length > 1) all.push(...(part.normalize("NFKC").match(MAIL) ?? []));
    const isMore = addresses.length < 2 || part.replaceAll(MAIL, "").trim() !== "";
    if (isMore && part.trim() !== "") all.push(part.trim());
  }
  return all;
}

function* textsIn(value: Json): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const each of value) yield* textsIn(each);
  else if (isJsonObject(value)) for (const each of Object.values(value)) yield* textsIn(each);
}
