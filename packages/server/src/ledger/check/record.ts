// What an offline verifier needs, as records: one canonical JSON line each, in a fixed order.
import { z } from "zod";
import { canonical } from "../../lib/json.ts";

export const FORMAT = "stead-ledger/1";

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const position = z.int().min(1);

export const recordSchema = z.discriminatedUnion("kind", [
  /** First. Keys are for convenience: who trusts them from here trusts the file. */
  z.strictObject({
    kind: z.literal("ledger"),
    format: z.literal(FORMAT),
    org: z.string(),
    key: z.string(),
    witnesses: z.array(z.string()),
  }),
  /** By idx; a checkpoint stands after the last leaf that it covers, its witnesses after it. */
  z.strictObject({
    kind: z.literal("leaf"),
    idx: count,
    stream: z.string(),
    from: position,
    to: position,
    head: hex,
  }),
  z.strictObject({
    kind: z.literal("checkpoint"),
    size: position,
    root: hex,
    note: z.string(),
    at: z.int(),
  }),
  z.strictObject({
    kind: z.literal("witness"),
    size: position,
    witness: z.string(),
    line: z.string(),
  }),
  /** By destination (as bytes) and number. */
  z.strictObject({
    kind: z.literal("number"),
    destination: z.string(),
    number: position,
    leaf: count,
    stream: z.string(),
    seq: position,
  }),
  /** By stream (as bytes) and seq; the bodies of an event after it, by name. */
  z.strictObject({
    kind: z.literal("event"),
    stream: z.string(),
    seq: position,
    at: z.int(),
    type: z.string(),
    data: z.record(z.string(), z.json()),
    bodies: z.array(z.json()),
    prev: hex,
    hash: hex,
  }),
  z.strictObject({
    kind: z.literal("body"),
    stream: z.string(),
    seq: position,
    name: z.string(),
    id: z.string(),
    bytes: count,
    /** Base64. */
    sealed: z.string(),
  }),
  /** Last, so that a file that breaks off is seen to. */
  z.strictObject({ kind: z.literal("end"), records: count }),
]);
export type LedgerRecord = z.infer<typeof recordSchema>;
export type RecordOf<K extends LedgerRecord["kind"]> = Extract<LedgerRecord, { kind: K }>;

/** Where the next page of an export begins; `records`: how many there were before it. */
export const cursorSchema = z.discriminatedUnion("at", [
  z.strictObject({ at: z.literal("log"), size: count, idx: count, records: count }),
  z.strictObject({
    at: z.literal("numbers"),
    size: count,
    destination: z.string(),
    number: count,
    records: count,
  }),
  z.strictObject({ at: z.literal("events"), stream: z.string(), seq: count, records: count }),
]);
export type Cursor = z.infer<typeof cursorSchema>;

export function lineOf(record: LedgerRecord): string {
  return canonical(record);
}

/**
 * Undefined unless the line is exactly what `lineOf` writes: no byte of a file is without meaning.
 */
export function readLine(line: string): LedgerRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const read = recordSchema.safeParse(value);
    return read.success && lineOf(read.data) === line ? read.data : undefined;
  } catch {
    return undefined;
  }
}
