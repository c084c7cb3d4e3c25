// A tool as the platform sees it: schema, contract, and the hash that pins both.
import { z } from "zod";
import { labelSchema, trustSchema } from "./label.ts";

export const jsonSchemaSchema = z.record(z.string(), z.unknown());
export type JsonSchema = z.infer<typeof jsonSchemaSchema>;

export const effectClassSchema = z.enum([
  "read",
  "write-own",
  "write-shared",
  "outward",
  "irreversible",
  "money",
]);
export type EffectClass = z.infer<typeof effectClassSchema>;

export const sinkKindSchema = z.enum([
  "recipient",
  "amount",
  "path",
  "url",
  "id",
  "date",
  "iban",
  "phone",
]);

export const sinkSchema = z.object({
  kind: sinkKindSchema,
  /** A value that somebody less trusted wrote is held until a person has seen it. */
  trust: trustSchema,
  /** Of an amount: how many of its units make one of what people write (100: it is in cents). */
  scale: z.int().min(1).max(1_000_000_000).optional(),
});
export type Sink = z.infer<typeof sinkSchema>;

/** A part of a result by its name: who can write it, and what it holds. */
export const resultFieldSchema = z.object({
  trust: trustSchema,
  classes: z.array(z.string()).default([]),
  /** Groups, `group:<id>`, in all of which a reader must be; left out: whoever may see the result. */
  audience: z.array(z.string()).max(20).optional(),
});
export type ResultField = z.infer<typeof resultFieldSchema>;

/** Who comes to see what a call carries, beside those who could see it before. */
export const contractReadersSchema = z.discriminatedUnion("kind", [
  /** Mail addresses, ids or names of people stand in these arguments. */
  z.object({ kind: z.literal("people"), arguments: z.array(z.string()).min(1) }),
  /** Whoever is in what this argument names; `members` is a reading tool of the same provider that
   * lists them, in its field of that name. */
  z.object({
    kind: z.literal("channel"),
    argument: z.string(),
    members: z
      .object({ tool: z.string(), argument: z.string(), field: z.string().optional() })
      .optional(),
  }),
  z.object({ kind: z.literal("organisation") }),
  /** Anybody, strangers too. */
  z.object({ kind: z.literal("outside") }),
]);
export type ContractReaders = z.infer<typeof contractReadersSchema>;

/** Written by people. A tool without one gets the strictest (see `tools/contract.ts`). */
export const contractSchema = z.object({
  effect: effectClassSchema,
  /** Argument (`a.b` within an object; a list's each) -> what it carries and how trusted it must be. */
  sinks: z.record(z.string(), sinkSchema).default({}),
  /** Left out: nobody new. */
  readers: contractReadersSchema.optional(),
  /** True when the tool honours an idempotency key: a repeat with the same key has no second effect. */
  keyed: z.boolean().default(false),
  /** Who can write the result, its data classes, and whom it may be shown. */
  result: labelSchema.default({ audience: [], classes: [], trust: "outside" }),
  /** By the name that a part of the result has at any depth; what is not named is as `result` says. */
  fields: z.record(z.string(), resultFieldSchema).optional(),
  /** True when only the caller may see the result (audience: the caller alone). */
  resultForCallerOnly: z.boolean().default(true),
  undo: z.string().optional(),
});
export type Contract = z.infer<typeof contractSchema>;

export const actsAsSchema = z.enum(["caller", "agent", "connection"]);
export type ActsAs = z.infer<typeof actsAsSchema>;

export const toolSchema = z.object({
  /** Dotted, for example `refund.create`; unique in the organisation. */
  name: z.string(),
  title: z.string(),
  description: z.string(),
  inputSchema: jsonSchemaSchema,
  contract: contractSchema,
  /** False when nobody has written a contract: the strictest applies. */
  reviewed: z.boolean(),
  /** Where it runs: `built-in`, `demo`, or the id of an MCP server. */
  provider: z.string(),
  /** With which it acts as `connection`: the connection's name, and the account there. */
  connection: z.object({ name: z.string(), account: z.string() }).optional(),
  /** As whom it can act; left out: what its provider's tools can. */
  actors: z.array(actsAsSchema).min(1).optional(),
  /** SHA-256 over name, description, input schema and contract. */
  hash: z.string(),
});
export type Tool = z.infer<typeof toolSchema>;

/** Tools within the server know the person alone: a card that names another would not be true. */
const WITHIN: readonly string[] = ["built-in", "demo"];

/** As whom a tool can act. */
export function actorsOf(tool: Pick<Tool, "provider" | "actors">): readonly ActsAs[] {
  return tool.actors ?? (WITHIN.includes(tool.provider) ? ["caller"] : actsAsSchema.options);
}
