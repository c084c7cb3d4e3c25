// Endpoints of the registry of known values: a part of the table in endpoints.ts. No reply holds a value.
import { z } from "zod";
import { id, list, none } from "./endpoint-parts.ts";
import type { Endpoint } from "./endpoint.ts";

const classSchema = z.string().regex(/^[a-z][a-z0-9._-]{0,39}$/);

export const knownSourceSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(["csv", "directory", "connector"]),
  records: z.number(),
  /** Different values; not promised are those that count beside another of their record alone. */
  classes: z.array(z.object({ class: z.string(), promised: z.number(), notPromised: z.number() })),
  /** Parts that do not open with the server's key: their values are not looked for. */
  closedPages: z.number(),
  fedBy: z.string(),
  fedAt: z.string(),
});

export const knownFindingSchema = z.object({
  from: z.number(),
  to: z.number(),
  class: z.string(),
  field: z.string(),
  encoding: z.string(),
});

const UPLOAD = /^gen_[0-9a-z]{10,40}$/;

export const REGISTRY_ENDPOINTS = {
  "registry.list": {
    method: "GET",
    path: "/api/registry",
    action: "registry.list",
    summary: "Where known values are from, and how many there are of each class; never the values",
    reply: list(knownSourceSchema),
  },
  "registry.import": {
    method: "POST",
    path: "/api/registry",
    action: "registry.import",
    summary: "Register the values of a list (CSV) in place of those under the same name",
    body: z.object({
      name: z.string().trim().min(1).max(80),
      columns: z
        .array(
          z.object({
            /** As the first line of the list calls it. */
            header: z.string().min(1).max(200),
            class: classSchema,
            field: z.string().min(1).max(80).optional(),
          }),
        )
        .min(1)
        .max(64),
      /** With a first line of headers, in each part. */
      csv: z.string().max(900_000),
      /** There is another part; nothing is in force before the last. */
      more: z.boolean().default(false),
      /** Of the part before, if there was one. */
      upload: z.string().regex(UPLOAD).optional(),
    }),
    reply: z.object({
      sourceId: z.string(),
      records: z.number(),
      errors: z.array(z.object({ line: z.number(), error: z.string() })),
      upload: z.string().nullable(),
    }),
  },
  "registry.remove": {
    method: "DELETE",
    path: "/api/registry/:sourceId",
    action: "registry.remove",
    summary: "Forget the values of a source",
    params: id("sourceId"),
    reply: none,
  },
  "registry.directory": {
    method: "PUT",
    path: "/api/registry-directory",
    action: "registry.import",
    summary: "Register the names and addresses of the organisation's own people, as they are now",
    reply: z.object({ records: z.number() }),
  },
  "registry.try": {
    method: "POST",
    path: "/api/registry/try",
    action: "registry.try",
    summary: "What known values stand in a text, by class and writing; the text is not kept",
    body: z.object({ text: z.string().max(200_000) }),
    reply: z.object({ findings: z.array(knownFindingSchema) }),
  },
} as const satisfies Record<string, Endpoint>;
