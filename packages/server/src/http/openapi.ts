// The OpenAPI document, derived from the endpoint table.
import { ENDPOINT_ROWS, ERRORS, type Endpoint } from "@stead/protocol";
import { z } from "zod";
import type { JsonObject } from "../lib/json.ts";

type Schema = Record<string, unknown>;

export function openApiDocument(version: string): Schema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { name, endpoint } of ENDPOINT_ROWS) {
    const path = endpoint.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(name, endpoint) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Stead",
      version,
      description: "Agents that act in one person's stead, with that person's authority.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: { securitySchemes, schemas: { Error: errorSchema } },
  };
}

const securitySchemes: JsonObject = {
  key: { type: "http", scheme: "bearer", description: "An API key with scopes." },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "stead_session",
    description: "The console's. Writes also need the header stead-csrf, from GET /api/session.",
  },
};

const errorSchema: JsonObject = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "detail", "hint"],
      properties: {
        code: { type: "string", enum: Object.keys(ERRORS) },
        message: { type: "string" },
        detail: { type: "string" },
        hint: { type: ["string", "null"] },
        data: { type: "object" },
      },
    },
  },
};

function operation(name: string, endpoint: Endpoint): Schema {
  const reply = toSchema(endpoint.reply, "output");
  const mediaType = endpoint.stream
    ? "text/event-stream"
    : endpoint.raw
      ? "text/plain"
      : "application/json";
  const done = endpoint.page
    ? { "303": { description: "To a page of the console" } }
    : { "200": { description: "Done", content: { [mediaType]: { schema: reply } } } };
  return {
    operationId: name,
    tags: [name.split(".")[0]],
    summary: endpoint.summary,
    description: words(endpoint),
    security: endpoint.action === "public" ? [] : [{ key: [] }, { session: [] }],
    parameters: parameters(endpoint),
    ...(endpoint.body
      ? {
          requestBody: {
            required: !toleratesEmpty(endpoint.body),
            content: { "application/json": { schema: toSchema(endpoint.body, "input") } },
          },
        }
      : {}),
    ...(endpoint.raw ? { requestBody: { required: true, content: { "*/*": {} } } } : {}),
    responses: {
      ...done,
      default: {
        description: "Refused or failed",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}

function words({ action, stream }: Endpoint): string {
  const asked =
    action === "public"
      ? "Open to everyone."
      : action === "self"
        ? "For everyone who is signed in."
        : `Policy is asked about \`${action}\`; an API key needs a scope that reaches it.`;
  return stream ? `${asked} Server-sent events, each one's data as the schema says.` : asked;
}

const fieldsSchema = z.object({
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

function parameters(endpoint: Endpoint): Schema[] {
  const found: Schema[] = [];
  const add = (place: "path" | "query", object: z.ZodObject | undefined): void => {
    const { required = [], properties = {} } = object
      ? fieldsSchema.parse(toSchema(object, "input"))
      : {};
    for (const [name, field] of Object.entries(properties))
      found.push({
        name,
        in: place,
        required: place === "path" || required.includes(name),
        schema: field,
      });
  };
  add("path", endpoint.params);
  add("query", endpoint.query);
  if (endpoint.keyed) found.push(header("idempotency-key", true));
  if (endpoint.stream) found.push(header("last-event-id", false));
  return found;
}

function header(name: string, required: boolean): Schema {
  return { name, in: "header", required, schema: { type: "string" } };
}

function toleratesEmpty(schema: z.ZodType): boolean {
  return schema.safeParse({}).success;
}

function toSchema(schema: z.ZodType, io: "input" | "output"): Schema {
  const { $schema: _named, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
