// Which MCP server, which of its tools search and open, and what their answers mean.
import type { Source } from "@stead/sdk";
import { z } from "zod";

/** Keys from the outside in, such as `result.items`; empty for the answer itself. */
const place = z.string().max(200);
const fixed = z.record(z.string().max(100), z.json()).default({});

const searchSchema = z.strictObject({
  tool: z.string().min(1).max(128).default("search"),
  /** The argument that the words go in. */
  query: z.string().min(1).max(100).default("query"),
  /** The argument for how many are wanted, if there is one. */
  limit: z.string().min(1).max(100).optional(),
  /** Arguments that are always the same. */
  fixed,
  /** Where the list of hits is in the answer, and in each hit what it is. */
  results: place.default("results"),
  id: place.default("id"),
  title: place.default("title"),
  text: place.default("text"),
  path: place.optional(),
  url: place.default("url"),
});
const openSchema = z.strictObject({
  tool: z.string().min(1).max(128).default("fetch"),
  /** The argument that the id of a hit goes in. */
  id: z.string().min(1).max(100).default("id"),
  fixed,
  title: place.default("title"),
  text: place.default("text"),
});

export const settingsSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).meta({ title: "Address of the server" }),
  search: searchSchema.prefault({}),
  open: openSchema.prefault({}),
});
export type Settings = z.output<typeof settingsSchema>;
export type McpSource = Source<Settings>;
