// What a tool does at most, by its words: of several readings the one that reaches furthest.
import type { EffectClass } from "@stead/protocol";
import { argumentsOf, type Argument, type Listed } from "./listed.ts";
import { classOf, KEY_NOUNS, MONEY_NOUNS, WEB_NOUNS, wordsIn } from "./words.ts";

export interface EffectDraft {
  readonly effect: EffectClass;
  /** Why, in words. */
  readonly why: readonly string[];
  /** No word says what it does. */
  readonly isUnknown: boolean;
  /** It asks an address, or a search engine, of the model's choosing. */
  readonly asks?: "url" | "web";
}

const RANK: readonly EffectClass[] = [
  "read",
  "write-own",
  "write-shared",
  "outward",
  "irreversible",
  "money",
];
/** Where a description begins another thing that the tool does. */
const ACTS =
  /(?:^|[.;,:(]\s*|\b(?:and|then|also|or|will|can|may)\s+(?:then\s+|also\s+)?)([a-z]+)\b(?:\s+([a-z]+)\b)?/gi;
/** Words of descriptions that are names of things as often. */
const THINGS = new Set(
  (
    "list lists text mail email message messages post posts order orders call calls charge charges " +
    "report reports record records comment comments label labels tag tags note request requests issue " +
    "issues open format complete address contact contacts link links mark share shares tip place " +
    "store transfer transfers file files run runs pin log track push request trade bid fire close lock"
  ).split(" "),
);
const BEFORE_THINGS = new Set(
  "a an the it them your their his her this that each all any".split(" "),
);
const CHOOSES = new Set("method action operation mode op command verb event type kind".split(" "));
const OWN = /^(?:my|mine)$/;
const TOLD =
  /^(?:to|cc|bcc|recipients?|attendees?|invitees?|guests?|participants?|emails?|phone|webhook)$/;
const WRITES_HTTP = /^(?:POST|PUT|PATCH|DELETE)$/;

interface Reading {
  readonly effect: EffectClass;
  readonly why: string;
}

export function draftEffect(tool: Listed): EffectDraft {
  const words = wordsIn(`${tool.name} ${tool.title ?? ""}`);
  const description = tool.description ?? "";
  const named = readName(words);
  const told = readDescription(description);
  const args = argumentsOf(tool.inputSchema);
  const chosen = readChoices(args);
  const verbs = [...named, ...told, ...chosen];
  if (verbs.length === 0)
    return {
      effect: "irreversible",
      why: ["no word of its name or description says what it does"],
      isUnknown: true,
    };
  const readings = [...verbs, ...readHints(tool, verbs)];
  const nouns = new Set([...words, ...wordsIn(firstSentence(description))]);
  const top = highest(readings);
  if (top.effect === "read") return readsFrom({ tool, args, nouns, top });
  readings.push(...raised({ args, nouns, tool }));
  const last = highest(readings);
  if (last.effect === "write-shared" && words.some((word) => OWN.test(word)))
    return {
      effect: "write-own",
      why: [last.why, "its name says that it is the person's own"],
      isUnknown: false,
    };
  const why = readings.filter(({ effect }) => effect === last.effect).map((one) => one.why);
  return { effect: last.effect, why: [...new Set(why)], isUnknown: false };
}

/** What a write touches can make it more than a write. */
function raised(of: {
  readonly args: readonly Argument[];
  readonly nouns: ReadonlySet<string>;
  readonly tool: Listed;
}): Reading[] {
  const more: Reading[] = [];
  const names = new Set(wordsIn(`${of.tool.name} ${of.tool.title ?? ""}`));
  const money = [...of.nouns].find((noun) => MONEY_NOUNS.has(noun));
  if (money !== undefined)
    more.push({ effect: "money", why: `it changes something, and “${money}” is money` });
  const key = [...names].find((noun) => KEY_NOUNS.has(noun));
  if (key !== undefined)
    more.push({ effect: "irreversible", why: `“${key}” decides who may do what` });
  const told = of.args.find(({ name }) => wordsIn(name).some((word) => TOLD.test(word)));
  if (told) more.push({ effect: "outward", why: `those whom “${told.path}” names are told` });
  return more;
}

function readsFrom(of: {
  readonly tool: Listed;
  readonly args: readonly Argument[];
  readonly nouns: ReadonlySet<string>;
  readonly top: Reading;
}): EffectDraft {
  const { tool, args, nouns, top } = of;
  const url = args.find((one) => isUrl(one));
  if (url)
    return {
      effect: "outward",
      why: [`it reads whatever address “${url.path}” names: asking tells that place something`],
      isUnknown: false,
      asks: "url",
    };
  const web = [...nouns].find((noun) => WEB_NOUNS.has(noun));
  if (web !== undefined && args.length > 0)
    return {
      effect: "outward",
      why: [`it asks the ${web}: the question itself goes out`],
      isUnknown: false,
      asks: "web",
    };
  const why = [top.why];
  if (tool.annotations?.readOnlyHint === true) why.push("its server says that it only reads");
  return { effect: "read", why, isUnknown: false };
}

export function isUrl({ name, format, type, description }: Argument): boolean {
  if (type !== "string") return false;
  if (/^(?:uri|url|iri)(?:-reference)?$/.test(format)) return true;
  const words = wordsIn(name);
  const says =
    /^(?:urls?|uris?|href|link|links|endpoint|webhook|website|domain|host|hostname|callback|site)$/;
  return words.some((word) => says.test(word)) || /\b(?:url|uri|https?:)\b/i.test(description);
}

function readName(words: readonly string[]): Reading[] {
  const classes = words.map((word) => classOf(word));
  const first = classes.findIndex((effect) => effect !== undefined);
  return words.flatMap((word, i): Reading[] => {
    const effect = classes[i];
    if (effect === undefined) return [];
    // "get_order", "create_request": after a verb it is the name of a thing.
    const isThing = classes[first] === "read" || THINGS.has(word);
    if (i > first && isThing && !["and", "or"].includes(words[i - 1] ?? "")) return [];
    return [{ effect, why: `its name says “${word}”` }];
  });
}

function readDescription(description: string): Reading[] {
  const found: Reading[] = [];
  for (const match of description.matchAll(ACTS)) {
    const word = (match[1] ?? "").toLowerCase();
    const effect = classOf(word, true);
    // "and messages of" is a thing, "and messages the" an act.
    const isThing = THINGS.has(word) && match.index > 0 && !BEFORE_THINGS.has(match[2] ?? "");
    if (effect === undefined || isThing) continue;
    found.push({ effect, why: `its description says “${word}”` });
  }
  return found;
}

/** `method: create | delete`: whichever it is called with. */
function readChoices(args: readonly Argument[]): Reading[] {
  return args
    .filter(({ name, choices }) => choices.length > 0 && wordsIn(name).some((w) => CHOOSES.has(w)))
    .flatMap(({ path, choices }) =>
      choices.flatMap((choice): Reading[] => {
        const why = `“${path}” can be “${choice}”`;
        if (WRITES_HTTP.test(choice)) return [{ effect: "outward", why }];
        return readName(wordsIn(choice)).map(({ effect }) => ({ effect, why }));
      }),
    );
}

/** A server's hints make it stricter, never milder: they are its own to write. */
function readHints({ annotations }: Listed, verbs: readonly Reading[]): Reading[] {
  const isRead = verbs.every(({ effect }) => effect === "read");
  if (annotations?.destructiveHint === true && annotations.readOnlyHint !== true)
    return [{ effect: "irreversible", why: "its server says that it destroys" }];
  if (annotations?.readOnlyHint === false && isRead)
    return [{ effect: "write-shared", why: "its server says that it does more than read" }];
  return [];
}

function highest(readings: readonly Reading[]): Reading {
  return readings.reduce((a, b) => (RANK.indexOf(b.effect) > RANK.indexOf(a.effect) ? b : a));
}

export function firstSentence(text: string): string {
  return text.split(/(?<=[.!?])\s|\n/)[0] ?? "";
}
