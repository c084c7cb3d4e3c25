// Whether a tool looks something up or does something, told from the verbs of its name and words.
import type { ModelTool } from "../model.ts";
import { isView, viewOf, textOf, listOf } from "../wire/json-view.ts";
import type { JsonObject } from "../../lib/json.ts";
import { rawWords, stem } from "./words.ts";

const LOOK_UP = stemSet(
  "find get list search lookup look read show check view fetch query count describe see browse open " +
    "retrieve return load inspect explain status availability available info detail who what",
);
const ACT = stemSet(
  "create add make update change set edit delete remove cancel submit send book reserve approve reject " +
    "assign close reopen start stop move transfer pay issue post write record register file raise " +
    "adjust restock ship reset grant revoke invite schedule request apply draft log enter notify mail " +
    "escalate resolve put place buy purchase withdraw publish upload renew return",
);
/** Verbs with which a person asks to be told, whatever they are in a tool's name. */
const ASKING = stemSet(
  "find show list search look check tell give get see read count explain describe know",
);

export interface Param {
  readonly name: string;
  readonly schema: JsonObject;
  readonly required: boolean;
  readonly description: string;
  /** Words of the name, split and stemmed. */
  readonly words: readonly string[];
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
  const verb = verbOf(tool.name);
  const nouns = words.filter((word) => word !== verb);
  return { tool, acts: actsBy(tool, verb), params: paramsOf(tool), nouns, title: titleOf(tool) };
}

/** `noun.verb` has its verb in the last part, `verb_noun` in front; a plural is a noun. */
function verbOf(name: string): string | undefined {
  const parts = name.split(".");
  const spoken =
    parts.length > 1 ? [...rawWords(parts.at(-1) ?? ""), ...rawWords(name)] : rawWords(name);
  const found = spoken.find((word) => isVerb(word) && !/(ing|tion|ment)s?$/.test(word));
  return found === undefined ? undefined : stem(found);
}

function isVerb(word: string): boolean {
  return LOOK_UP.has(stem(word)) || ACT.has(stem(word));
}

/** What its description says that it does. */
export function saidVerbs(tool: ModelTool): string[] {
  return rawWords(tool.description)
    .slice(0, 8)
    .map(stem)
    .filter((word) => LOOK_UP.has(word) || ACT.has(word));
}

function actsBy(tool: ModelTool, verb: string | undefined): boolean {
  if (verb !== undefined && LOOK_UP.has(verb) !== ACT.has(verb)) return ACT.has(verb);
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
  const words = rawWords(text);
  const first =
    words.find((word) => !/^(please|hi|hello|hey|so|ok|okay|and|then|also)$/.test(word)) ?? "";
  if (
    /^(what|where|when|who|whom|whose|why|how|which|is|are|was|were|does|do|did|has|have|am)$/.test(
      first,
    )
  )
    return true;
  if (ASKING.has(stem(first))) return true;
  const asks = /\b(can|could|would|will) (you|i|we) (please )?(\w+)/.exec(text.toLowerCase());
  if (asks && asks[2] !== "you") return true;
  if (asks) return ASKING.has(stem(asks[4] ?? ""));
  return false;
}

function stemSet(words: string): ReadonlySet<string> {
  return new Set(words.split(" ").map(stem));
}

/** Common English verbs that ask for the same act. */
const ALIKE = [
  "create add make new open file raise submit register enter record log put report",
  "delete remove cancel drop withdraw",
  "update change edit set adjust modify correct",
  "book reserve schedule",
  "send mail email notify message",
  "approve accept confirm",
  "find search look lookup get show check view see",
  "pay reimburse",
  "buy purchase procure acquire",
  "decrease reduce lower remove subtract",
  "increase raise add",
  "request apply ask take",
].map((line) => line.split(" ").map(stem));

/** A word and those that stand for it. */
export function alike(word: string): readonly string[] {
  return [word, ...ALIKE.filter((group) => group.includes(word)).flat()];
}
