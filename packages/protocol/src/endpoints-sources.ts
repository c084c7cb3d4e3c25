// Endpoints of connected sources, and of who may read what in them: a part of the table in endpoints.ts.
import { z } from "zod";
import { id, list, none } from "./endpoint-parts.ts";
import type { Endpoint } from "./endpoint.ts";
import { documentEntrySchema } from "./resources.ts";
import { searchSettingsSchema } from "./search.ts";
import {
  connectorSchema,
  explanationSchema,
  HYGIENE_KINDS,
  hygieneFolderSchema,
  hygieneSchema,
  seenNotesSchema,
  SOURCE_ITEMS,
  sourceAccountSchema,
  sourceChangeSchema,
  sourceFailureSchema,
  sourcePersonSchema,
  sourceSchema,
  sourceViewSchema,
} from "./source.ts";

const DAY_MS = 86_400_000;

const pageOfIds = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** The `next` of the page before. */
  after: z.string().max(400).optional(),
});

const hygieneQuery = z.object({
  source: z.string().max(80).optional(),
  kind: z.enum(HYGIENE_KINDS).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
  after: z.string().max(8_000).optional(),
});

const settingsSchema = z.record(z.string().max(100), z.json());
const nameSchema = z.string().trim().min(1).max(80);
const domainsSchema = z.array(z.string().regex(/^[a-zA-Z0-9.-]{1,253}$/)).max(50);
const objectiveSchema = z
  .int()
  .min(10_000)
  .max(30 * DAY_MS);
/** Values of the scheme's fields, by their names. */
const fieldsSchema = z.record(z.string().max(100), z.string().max(20_000));
/** Where to send the browser to sign in; null: there is nothing more to do. */
const goSchema = z.object({ url: z.string().nullable() });

export const SOURCE_ENDPOINTS = {
  "search.get": {
    method: "GET",
    path: "/api/search-settings",
    action: "source.list",
    summary: "How documents are found: the index, and the model that finds them by meaning",
    reply: searchSettingsSchema,
  },
  "search.update": {
    method: "PUT",
    path: "/api/search-settings",
    action: "search.update",
    summary: "Choose the model that the text of documents is sent to, or none",
    body: z.object({ embeddingModel: z.string().max(300).nullable() }),
    reply: searchSettingsSchema,
  },
  "connector.list": {
    method: "GET",
    path: "/api/connectors",
    action: "connector.list",
    summary: "What can be connected, and how",
    reply: list(connectorSchema),
  },
  "source.list": {
    method: "GET",
    path: "/api/sources",
    action: "source.list",
    summary: "Connected sources, by name",
    reply: list(sourceSchema),
  },
  "source.get": {
    method: "GET",
    path: "/api/sources/:sourceId",
    action: "source.list",
    summary: "A source: its state, progress, freshness and failures",
    params: id("sourceId"),
    reply: sourceViewSchema,
  },
  "source.create": {
    method: "POST",
    path: "/api/sources",
    action: "source.create",
    summary: "Make a source; it is not read before it is connected and resumed",
    body: z.object({
      connector: z.string().max(80),
      name: nameSchema,
      settings: settingsSchema,
      /** Mail domains whose addresses the source may vouch for. */
      trustedDomains: domainsSchema.default([]),
      failClosed: z.boolean().default(true),
      /** As the connector says, if not told otherwise. */
      objectiveMs: objectiveSchema.optional(),
    }),
    reply: sourceSchema,
    keyed: true,
  },
  "source.update": {
    method: "PUT",
    path: "/api/sources/:sourceId",
    action: "source.update",
    summary: "Change a source; new settings are read from the beginning",
    params: id("sourceId"),
    body: z.object({
      name: nameSchema.optional(),
      settings: settingsSchema.optional(),
      trustedDomains: domainsSchema.optional(),
      failClosed: z.boolean().optional(),
      objectiveMs: objectiveSchema.optional(),
    }),
    reply: sourceSchema,
  },
  "source.register": {
    method: "PUT",
    path: "/api/sources/:sourceId/registrations/:purpose",
    action: "source.connect",
    summary: "Keep Stead's registration at the provider (OAuth), to crawl or for people to act",
    params: id("sourceId").extend({ purpose: z.enum(["crawl", "acting"]) }),
    body: z.object({
      clientId: z.string().min(1).max(1_000),
      clientSecret: z.string().min(1).max(20_000),
    }),
    reply: none,
  },
  "source.connect": {
    method: "PUT",
    path: "/api/sources/:sourceId/connection",
    action: "source.connect",
    summary: "Give the crawl identity: fields, or (OAuth, no fields) get where to sign in",
    params: id("sourceId"),
    body: z.object({ fields: fieldsSchema.optional() }),
    reply: goSchema,
  },
  "source.test": {
    method: "POST",
    path: "/api/sources/:sourceId/test",
    action: "source.connect",
    summary: "One look at whether settings and credentials work",
    params: id("sourceId"),
    reply: z.object({
      ok: z.boolean(),
      /** Whom the source takes Stead for; or what is wrong and what to do. */
      account: z.string().nullable(),
      code: z.string().nullable(),
      detail: z.string().nullable(),
    }),
  },
  "source.pause": {
    method: "POST",
    path: "/api/sources/:sourceId/pause",
    action: "source.update",
    summary: "Stop reading a source; what is known of it stays, up to its objective",
    params: id("sourceId"),
    reply: sourceSchema,
    keyed: true,
  },
  "source.resume": {
    method: "POST",
    path: "/api/sources/:sourceId/resume",
    action: "source.update",
    summary: "Begin or go on reading a source",
    params: id("sourceId"),
    reply: sourceSchema,
    keyed: true,
  },
  "source.resync": {
    method: "POST",
    path: "/api/sources/:sourceId/resync",
    action: "source.update",
    summary: "Compare everything with the source now, and try again what failed",
    params: id("sourceId"),
    reply: sourceSchema,
    keyed: true,
  },
  "source.disconnect": {
    method: "DELETE",
    path: "/api/sources/:sourceId",
    action: "source.disconnect",
    summary: "Withdraw its credentials at the provider and forget everything that came from it",
    params: id("sourceId"),
    /** What could not be withdrawn at the provider, so that somebody does it there. */
    reply: z.object({ left: z.array(z.string()) }),
  },
  "source.failures": {
    method: "GET",
    path: "/api/sources/:sourceId/failures",
    action: "source.list",
    summary: "Items that could not be read, and why",
    params: id("sourceId"),
    query: pageOfIds,
    reply: list(sourceFailureSchema),
  },
  "source.items": {
    method: "GET",
    path: "/api/sources/:sourceId/items",
    action: "source.hygiene",
    summary: "The items behind a number of a source's health; the looking is recorded",
    params: id("sourceId"),
    query: pageOfIds.extend({ which: z.enum(SOURCE_ITEMS).default("documents") }),
    reply: list(sourceFailureSchema),
  },
  "source.changes": {
    method: "GET",
    path: "/api/sources/:sourceId/changes",
    action: "source.list",
    summary: "Changes of the last week, and how long each took from its receipt to its force",
    params: id("sourceId"),
    query: z.object({
      /** `slowest`: of the newest thousand, which the figures of freshness are of. */
      order: z.enum(["newest", "slowest", "waiting"]).default("newest"),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      after: z.string().max(1_000).optional(),
    }),
    reply: list(sourceChangeSchema),
  },
  "source.people": {
    method: "GET",
    path: "/api/sources/:sourceId/people",
    action: "source.list",
    summary: "Users of a source, and who of us they are",
    params: id("sourceId"),
    query: pageOfIds,
    reply: list(sourcePersonSchema),
  },
  "source.map-person": {
    method: "PUT",
    path: "/api/sources/:sourceId/people",
    action: "source.map-person",
    summary: "Say who of us a user is, in a source that nobody can sign in to; null: nobody",
    params: id("sourceId"),
    body: z.object({
      userId: z.string().min(1).max(400),
      personId: z.string().max(80).nullable(),
    }),
    reply: sourcePersonSchema,
  },
  "source.accounts": {
    method: "GET",
    path: "/api/source-accounts",
    action: "source.link",
    summary: "Sources where I act with an account of my own, and how that stands",
    reply: list(sourceAccountSchema),
  },
  "source.link": {
    method: "PUT",
    path: "/api/sources/:sourceId/account",
    action: "source.link",
    summary: "Link my own account: fields, or (OAuth, no fields) get where to sign in",
    params: id("sourceId"),
    body: z.object({ fields: fieldsSchema.optional() }),
    reply: goSchema,
  },
  "source.unlink": {
    method: "DELETE",
    path: "/api/sources/:sourceId/account",
    action: "source.link",
    summary: "Withdraw and forget my own account",
    params: id("sourceId"),
    reply: z.object({ left: z.array(z.string()) }),
  },
  "source.callback": {
    method: "GET",
    path: "/api/source-callback",
    action: "source.link",
    summary: "Where a provider sends the browser back to; answers with the page to go on to",
    query: z.looseObject({}),
    /** Of the console. */
    reply: z.object({ location: z.string() }),
    page: true,
  },
  "source.push": {
    method: "POST",
    path: "/api/sources/:sourceId/push",
    action: "public",
    summary:
      "Where a source sends its events; its signature is checked before anything is believed",
    params: id("sourceId"),
    reply: z.string(),
    raw: true,
  },
  "source.hygiene": {
    method: "GET",
    path: "/api/source-hygiene",
    action: "source.hygiene",
    summary: "What is shared in a way that somebody should look at",
    query: hygieneQuery.extend({
      /** Only what is right in this folder; empty: what is in none. */
      folder: z.string().max(400).optional(),
    }),
    reply: list(hygieneSchema),
  },
  "source.share-folders": {
    method: "GET",
    path: "/api/source-hygiene/folders",
    action: "source.hygiene",
    summary: "The same, counted by folder",
    query: hygieneQuery,
    reply: list(hygieneFolderSchema),
  },
  "document.explain": {
    method: "GET",
    path: "/api/documents/:documentId/explanation",
    action: "document.explain",
    summary: "Why somebody may or may not read a document; the asking is recorded",
    params: id("documentId"),
    query: z.object({ person: z.string().max(80) }),
    reply: explanationSchema,
  },
  "document.why": {
    method: "GET",
    path: "/api/documents/:documentId/why",
    action: "document.get",
    summary: "Why I may read a document; one that I may not read is not there",
    params: id("documentId"),
    reply: explanationSchema,
  },
  "person.see-as": {
    method: "GET",
    path: "/api/people/:personId/documents",
    action: "person.see-as",
    summary: "Which documents somebody would find, without their contents; the look is recorded",
    params: id("personId"),
    query: z.object({
      /** None: what there is to read, by path. */
      query: z.string().min(1).max(300).optional(),
      source: z.string().max(80).optional(),
      after: z.string().max(3_000).optional(),
      limit: z.coerce.number().int().min(1).max(50).default(20),
    }),
    reply: list(documentEntrySchema).extend({ notes: seenNotesSchema }),
  },
} as const satisfies Record<string, Endpoint>;
