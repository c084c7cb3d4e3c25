// From a request to an endpoint's parsed input; a failure names every field that is wrong.
import type { Endpoint } from "@stead/protocol";
import type { Context } from "hono";
import type { z } from "zod";
import { fail, ok, type Result } from "../../lib/result.ts";
import { checkValue, readJson } from "./body.ts";

export interface Input {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

const FIELDS_MAX = 20;

interface Field {
  readonly path: string;
  readonly message: string;
}

export async function parseInput(
  c: Context,
  endpoint: Endpoint,
  bytesMax: number,
): Promise<Result<Input>> {
  const given = readAddress(c, endpoint);
  if (!given.ok) return given;
  const body = endpoint.body ? await readJson(c.req.raw, bytesMax) : ok(undefined);
  if (!body.ok) return body;
  const fields: Field[] = [];
  const input = {
    params: parsePart("params", endpoint.params, { value: given.value.params, fields }),
    query: parsePart("query", endpoint.query, { value: given.value.query, fields }),
    body: parsePart("body", endpoint.body, { value: body.value, fields }),
  };
  return fields.length === 0 ? ok(input) : invalid(fields);
}

function readAddress(
  c: Context,
  endpoint: Endpoint,
): Result<{ params: unknown; query: Record<string, string> }> {
  const params = c.req.param();
  const query = c.req.query();
  const sound = checkValue({ params, query });
  if (!sound.ok) return sound;
  // What others have made the address say is for the operation to judge.
  if (endpoint.page || endpoint.raw) return ok({ params, query });
  const known = Object.keys(endpoint.query?.shape ?? {});
  const unknown = Object.keys(query).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    return invalid(unknown.map((name) => ({ path: `query.${name}`, message: "unknown" })));
  return ok({ params, query });
}

function parsePart(
  part: string,
  schema: z.ZodType | undefined,
  { value, fields }: { value: unknown; fields: Field[] },
): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    fields.push({ path: [part, ...issue.path.map(String)].join("."), message: issue.message });
  return undefined;
}

function invalid(fields: readonly Field[]): Result<never> {
  const shown = fields.slice(0, FIELDS_MAX);
  const words = shown.map(({ path, message }) => `${path}: ${message}`).join("; ");
  return fail("request.invalid", words, { data: { fields: shown } });
}
