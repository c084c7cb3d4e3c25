// GLM 4.5 / 4.7: <tool_call>name, then <arg_key> and <arg_value> pairs.
import { makeCall } from "./call.ts";
import { coerceText } from "./coerce.ts";
import { property } from "./object-schema.ts";
import { isName, type Found, type Tools } from "./types.ts";

export function parseGlm(body: string, tools: Tools): Found[] {
  const first = body.indexOf("<arg_key>");
  const name = (first < 0 ? body : body.slice(0, first)).trim();
  if (!isName(name) || name.includes(" "))
    return [{ why: "The tool name is empty or not a name." }];
  const schema = tools.schema(name);
  const entries: [string, unknown][] = [];
  for (const pair of first < 0 ? [] : body.slice(first + "<arg_key>".length).split("<arg_key>")) {
    const keyEnd = pair.indexOf("</arg_key>");
    const open = pair.indexOf("<arg_value>", Math.max(keyEnd, 0));
    const close = pair.lastIndexOf("</arg_value>");
    if (keyEnd < 0 || open < 0 || close < open) return [{ why: "An argument is not closed." }];
    const key = pair.slice(0, keyEnd).trim();
    const text = pair.slice(open + "<arg_value>".length, close);
    const value = coerceText(text, property(schema, key), tools.given ? "scalars" : "json");
    entries.push([key, typeof value === "string" && !value.includes("\n") ? value.trim() : value]);
  }
  return [makeCall(name, Object.fromEntries(entries), tools)];
}
