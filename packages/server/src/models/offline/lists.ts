// Arguments made of others: lists of values, objects, and lists of objects.
import type { Json } from "../../lib/json.ts";
import { listOf, viewOf } from "../wire/json-view.ts";
import { choicesIn } from "./choose.ts";
import { Filler } from "./fill.ts";
import { bestIds } from "./ids.ts";
import { kindOf } from "./param-kind.ts";
import { labelled } from "./phrases.ts";
import { leftOf } from "./texts.ts";
import { paramsIn, type Param } from "./tool-kind.ts";

export function listFor(param: Param, filler: Filler): Json | undefined {
  const item = viewOf(param.schema, "items") ?? {};
  const [inner] = paramsIn({ [param.name]: item }, []);
  if (!inner) return undefined;
  const single = { ...inner, description: param.description, words: param.words };
  const values = valuesFor(param, single, filler);
  return values.length > 0 ? values : undefined;
}

function valuesFor(param: Param, single: Param, filler: Filler): Json[] {
  const kind = kindOf(single);
  if (kind === "choice") return choicesIn(single, filler);
  if (kind === "parts") return eachPart(single, filler);
  if (kind === "id") return bestIds(single, [single], filler);
  const wanted = kind === "email" || kind === "url" || kind === "name" ? kind : undefined;
  if (wanted === undefined) {
    const given = labelled(param, filler) ?? labelled(singular(param), filler);
    if (given !== undefined) return given.split(/\s*,\s*|\s+and\s+/).filter((each) => each !== "");
    if (!param.required) return [];
  }
  const values: Json[] = [];
  const next = (): Json | undefined => filler.take((e) => e.kind === (wanted ?? "quote"))?.text;
  for (let found = next(); found !== undefined; found = next()) values.push(found);
  if (values.length === 0 && param.required && kind === "text") values.push(...leftOf(filler));
  return values;
}

function singular(param: Param): Param {
  return { ...param, name: param.name.replace(/s$/, "") };
}

export function partsFor(param: Param, filler: Filler): Json | undefined {
  const properties = viewOf(param.schema, "properties");
  if (!properties) return undefined;
  const inner = filler.run(paramsIn(properties, listOf(param.schema, "required")));
  return inner.missing.length > 0 || Object.keys(inner.arguments).length === 0
    ? undefined
    : inner.arguments;
}

/** "20 of A-1 and 5 of B-2": an object for each piece that fills one. */
function eachPart(single: Param, filler: Filler): Json[] {
  const properties = viewOf(single.schema, "properties");
  if (!properties) return [];
  const params = paramsIn(properties, listOf(single.schema, "required"));
  const chars = filler.said.text.split("");
  for (const { start, end } of filler.used) chars.fill(" ", start, end);
  const values: Json[] = [];
  for (const match of chars.join("").matchAll(/(?:(?!\s+and\s|[,;:\n]\s).)+/g)) {
    const piece = match[0];
    const own = new Filler({ ...filler.known, params }, { ...filler.said, text: piece, facts: [] });
    const { arguments: found, missing, said } = own.run(params);
    if (missing.length > 0 || said.size === 0) continue;
    values.push(found);
    filler.used.add({ start: match.index, end: match.index + piece.length });
  }
  return values;
}
