// What the ledger takes and gives: events of a stream, their bodies, and the receipt of an append.
import type { BodyRef } from "@stead/protocol";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Result } from "../lib/result.ts";
import type { Tx } from "../store/tx.ts";

/** Content of an event: encrypted, readable until a subject that it names is erased. */
export interface NewBody {
  readonly value: Json;
  /** Ids of the people whom it names. */
  readonly subjects: readonly string[];
}

export interface NewEvent {
  readonly type: string;
  readonly data: JsonObject;
  readonly bodies?: Readonly<Record<string, NewBody>>;
}

export interface AppendInput {
  readonly stream: string;
  /** Seq of the last event that the writer knows, 0 for a new stream; "tail": wherever it ends. */
  readonly after: number | "tail";
  /** That event's hash, if known. */
  readonly head?: string;
  readonly events: readonly NewEvent[];
  /** In the same transaction, after the events are in; its failure takes them back. */
  readonly also?: Also;
}

/** What is written together with events: steps of a transaction, or a rider on their own statement. */
export type Also = ((tx: Tx) => Promise<Result<void>>) | Rider;

/** A change that needs no answer, so that the events and it are one round trip. */
export interface Rider {
  /** Of the prepared statement. */
  readonly name: string;
  /** Data-modifying `with` queries, whose parameters are numbered from `first`. */
  readonly ctes: (first: number) => string;
  readonly values: readonly unknown[];
}

/** Proof of an append: these events are in, and the chain ends in `head`. */
export interface Receipt {
  readonly stream: string;
  readonly from: number;
  readonly to: number;
  readonly head: string;
  readonly at: number;
}

export interface StoredEvent {
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly type: string;
  readonly data: JsonObject;
  readonly bodies: readonly BodyRef[];
  readonly hash: string;
}

/** What stands in place of a body whose key was destroyed. */
export const ERASED = { erased: true } as const;

/** The stream and type of the events that account for destroyed keys. */
export const ERASURES = "erasures";
export const ERASED_TYPE = "subject.erased";
/** The stream in which reading bodies is recorded. */
export const AUDIT = "audit";

/** Ids, dots and dashes only: the same order and the same bytes in every language. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:@/-]{0,119}$/;

export function isName(text: string): boolean {
  return NAME.test(text);
}
