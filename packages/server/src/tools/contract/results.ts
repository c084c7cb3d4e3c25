// Who can have written a tool's result, by what the tool reads: what people of any kind write vouches for
// nothing, what a system keeps of itself does, value by value.
import type { Contract, Label } from "@stead/protocol";
import { draftEffect, firstSentence, type EffectDraft } from "./effect.ts";
import { argumentsOf, type Argument, type Listed } from "./listed.ts";
import { draftSinks, saysWhen } from "./sinks.ts";
import { classOf, dataClasses, wordsIn } from "./words.ts";

export interface ResultDraft {
  readonly label: Label;
  readonly why: string;
  readonly fields: readonly FieldDraft[];
}

interface FieldDraft {
  readonly name: string;
  readonly field: { readonly trust: "record"; readonly classes: string[] };
  readonly why: string;
}

interface Reading {
  readonly tool: Listed;
  readonly effect: EffectDraft;
  /** The other tools of the same server. */
  readonly others: readonly Listed[];
}

/** What people write, of whom some are strangers. */
const WRITTEN = set(
  "mail mails email emails inbox mailbox outbox sent draft drafts sms message messages chat chats thread " +
    "threads conversation conversations channel-messages dm dms note notes comment comments reply " +
    "replies review reviews rating ratings feedback ticket tickets issue issues request requests pull " +
    "form forms submission submissions survey answer answers post posts tweet tweets feed news story " +
    "article articles blog page pages webpage webpages site website web wiki file files document " +
    "documents doc docs attachment attachments pdf sheet spreadsheet slide slides content contents text " +
    "body transcript transcripts recording log logs history description descriptions memo letter " +
    "letters clipboard screen image images code commit commits diff readme application applications " +
    "resume cv complaint complaints invitation invitations notification notifications alert alerts search",
);
/** Who wrote it to whom is the system's to say, where people of one house talk. */
const TALK = set(
  "message messages chat chats thread threads conversation conversations channel dm",
);
const TALK_FIELDS = "sender author user recipient channel".split(" ");
const IDS = "id id_ _id uuid".split(" ");
const CUT = set("by in for from of with to on at via per between within and or");
const EMPTY = set(
  "get list read search find fetch show view all most recent latest last new unread my current the a " +
    "info information details detail data full any single many number",
);

export function draftResult(reading: Reading): ResultDraft {
  const { tool, effect } = reading;
  const words = wordsIn(`${tool.name} ${firstSentence(tool.description ?? "")}`);
  const classes = effect.effect === "read" || effect.isUnknown ? dataClasses(words) : [];
  const holds = classes.length > 0 ? `; its words tell of ${classes.join(", ")}` : "";
  const fields = [...schemaFields(tool), ...namedFields(reading)];
  const named = [...new Map(fields.map((one) => [one.name, one])).values()];
  const doubt = doubtOf(reading);
  const trust = doubt === undefined ? "record" : "outside";
  const said =
    doubt ?? "it tells what the system keeps of itself, so a value that stands alone counts";
  return { label: { audience: [], classes, trust }, why: `${said}${holds}`, fields: named };
}

/** Why what it gives vouches for nothing; undefined: the system itself keeps it. */
function doubtOf({ tool, effect, others }: Reading): string | undefined {
  if (effect.effect !== "read" || effect.isUnknown)
    return "nothing says who has written it, so anybody may have";
  const nouns = nounsOf(tool);
  if (nouns.length === 0) return "nothing says who has written it, so anybody may have";
  const written = nouns.find((noun) => WRITTEN.has(noun));
  if (written !== undefined) return `“${written}”: people write it, strangers among them`;
  const writer = others.find((other) => writesUnheld(other, nouns));
  return writer && `${writer.name} puts words into it that nobody has looked at`;
}

/** What an agent may write unasked must not vouch for anything when it is read again. */
function writesUnheld(other: Listed, nouns: readonly string[]): boolean {
  const { effect, asks } = draftEffect(other);
  if (effect === "read") return false;
  // "send channel message" writes messages; "get channels" reads channels.
  const [made, told] = [nounsOf(other).at(-1), nouns.at(-1)];
  if (made === undefined || told === undefined || singular(made) !== singular(told)) return false;
  const args = argumentsOf(other.inputSchema);
  const held = new Set(draftSinks({ effect, asks, args }).map(({ path }) => path));
  return args.some((one) => isText(one) && !held.has(one.path));
}

function isText(one: Argument): boolean {
  return one.type === "string" && one.choices.length === 0 && !saysWhen(one);
}

/** What its name says that it is about: the words before "by", "in", "for" and after its verb. */
function nounsOf({ name }: Listed): string[] {
  const words = wordsIn(name);
  const verb = words.findIndex((word) => classOf(word) !== undefined);
  const from = words.findIndex((word, i) => i > 0 && CUT.has(word));
  const kept = (part: readonly string[]): string[] =>
    part.filter((word) => word !== words[verb] && !EMPTY.has(word) && !CUT.has(word));
  const head = kept(from < 0 ? words : words.slice(0, from));
  // "append to file" is about what comes after.
  return head.length > 0 ? head : kept(words.slice(from + 1));
}

function singular(word: string): string {
  return word.replace(/ies$/, "y").replace(/s$/, "");
}

/** A system's own facts have a shape that leaves no room for words. */
function schemaFields({ outputSchema }: Listed): FieldDraft[] {
  if (!outputSchema) return [];
  const found = new Map<string, FieldDraft>();
  const free = new Set<string>();
  for (const { name, type, format, choices } of argumentsOf(outputSchema)) {
    const isShaped = /^(?:uuid|date|date-time|time)$/.test(format);
    const isId = /^(?:ids?|uuid)$/.test(wordsIn(name).at(-1) ?? "");
    const isNumber = type === "number" || type === "integer" || type === "boolean";
    if (isShaped || isId || isNumber || choices.length > 0)
      found.set(name, field(name, isId ? "the system gives it" : "it leaves no room for words"));
    else free.add(name);
  }
  // A name that means words elsewhere in the same result means nothing.
  return [...found.values()].filter(({ name }) => !free.has(name));
}

/** Where no schema says what it holds: what systems call their own ids, and who wrote to whom. */
function namedFields({ tool, effect, others }: Reading): FieldDraft[] {
  if (tool.outputSchema || effect.effect !== "read") return [];
  const ids = [tool, ...others].flatMap(({ inputSchema }) =>
    argumentsOf(inputSchema).flatMap(({ name }) => (isIdName(name) ? [name] : [])),
  );
  const names = [...new Set([...IDS, ...ids])].slice(0, 40);
  const nouns = nounsOf(tool);
  const isTalk = nouns.some((noun) => TALK.has(noun));
  return [
    ...names.map((name) => field(name, "the system gives it")),
    ...(isTalk ? TALK_FIELDS.map((name) => field(name, "who wrote to whom the system knows")) : []),
  ];
}

function isIdName(name: string): boolean {
  return /^(?:id|uuid)$/.test(wordsIn(name).at(-1) ?? "");
}

function field(name: string, why: string): FieldDraft {
  return { name, field: { trust: "record", classes: [] }, why };
}

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

/** For a contract, from the fields that were drafted. */
export function fieldsOf({ fields }: ResultDraft): Pick<Contract, "fields"> {
  return fields.length > 0
    ? { fields: Object.fromEntries(fields.map(({ name, field: of }) => [name, of])) }
    : {};
}
