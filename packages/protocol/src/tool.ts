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

/** Written by people. A tool without one gets the strictest (see `tools/contract.ts`). */
export const contractSchema = z.object({
  effect: effectClassSchema,
  /** Argument name -> what kind of value it carries and how trusted that value must be. */
  sinks: z.record(z.string(), z.object({ kind: sinkKindSchema, trust: trustSchema })).default({}),
  /** True when the tool honours an idempotency key: a repeat with the same key has no second effect. */
  keyed: z.boolean().default(false),
  /** Who can write the result, its data classes, and whom it may be shown. */
  result: labelSchema.default({ audience: [], classes: [], trust: "outside" }),
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
  /** SHA-256 over name, description, input schema and contract. */
  hash: z.string(),
});
export type Tool = z.infer<typeof toolSchema>;

/** Tools within the server know the person alone: a card that names another would not be true. */
const WITHIN: readonly string[] = ["built-in", "demo"];

/** As whom a tool can act. */
export function actorsOf({ provider }: Pick<Tool, "provider">): readonly ActsAs[] {
  return WITHIN.includes(provider) ? ["caller"] : actsAsSchema.options;
}
