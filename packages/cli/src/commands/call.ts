// `stead call <endpoint>`: every endpoint of the table, with its fields as options.
import { ENDPOINTS, ENDPOINT_ROWS, isEndpointName, type Endpoint } from "@stead/protocol";
import type { LooseInput } from "@stead/sdk";
import { z } from "zod";
import { EXIT, UsageError, type CommandContext, type Words } from "../usage.ts";

export const CALL_USAGE = "stead call <endpoint> [--field value]… [--body json]";

const schemaSchema = z.object({
  properties: z.record(z.string(), z.object({ type: z.unknown().optional() })).default({}),
});

export async function callCommand(context: CommandContext, words: Words): Promise<number> {
  const [name, ...rest] = words.positional;
  if (name === undefined || !isEndpointName(name) || rest.length > 0)
    throw new UsageError(`Which endpoint?\n${endpointList()}`);
  const endpoint: Endpoint = ENDPOINTS[name];
  const input = readInput(endpoint, words);
  if (endpoint.stream) throw new UsageError("That one is a stream: use `stead run`.");
  const reply = await context.client.callLoosely(name, input, { signal: context.signal });
  context.terminal.out(`${JSON.stringify(reply, null, 2)}\n`);
  return EXIT.ok;
}

export function endpointList(): string {
  const width = Math.max(...ENDPOINT_ROWS.map(({ name }) => name.length));
  return ENDPOINT_ROWS.filter(({ endpoint }) => !("stream" in endpoint && endpoint.stream))
    .map(({ name, endpoint }) => `  ${name.padEnd(width)}  ${endpoint.summary}`)
    .join("\n");
}

/** Each option goes where the endpoint has a field of that name; `--body` is the whole body. */
export function readInput(endpoint: Endpoint, words: Words): LooseInput {
  const body = readBody(endpoint, words);
  const parts = { params: {}, query: {}, body } as const;
  for (const [name, value] of words.options) {
    if (name === "body" || name === "json") continue;
    const place = (["params", "query", "body"] as const).find(
      (part) => fieldOf(endpoint[part], name) !== undefined,
    );
    const target = place && parts[place];
    if (!place || typeof target !== "object" || target === null)
      throw new UsageError(`${endpoint.path} has no field ${name}.`);
    const known = fieldOf(endpoint[place], name);
    Object.assign(target, { [name]: place === "body" ? typed(known?.type, value) : value });
  }
  return parts;
}

function readBody(endpoint: Endpoint, words: Words): unknown {
  const text = words.options.get("body");
  if (text === undefined) return endpoint.body ? {} : undefined;
  try {
    return JSON.parse(String(text));
  } catch {
    throw new UsageError("--body is not JSON.");
  }
}

function fieldOf(schema: z.ZodType | undefined, name: string): { type?: unknown } | undefined {
  if (!schema) return undefined;
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return schemaSchema.parse(json).properties[name];
}

/** Text stays text; anything else is read as JSON, where it is JSON. */
function typed(type: unknown, value: string | true): unknown {
  if (value === true || type === "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
