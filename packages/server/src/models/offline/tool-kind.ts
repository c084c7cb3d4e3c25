// Whether a tool looks something up or does something, told from the verbs of its name and words.
import type { ModelTool } from "../model.ts";
import { isView, viewOf, textOf, listOf } from "../wire/json-view.ts";
import type { JsonObject } from "../../lib/json.ts";
import { rawWords, stem } from "./words.ts";

const LOOK_UP = stemSet(
  "find get list search lookup look read show check view fetch query count describe see browse open " +
    "retrieve return load inspect explain status availability available info detail who what convert " +
    "calculate compute compare estimate preview track verify validate",
);
const ACT = stemSet(
  "create add make update change set edit delete remove cancel submit send book reserve approve reject " +
    "assign close reopen start stop move transfer pay issue post write record register file raise " +
    "adjust restock ship reset grant revoke invite schedule request apply draft log enter notify mail " +
    "escalate resolve put place buy purchase withdraw publish upload renew return merge append comment " +
    "message switch order archive rename copy mark sign print lock unlock enable disable enroll correct",
);
/** Verbs with which a person asks to be told, whatever they are in a tool's name. */
const ASKING = stemSet(
  "find show list search look check tell give get see read count explain describe know summarise " +
    "summarize compare calculate convert",
);

export interface Param {
  readonly name: string;
  readonly schema: JsonObject;
  readonly required: boolean;
  readonly description: string;
  /** Words of the name, split and stemmed. */
  readonly words: readonly string[];
  /** A look-up takes it alone: it names one thing, whatever it is called. */
  readonly identifies?: boolean;
}

export interface KnownTool {
  readonly tool: ModelTool;
  readonly acts: boolean;
  readonly params: readonly Param[];
  /** The noun it is about: the name without its verb. */
  readonly nouns: readonly string[];
  readonly title: string;
}

export function knownTool(tool: ModelTool): KnownTool {
  const words = rawWords(tool.name).map(stem);
  const verb = verbIn(tool);
  const nouns = words.filter((word) => word !== verb);
  return { tool, acts: actsBy(tool, verb), params: paramsOf(tool), nouns, title: titleOf(tool) };
}

/** Words that end the name of a look-up, whatever stands before. */
const SURE = /^(get|list|find|search|lookup|show|fetch|query|view|describe)$/;
const NOUN_TOO =
  /^(purchase|order|book|transfer|record|file|report|log|schedule|request|mail|post|message|comment|draft|return|place|issue|stock|note)s?$/;

/** `noun.verb` has its verb in the last part, `verb_noun` in front; a plural is a noun. */
export function verbIn({ name, description }: ModelTool): string | undefined {
  const parts = name.split(".");
  const spoken =
    parts.length > 1 ? [...rawWords(parts.at(-1) ?? ""), ...rawWords(name)] : rawWords(name);
  const [first = ""] = spoken;
  const last = rawWords(parts.at(-1) ?? "").at(-1) ?? "";
  if (SURE.test(last) && (NOUN_TOO.test(first) || !isVerb(first))) return stem(last);
  const [told = ""] = rawWords(description);
  const found = spoken.find(
    (word) =>
      (isVerb(word) && !/(ing|tion|ment)s?$/.test(word)) ||
      (stem(word) === stem(told) && told.endsWith("s") && !word.endsWith("s")),
  );
  return found === undefined ? undefined : stem(found);
}

export function isVerb(word: string): boolean {
  return LOOK_UP.has(stem(word)) || ACT.has(stem(word));
}

/** All verbs by which one may ask for it. */
export function verbsOf(tool: ModelTool): string[] {
  const [told = ""] = rawWords(tool.description);
  return [verbIn(tool), stem(told), ...saidVerbs(tool)].filter((verb) => verb !== undefined);
}

/** What its description says that it does. */
export function saidVerbs(tool: ModelTool): string[] {
  return rawWords(tool.description)
    .slice(0, 8)
    .map(stem)
    .filter((word) => LOOK_UP.has(word) || ACT.has(word));
}

function actsBy(tool: ModelTool, verb: string | undefined): boolean {
  // "Returns the order" tells what a look-up gives; a name says "return" only of an act.
  if (verb !== undefined && (LOOK_UP.has(verb) || ACT.has(verb))) return ACT.has(verb);
  const [first] = saidVerbs(tool);
  // Unknown verbs count as acting: an act is never done in passing.
  return first === undefined || !LOOK_UP.has(first);
}

/** The first sentence of the description, for people. */
function titleOf(tool: ModelTool): string {
  const [first = ""] = tool.description.split(/(?<=[.:])\s/);
  return first.replace(/[.:]$/, "").slice(0, 100) || tool.name;
}

export function paramsOf(tool: ModelTool): Param[] {
  const properties = viewOf(tool.inputSchema, "properties") ?? {};
  const schema = isView(tool.inputSchema) ? tool.inputSchema : undefined;
  return paramsIn(properties, listOf(schema, "required"));
}

export function paramsIn(properties: JsonObject, required: readonly unknown[]): Param[] {
  return Object.entries(properties).map(([name, given]) => {
    const schema = plainSchema(given);
    return {
      name,
      schema,
      required: required.includes(name),
      description: textOf(schema, "description") ?? "",
      words: rawWords(name).map(stem),
    };
  });
}

/** A choice of schemas is read as its first that is not null. */
function plainSchema(given: unknown): JsonObject {
  if (!isView(given)) return {};
  const choices = [...listOf(given, "anyOf"), ...listOf(given, "oneOf")];
  const chosen = choices.find((choice) => isView(choice) && choice["type"] !== "null");
  const schema = isView(chosen) ? { ...given, ...chosen } : given;
  const { type } = schema;
  if (!Array.isArray(type)) return schema;
  return { ...schema, type: type.find((each) => each !== "null") ?? "string" };
}

/** True when the person wants to be told something, rather than something done. */
export function asksOnly(text: string): boolean {
  const words = rawWords(text).map((word) => word.replace(/'(?:s|re|d|ll|ve)$/, ""));
  const first =
    words.find((word) => !/^(please|hi|hello|hey|so|ok|okay|and|then|also)$/.test(word)) ?? "";
  if (
    /^(what|where|when|who|whom|whose|why|how|which|is|are|was|were|does|do|did|has|have|am|should|shall|may|might|must)$/.test(
      first,
    )
  )
    return true;
  // "Check out", "look after": no question.
  const next = words[words.indexOf(first) + 1] ?? "";
  if (ASKING.has(stem(first)) && !/^(out|in|off|after)$/.test(next)) return true;
  const asks = /\b(can|could|would|will) (you|i|we) (please )?(\w+)/.exec(text.toLowerCase());
  if (asks && asks[2] !== "you") return true;
  if (asks) return ASKING.has(stem(asks[4] ?? ""));
  // "Comments on A-1?": a question mark, and no verb that commands.
  return /\?\s*$/.test(text) && !(isVerb(first) && !first.endsWith("s"));
}

function stemSet(words: string): ReadonlySet<string> {
  return new Set(words.split(" ").map(stem));
}

/** Common English verbs that ask for the same act. */
const ALIKE = [
  "create add make new open file raise submit register enter record log put report",
  "delete remove cancel drop withdraw",
  "update change edit set adjust modify correct",
  "book reserve schedule make create add arrange plan",
  "send mail email notify message",
  "approve accept confirm",
  "find search look lookup get show check view see",
  "pay reimburse",
  "buy purchase procure acquire",
  "decrease reduce lower remove subtract",
  "increase raise add",
  "request apply ask take want need like",
  "change switch move put set",
  "move transfer shift rename",
  "lend loan borrow checkout check",
  "delete erase clear",
  "post publish announce",
  "add comment append write",
  "enroll enrol add put register sign join",
  "correct adjust fix set",
  "return bring give",
  "read say contain tell show",
].map((line) => line.split(" ").map(stem));

/** A word and those that stand for it. */
export function alike(word: string): readonly string[] {
  return [word, ...ALIKE.filter((group) => group.includes(word)).flat()];
}
