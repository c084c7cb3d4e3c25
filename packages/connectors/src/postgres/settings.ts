// Which database, and what of it people may look into: tables and views by name, column by column.
import type { ActingSource, Source } from "@stead/sdk";
import { z } from "zod";

/** PostgreSQL cuts longer names off, and would mean another thing by them. */
const NAME_BYTES_MAX = 63;
const name = z
  .string()
  .min(1)
  .refine((text) => !text.includes("\0") && Buffer.byteLength(text) <= NAME_BYTES_MAX, {
    error: "No name in PostgreSQL is longer than 63 bytes.",
  });

const LANGUAGES = [
  ..."simple arabic armenian basque catalan danish dutch english finnish french german".split(" "),
  ..."greek hindi hungarian indonesian irish italian lithuanian nepali norwegian".split(" "),
  ..."portuguese romanian russian serbian spanish swedish tamil turkish yiddish".split(" "),
];

const relationSchema = z.strictObject({
  /** What people and models call it. */
  name: z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/, "Lower case, digits, - and _."),
  schema: name.default("public"),
  /** A table or a view. */
  table: name,
  /** The column that tells each row from the others. */
  key: name,
  title: name,
  /** What is searched and read, in this order. */
  text: z.array(name).min(1).max(20),
  /** Further columns that `postgres.query` gives and filters by. */
  columns: z.array(name).max(40).default([]),
  /** A column of type tsvector with an index, for large tables. */
  vector: name.optional(),
  language: z.enum(LANGUAGES).default("english"),
  /** Where a row opens; `{key}` is replaced. */
  url: z.url().optional(),
});
export type Relation = z.output<typeof relationSchema>;

const peopleSchema = z.strictObject({
  schema: name.default("public"),
  table: name,
  /** The columns of a person's role and of their address, which the database vouches for. */
  role: name,
  email: name,
});

export const settingsSchema = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(5432),
  database: name,
  /** `verify`: encrypted, and the server proves its name. */
  tls: z.enum(["verify", "none"]).default("verify"),
  /** The authority that signed the server's certificate, in PEM, if it is one of your own. */
  ca: z.string().max(100_000).optional(),
  relations: z
    .array(relationSchema)
    .min(1)
    .max(20)
    .refine((all) => new Set(all.map((one) => one.name)).size === all.length, {
      error: "Two tables have the same name.",
    }),
  /** A table or view that says whose each role is, and that the login role itself may read. */
  people: peopleSchema.optional(),
  timeoutMs: z.int().min(100).max(60_000).default(5_000),
});
export type Settings = z.output<typeof settingsSchema>;
export type Database = Source<Settings>;
export type Acting = ActingSource<Settings>;

/** All columns that are configured of it, each once. */
export function columnsOf(relation: Relation): string[] {
  const { key, title, text, columns } = relation;
  return [...new Set([key, title, ...text, ...columns])];
}
