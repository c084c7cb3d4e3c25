// A call as it leaves: its name is one, its arguments fit what the tool's schema has a place for.
import { coerceValue, hasForbiddenKey } from "./coerce.ts";
import { isName, isRecord, type Found, type Tools } from "./types.ts";

export function makeCall(name: string, args: unknown, tools: Tools): Found {
  if (!isName(name)) return { why: "The tool name is empty or not a name." };
  if (!isRecord(args)) return { why: "The arguments are not an object." };
  const schema = tools.schema(name);
  if (hasForbiddenKey(args, schema)) return { why: "The arguments hold a forbidden key." };
  const fitted = coerceValue(args, schema);
  return { name, args: isRecord(fitted) ? fitted : args };
}
