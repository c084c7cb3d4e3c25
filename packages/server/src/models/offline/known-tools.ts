// All tools of a call, each read in the light of the others.
import type { ModelTool } from "../model.ts";
import { kindOf } from "./param-kind.ts";
import { knownTool, type KnownTool, type Param } from "./tool-kind.ts";

export function knownTools(tools: readonly ModelTool[]): KnownTool[] {
  const known = tools.map(knownTool);
  const alone = new Set<string>();
  for (const { acts, params } of known) {
    const [only, other] = params.filter(({ required }) => required);
    if (!acts && only && !other && isCode(only)) alone.add(only.name);
  }
  const common = sharedNouns(known);
  return known.map((each) => ({
    ...each,
    nouns: each.nouns.filter((noun) => !common.has(noun)),
    params: each.params.map((param) =>
      alone.has(param.name) && isCode(param) ? { ...param, identifies: true } : param,
    ),
  }));
}

/** Neither a name, a text nor a day: what is left to look a thing up by. */
function isCode(param: Param): boolean {
  const plain = !/\b(name|words|part of|look for|question|city|country)\b/i.test(param.description);
  return param.schema["type"] === "string" && plain && ["text", "id"].includes(kindOf(param));
}

/** A server's prefix before all names says nothing of one of them. */
function sharedNouns(known: readonly KnownTool[]): ReadonlySet<string> {
  const [first] = known;
  if (!first || known.length < 3) return new Set();
  return new Set(first.nouns.filter((noun) => known.every(({ nouns }) => nouns.includes(noun))));
}
