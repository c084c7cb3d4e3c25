// Which arguments decide where a call reaches, by their names, formats and descriptions.
import type { EffectClass, Sink, Trust } from "@stead/protocol";
import { isUrl } from "./effect.ts";
import type { Argument } from "./listed.ts";
import { wordsIn } from "./words.ts";

export interface SinkDraft {
  readonly path: string;
  readonly sink: Sink;
  readonly why: string;
  /** Somebody stands behind it, or a place where people read. */
  readonly people?: "people" | "channel";
}

type Kind = Sink["kind"];
interface Rule {
  readonly kind: Kind;
  readonly words?: RegExp;
  readonly says?: RegExp;
  readonly format?: RegExp;
  readonly why: string;
  readonly people?: "people" | "channel";
}

const STRING_RULES: readonly Rule[] = [
  { kind: "iban", words: /^(?:iban|bic)$/, says: /\biban\b/i, why: "it is a bank account" },
  {
    kind: "recipient",
    words:
      /^(?:to|cc|bcc|recipients?|emails?|mail|attendees?|invitees?|participants?|guests?|users?|username|members?|persons?|people|assignees?|reviewers?|contacts?|addressees?|receivers?|payee|beneficiary|employees?|customers?|patients?|collaborators?|friend|manager)$/,
    format: /^(?:idn-)?email$/,
    says: /\b(?:e-?mail addresses?|recipients?|(?:user|person|member)s? to)\b/i,
    why: "it names people",
    people: "people",
  },
  {
    kind: "recipient",
    words: /^(?:channels?|rooms?|groups?|topic|team|audience|list|thread|chat|conversation|space)$/,
    why: "people read what is put there",
    people: "channel",
  },
  {
    kind: "phone",
    words: /^(?:phone|mobile|tel|telephone|fax|msisdn)$/,
    why: "it is a phone number",
  },
  {
    kind: "path",
    words:
      /^(?:path|paths|file|files|filename|filepath|directory|dir|folder|source|destination|dest|attachments?)$/,
    why: "it says where files are",
  },
  {
    kind: "id",
    words:
      /^(?:ids?|owner|actor|uuid|guid|key|number|no|ref|reference|sha|code|ticket|slug|handle|account|repo|repository|project|branch|base|head|table|database|db|calendar|workspace|organization|organisation|org|tenant|role|permission|status|state|bucket|index|queue|cluster|server|device|service|environment|instance|sku|product|item|order|parent|target|password|passcode|secret|token|command|script|code|sql|query|expression|program)$/,
    why: "it says on what, or what, it acts",
  },
];
const AMOUNT =
  /^(?:amount|amounts|price|total|sum|cost|fee|fees|budget|salary|quantity|qty|value|cents|balance|limit|units|shares|rate|percent|dose|dosage)$/;
/** When something is says nothing of where it reaches. */
const WHEN =
  /^(?:date|day|due|deadline|start|end|when|until|since|time|at|timestamp|datetime|timezone)$/;
const CONTENT =
  /^(?:text|body|content|contents|message|messages|subject|title|description|note|notes|comment|comments|summary|name|label|labels|tags?|caption|html|markdown|reason|topic|details|data|agenda|memo|emoji|reaction|language|format|color|colour|first|last|street|city|zip|country|address|location|venue|place)$/;
const SCALE_CENTS = /\b(?:in cents|cents|minor units?|pence|pennies)\b/i;
const STRICT: readonly EffectClass[] = ["outward", "irreversible", "money"];

export interface Drafting {
  readonly effect: EffectClass;
  readonly asks?: "url" | "web" | undefined;
  readonly args: readonly Argument[];
}

export function draftSinks({ effect, args, asks }: Drafting): SinkDraft[] {
  if (effect === "read") return [];
  // The question that a search engine is asked is text; what it may carry its readers decide.
  if (asks === "web") return args.flatMap((one) => (isUrl(one) ? (sinkOf(one, effect) ?? []) : []));
  return args.flatMap((argument) => sinkOf(argument, effect) ?? []);
}

function sinkOf(argument: Argument, effect: EffectClass): SinkDraft | undefined {
  const { path, name, type, choices } = argument;
  const words = wordsIn(name);
  if (type === "boolean") return undefined;
  if (type === "number" || type === "integer") return numberSink(argument, effect);
  if (isUrl(argument)) return made(argument, effect, { kind: "url", why: "it is an address" });
  const rule = STRING_RULES.find((one) => applies(one, argument, words));
  const isPlain = rule === undefined || (rule.kind === "id" && choices.length > 0);
  if (rule && !isPlain) return made(argument, effect, rule);
  if (choices.length > 0 || words.some((word) => CONTENT.test(word))) return undefined;
  if (saysWhen(argument)) return undefined;
  if (effect === "write-own") return undefined;
  const trust: Trust = STRICT.includes(effect) ? "person" : "colleague";
  return {
    path,
    sink: { kind: "id", trust },
    why: "nothing says that it is mere content, so it is taken to decide something",
  };
}

export function saysWhen({ name, format }: Argument): boolean {
  return /^(?:date|date-time|time)$/.test(format) || WHEN.test(wordsIn(name).at(-1) ?? "");
}

function applies(rule: Rule, argument: Argument, words: readonly string[]): boolean {
  const { format, description } = argument;
  if (rule.format?.test(format)) return true;
  // The last word says what it is: a `user_email` is an address, a `file_name` a file.
  const last = words.at(-1) ?? "";
  if (rule.words?.test(last)) return true;
  if (last === "id" || last === "ids") return namesPeople(rule, words.at(-2) ?? "");
  if (last === "name") return rule.words?.test(words.at(-2) ?? "") === true;
  if (rule.says?.test(description)) return true;
  return rule.kind !== "id" && words.slice(0, -1).some((word) => rule.words?.test(word));
}

/** A `user_id` is a person; an `email_id` is a mail's, and a `file_id` no path. */
function namesPeople({ people, words }: Rule, thing: string): boolean {
  return people !== undefined && !/^e?mails?$/.test(thing) && words?.test(thing) === true;
}

function numberSink(argument: Argument, effect: EffectClass): SinkDraft | undefined {
  const words = wordsIn(argument.name);
  const text = `${argument.name} ${argument.description}`;
  if (words.some((word) => AMOUNT.test(word)) || /\bamount\b/i.test(argument.description)) {
    const isCents = SCALE_CENTS.test(wordsIn(text).join(" "));
    const { path } = argument;
    const sink = { kind: "amount" as const, trust: trustOf("amount", effect) };
    return {
      path,
      sink: isCents ? { ...sink, scale: 100 } : sink,
      why: isCents ? "it is an amount, in cents" : "it is an amount",
    };
  }
  if (
    /^(?:page|limit|offset|size|count|width|height|depth|n|max|min|lines|timeout)$/.test(
      words.at(-1) ?? "",
    )
  )
    return undefined;
  return made(argument, effect, { kind: "id", why: "it is a number by which something is named" });
}

function made({ path }: Argument, effect: EffectClass, rule: Rule): SinkDraft {
  const { kind, why, people } = rule;
  const sink: Sink = { kind, trust: trustOf(kind, effect) };
  return { path, sink, why, ...(people ? { people } : {}) };
}

/** Whom and how much a person says, or a system of record; what can't be undone, a person alone. */
function trustOf(kind: Kind, effect: EffectClass): Trust {
  if (effect === "write-own") return "colleague";
  if (effect === "irreversible") return "person";
  if (kind === "url" || kind === "path") return "colleague";
  if (kind === "id" && effect === "write-shared") return "colleague";
  return "record";
}
