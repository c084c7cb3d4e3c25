// Drafts a contract for a tool from its words and schemas, with a reason for each guess. It knows no
// tool by name; what it can't tell it takes to be the strictest. A person reviews what comes of it.
import type { Contract, ContractReaders } from "@stead/protocol";
import { draftEffect, firstSentence, type EffectDraft } from "./effect.ts";
import { argumentsOf, type Argument, type Listed } from "./listed.ts";
import { draftResult, fieldsOf } from "./results.ts";
import { draftSinks, saysWhen, type SinkDraft } from "./sinks.ts";
import { PUBLIC_NOUNS, wordsIn } from "./words.ts";

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
  const others = options.others.filter(({ name }) => name !== tool.name);
  const result = draftResult({ tool, effect, others });
  const contract: Contract = {
    effect: effect.effect,
    sinks: Object.fromEntries(sinks.map(({ path, sink }) => [path, sink])),
    ...(readers ? { readers: readers.readers } : {}),
    keyed: effect.effect === "read",
    result: result.label,
    ...fieldsOf(result),
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
      ...result.fields.map(({ name, why }) => ({ about: `fields.${name}`, words: why })),
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

/** What a sink stands for is given along, if somebody gets something. */
const GIVING = new Set(["id", "path", "url"]);

/** Does it bring any text of the model's along? A day or a yes tells nobody anything. */
function carries({ args, sinks }: Reading): boolean {
  const named = new Set(sinks.map(({ path }) => path));
  const isGiven = sinks.some(({ people }) => people !== undefined);
  if (isGiven && sinks.some(({ people, sink }) => !people && GIVING.has(sink.kind))) return true;
  return args.some(
    (one) =>
      one.type === "string" && one.choices.length === 0 && !named.has(one.path) && !saysWhen(one),
  );
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
