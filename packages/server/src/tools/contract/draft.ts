// Drafts a contract for a tool from its words and schemas, with a reason for each guess. It knows no
// tool by name; what it can't tell it takes to be the strictest. A person reviews what comes of it.
import type { Contract, ContractReaders } from "@stead/protocol";
import { draftEffect, firstSentence, type EffectDraft } from "./effect.ts";
import { argumentsOf, type Argument, type Listed } from "./listed.ts";
import { draftSinks, type SinkDraft } from "./sinks.ts";
import { dataClasses, PUBLIC_NOUNS, wordsIn } from "./words.ts";

export interface Reason {
  /** `effect`, `sinks.to`, `readers`, `result`, `fields.id`, … */
  readonly about: string;
  readonly words: string;
}

export interface Draft {
  readonly contract: Contract;
  readonly reasons: readonly Reason[];
}

export interface DraftOptions {
  /** The other tools of the same server: one of them may list who is in a channel. */
  readonly others: readonly Listed[];
  /** How a tool of that server is called here. */
  readonly called: (name: string) => string;
}

export function draftContract(tool: Listed, options: DraftOptions): Draft {
  const effect = draftEffect(tool);
  const args = argumentsOf(tool.inputSchema);
  const sinks = draftSinks({ effect: effect.effect, asks: effect.asks, args });
  const readers = draftReaders({ tool, effect, sinks, args, options });
  const result = draftResult(tool, effect);
  const fields = draftFields(tool);
  const contract: Contract = {
    effect: effect.effect,
    sinks: Object.fromEntries(sinks.map(({ path, sink }) => [path, sink])),
    ...(readers ? { readers: readers.readers } : {}),
    keyed: effect.effect === "read",
    result: result.label,
    ...(fields.length > 0
      ? { fields: Object.fromEntries(fields.map(({ name, field }) => [name, field])) }
      : {}),
    resultForCallerOnly: true,
  };
  return {
    contract,
    reasons: [
      ...effect.why.map((words) => ({ about: "effect", words })),
      ...sinks.map(({ path, why }) => ({ about: `sinks.${path}`, words: why })),
      ...(readers ? [{ about: "readers", words: readers.why }] : []),
      { about: "keyed", words: keyedWhy(effect) },
      { about: "result", words: result.why },
      ...fields.map(({ name, why }) => ({ about: `fields.${name}`, words: why })),
    ],
  };
}

function keyedWhy({ effect }: EffectDraft): string {
  return effect === "read"
    ? "reading twice changes nothing"
    : "nothing promises that a repeat has no second effect";
}

const PROGRAM = /command|script|code|sql|query|program/i;

interface ReadersDraft {
  readonly readers: ContractReaders;
  readonly why: string;
}

interface Reading {
  readonly tool: Listed;
  readonly effect: EffectDraft;
  readonly sinks: readonly SinkDraft[];
  readonly args: readonly Argument[];
  readonly options: DraftOptions;
}

function outside(why: string): ReadersDraft {
  return { readers: { kind: "outside" }, why };
}

function draftReaders(reading: Reading): ReadersDraft | undefined {
  const { tool, effect, sinks } = reading;
  if (effect.effect === "read" || effect.effect === "write-own" || effect.asks === "url")
    return undefined;
  if (effect.asks === "web") return outside("whoever answers the question reads it");
  if (effect.isUnknown) return outside("nobody can tell who comes to see what it carries");
  const words = wordsIn(`${tool.name} ${firstSentence(tool.description ?? "")}`);
  const open = words.find((word) => PUBLIC_NOUNS.has(word));
  if (open !== undefined) return outside(`“${open}”: anybody may read it`);
  if (sinks.some(({ sink }) => sink.kind === "url"))
    return outside("what stands behind an address is not known");
  if (sinks.some(({ path }) => PROGRAM.test(path)))
    return outside("what it runs may send anything anywhere");
  if (!carries(reading)) return undefined;
  const channel = sinks.find(({ people }) => people === "channel");
  if (channel) return inChannel(reading, channel);
  const people = sinks.filter((sink) => sink.people === "people" || sink.sink.kind === "iban");
  const isTold = effect.effect === "outward" || effect.effect === "money";
  if (isTold && people.length > 0)
    return {
      readers: { kind: "people", arguments: people.map(({ path }) => path) },
      why: "they get what it carries",
    };
  if (isTold) return outside("it goes out, and no argument says to whom");
  return {
    readers: { kind: "organisation" },
    why: "others may read what is written there; nothing says that fewer do",
  };
}

/** Does it bring any text of the model's along? An id or a yes tells nobody anything. */
function carries({ args, sinks, effect }: Reading): boolean {
  const named = new Set(sinks.map(({ path }) => path));
  const free = args.filter(
    ({ path, type, choices }) => type === "string" && choices.length === 0 && !named.has(path),
  );
  return free.length > 0 || (effect.effect === "outward" && sinks.length > 0);
}

function inChannel({ options }: Reading, { path }: SinkDraft): ReadersDraft {
  const members = options.others.flatMap((other) => {
    const words = wordsIn(other.name);
    const lists = words.some((word) =>
      /^(?:members?|users|participants|people|subscribers)$/.test(word),
    );
    const args = argumentsOf(other.inputSchema);
    const same = args.find((one) => one.path === path || wordsIn(one.path).includes(path));
    return lists && same && draftEffect(other).effect === "read"
      ? [{ tool: options.called(other.name), argument: same.path }]
      : [];
  })[0];
  return {
    readers: { kind: "channel", argument: path, ...(members ? { members } : {}) },
    why: members
      ? `whoever is in it reads it; ${members.tool} lists them`
      : "whoever is in it reads it; no tool lists them, so what not all may read is refused",
  };
}

function draftResult(
  tool: Listed,
  effect: EffectDraft,
): { readonly label: Contract["result"]; readonly why: string } {
  const words = wordsIn(`${tool.name} ${firstSentence(tool.description ?? "")}`);
  const classes = effect.effect === "read" || effect.isUnknown ? dataClasses(words) : [];
  const holds = classes.length > 0 ? `; its words tell of ${classes.join(", ")}` : "";
  return {
    label: { audience: [], classes, trust: "outside" },
    why: `nothing says who has written it, so anybody may have${holds}`,
  };
}

interface FieldDraft {
  readonly name: string;
  readonly field: { readonly trust: "record"; readonly classes: string[] };
  readonly why: string;
}

/** A system's own facts have a shape that leaves no room for words. */
function draftFields({ outputSchema }: Listed): FieldDraft[] {
  if (!outputSchema) return [];
  const found = new Map<string, FieldDraft>();
  const free = new Set<string>();
  for (const { name, type, format, choices } of argumentsOf(outputSchema)) {
    const isShaped = /^(?:uuid|date|date-time|time|email)$/.test(format) && format !== "email";
    const isId = /^(?:ids?|uuid)$/.test(wordsIn(name).at(-1) ?? "");
    const isNumber = type === "number" || type === "integer" || type === "boolean";
    if (isShaped || isId || isNumber || choices.length > 0)
      found.set(name, {
        name,
        field: { trust: "record", classes: [] },
        why: isId ? "the system gives it" : "it leaves no room for words of people’s",
      });
    else free.add(name);
  }
  // A name that means words elsewhere in the same result means nothing.
  return [...found.values()].filter(({ name }) => !free.has(name));
}
