// What fills a required argument that neither the person nor a result gave: the schema, or what the
// person pointed back to.
import type { Json } from "../../lib/json.ts";
import { isView, listOf } from "../wire/json-view.ts";
import type { Filler, Said } from "./fill.ts";
import { lettersFit } from "./ids.ts";
import { kindOf, nounsOf } from "./param-kind.ts";
import type { Param } from "./tool-kind.ts";

/** What the schema itself offers. */
export function lastResort(param: Param, { said }: Filler): Json | undefined {
  const { schema } = param;
  if (schema["default"] !== undefined) return schema["default"];
  const kind = kindOf(param);
  if (kind === "switch") return false;
  const values = listOf(schema, "enum");
  if (kind === "choice") return values.find((value) => value === "other" || value === "Other");
  if (kind === "parts" && isView(schema["properties"])) return undefined;
  return kind === "id" ? earlierId(param, said) : undefined;
}

/** "Cancel it": the id stands further up in the conversation. */
function earlierId(param: Param, said: Said): Json | undefined {
  const nouns = nounsOf(param);
  const pointers = ["it|this|that|them|these|those|same", ...nouns.map((noun) => `the ${noun}`)];
  const points = new RegExp(`\\b(?:${pointers.join("|")})\\b`, "i");
  if (!points.test(said.text)) return undefined;
  const ids = said.earlier.filter(({ kind }) => kind === "id").map(({ text }) => text);
  const found = ids.find((id) => lettersFit(id, nouns)) ?? ids[0];
  if (found === undefined || param.schema["type"] === "integer") return undefined;
  return found;
}
