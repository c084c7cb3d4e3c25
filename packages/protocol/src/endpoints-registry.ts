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
  /** What its records have, in their order. */
  fields: z.array(z.object({ field: z.string(), class: z.string() })),
  /** Different values; short ones and ordinary words count beside another of their record alone. */
  classes: z.array(
    z.object({
      class: z.string(),
      promised: z.number(),
      short: z.number(),
      ordinary: z.number(),
    }),
  ),
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

/** A table or an object of a source, and the classes of its fields. */
const listsSchema = z.array(
  z.object({
    from: z.string().min(1).max(200),
    fields: z
      .array(z.object({ field: z.string().min(1).max(100), class: classSchema }))
      .min(1)
      .max(40),
  }),
);

export const knownFeedSchema = z.object({
  sourceId: z.string(),
  /** Of what it feeds, in `registry.list`; removing that turns it off. */
  registryId: z.string(),
  name: z.string(),
  connector: z.string(),
  on: z.boolean(),
  lists: listsSchema,
  isReading: z.boolean(),
  readAt: z.string().nullable(),
  /** Values that are too long to be looked for. */
  leftOut: z.number(),
  /** Why it could not be read; what was read before stays in force. */
  error: z.string().nullable(),
  errorCode: z.string().nullable(),
  by: z.string().nullable(),
  /** A change is in force so long after it, at most. */
  everyMs: z.number(),
});

const UPLOAD = /^gen_[0-9a-z]{10,40}$/;

export const REGISTRY_ENDPOINTS = {
  "registry.list": {
    method: "GET",
    path: "/api/registry",
    action: "registry.list",
    summary: "Where known values are from, and how many there are of each class; never the values",
    reply: list(knownSourceSchema).extend({
      /** Imports in parts that are not at their end: one that rests for an hour is deleted. */
      uploads: z.array(
        z.object({ name: z.string(), records: z.number(), by: z.string(), at: z.string() }),
      ),
    }),
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
      /** Counted from 1: one whose answer was lost may be sent again. */
      part: z.int().min(1).max(1_000_000).default(1),
    }),
    reply: z.object({
      sourceId: z.string(),
      /** Of all parts so far. */
      records: z.number(),
      /** Lines of this part that were left out: the first of them, and how many there are. */
      errors: z.array(z.object({ line: z.number(), error: z.string() })),
      skipped: z.number(),
      /** Null: the list is in force. */
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
  "registry.feeds": {
    method: "GET",
    path: "/api/registry-feeds",
    action: "registry.list",
    summary: "Connected sources whose fields can be known values, and which of them are",
    reply: list(knownFeedSchema),
  },
  "registry.suggest": {
    method: "GET",
    path: "/api/registry-feeds/:sourceId/suggestion",
    action: "registry.import",
    summary: "Fields of a source that by their type or name are known values; no value is read",
    params: id("sourceId"),
    reply: z.object({ lists: listsSchema }),
  },
  "registry.feed": {
    method: "PUT",
    path: "/api/registry-feeds/:sourceId",
    action: "registry.import",
    summary: "Have a source feed the registry with these fields, and read it now",
    params: id("sourceId"),
    body: z.object({ lists: listsSchema.min(1).max(10) }),
    reply: none,
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
