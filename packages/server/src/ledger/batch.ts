// One append made ready: bodies sealed, events chained and hashed. Pure but for keys and ids.
import { hash } from "node:crypto";
import type { BodyRef } from "@stead/protocol";
import { fail, ok, type Result } from "../lib/result.ts";
import { atHand } from "../store/available.ts";
import { hashEvent, refsText, storedText } from "./chain.ts";
import { isName, type NewBody, type NewEvent, type Receipt } from "./event.ts";
import { newBodyId, sealBody, type KeyRing, type Sealed } from "./keys.ts";
import type { AppendValues } from "./queries.ts";

const EVENTS_MAX = 1_000;
const DATA_CHARS_MAX = 4_000_000;
const BODIES_BYTES_MAX = 64_000_000;

export interface SealedBody extends Sealed {
  readonly ref: BodyRef;
  readonly subjects: readonly string[];
}

/** An event whose place in its stream is still open. */
export interface SealedEvent {
  readonly type: string;
  readonly data: string;
  readonly bodies: readonly SealedBody[];
}

export interface Sealer {
  readonly orgId: string;
  readonly keys: KeyRing;
}

/** What binds a body's key and ciphertext to it. */
export function bindingsOf(orgId: string, bodyId: string): string {
  return `${orgId}\0${bodyId}`;
}

export function sealEvents(sealer: Sealer, events: readonly NewEvent[]): Result<SealedEvent[]> {
  if (events.length === 0 || events.length > EVENTS_MAX)
    return fail("request.too_large", `an append holds 1 to ${EVENTS_MAX} events`);
  const done = atHand(() => events.map((event) => sealEvent(sealer, event)));
  if (!done.ok) return done;
  const sealed = done.value;
  let [chars, bytes] = [0, 0];
  for (const event of sealed) {
    chars += event.data.length;
    for (const body of event.bodies) bytes += body.sealed.length;
  }
  if (chars > DATA_CHARS_MAX || bytes > BODIES_BYTES_MAX)
    return fail("request.too_large", "the events of this append are too large");
  return ok(sealed);
}

function sealEvent(sealer: Sealer, { type, data, bodies = {} }: NewEvent): SealedEvent {
  if (!isName(type)) throw new Error(`${JSON.stringify(type)} can't be an event's type`);
  const sealed = Object.entries(bodies).map(([name, body]) => sealOne(sealer, name, body));
  return { type, data: storedText(data), bodies: sealed };
}

function sealOne({ orgId, keys }: Sealer, name: string, body: NewBody): SealedBody {
  if (!isName(name)) throw new Error(`${JSON.stringify(name)} can't be a body's name`);
  const id = newBodyId();
  const plain = Buffer.from(JSON.stringify(body.value));
  const { sealed, wrapped } = sealBody(keys, plain, bindingsOf(orgId, id));
  const ref = { name, id, sha256: hash("sha256", sealed, "hex"), bytes: plain.length };
  return { ref, sealed, wrapped, subjects: body.subjects };
}

export interface Base {
  readonly orgId: string;
  readonly stream: string;
  /** The last event before these, and its hash. */
  readonly after: number;
  readonly head: string;
  readonly at: number;
}

/** Chained rows of one stream, as JSON text, with the receipt that they will have earned. */
export interface Batch {
  readonly receipt: Receipt;
  readonly rows: readonly string[];
  readonly bodies: readonly { readonly seq: number; readonly body: SealedBody }[];
}

export function chainEvents(base: Base, events: readonly SealedEvent[]): Batch {
  const { orgId, stream, at } = base;
  const rows: string[] = [];
  const bodies: { seq: number; body: SealedBody }[] = [];
  let head = base.head;
  let seq = base.after;
  for (const { type, data, bodies: own } of events) {
    const refs = refsText(own.map(({ ref }) => ref));
    const prev = head;
    seq++;
    head = hashEvent({ orgId, stream, seq, at, type, data, bodies: refs, prev });
    rows.push(
      `{"s":"${stream}","n":${seq},"t":${at},"y":"${type}","d":${data},"b":${refs},` +
        `"p":"${prev}","h":"${head}","f":${seq === base.after + 1}}`,
    );
    for (const body of own) bodies.push({ seq, body });
  }
  return { receipt: { stream, from: base.after + 1, to: seq, head, at }, rows, bodies };
}

/** The parameters of one statement that appends all these batches. */
export function appendValues(orgId: string, batches: readonly Batch[]): AppendValues {
  const bodies: string[] = [];
  const bytes: Buffer[] = [];
  let offset = 0;
  for (const { receipt, bodies: own } of batches)
    for (const { seq, body } of own) {
      const { ref, sealed, wrapped, subjects } = body;
      bodies.push(
        `{"s":"${receipt.stream}","n":${seq},"m":"${ref.name}","i":"${ref.id}","o":${offset},` +
          `"l":${sealed.length},"k":${wrapped.length},"u":${JSON.stringify(subjects)}}`,
      );
      bytes.push(sealed, wrapped);
      offset += sealed.length + wrapped.length;
    }
  return {
    orgId,
    events: `[${batches.flatMap(({ rows }) => rows).join(",")}]`,
    bodies: `[${bodies.join(",")}]`,
    bytes: Buffer.concat(bytes, offset),
  };
}
