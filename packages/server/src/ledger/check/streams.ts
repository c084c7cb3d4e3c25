// Checks the streams: each event hashed and chained, its bodies there, its heads those in the
// leaves.
import { hash } from "node:crypto";
import { bodyRefSchema, type BodyRef } from "@stead/protocol";
import { z } from "zod";
import { canonical, type Json } from "../../lib/json.ts";
import { GENESIS, hashEvent } from "../chain.ts";
import { Finding } from "./finding.ts";
import type { LogCheck } from "./log.ts";
import type { Numbering } from "./numbering.ts";
import type { RecordOf } from "./record.ts";

const refsSchema = z.array(z.strictObject(bodyRefSchema.shape));
/** Nonce and tag, which stand around the ciphertext. */
const SEAL_BYTES = 28;

export class StreamsCheck {
  readonly #org: string;
  readonly #log: LogCheck;
  readonly #numbering: Numbering;
  /** Streams that have leaves, next one last: a stream that is skipped is noticed at once. */
  readonly #due: string[];
  #stream: { name: string; leaves: RecordOf<"leaf">[]; leaf: number } | null = null;
  #event: RecordOf<"event"> | null = null;
  #refs: BodyRef[] = [];
  #lastBody = "";
  readonly counts = { events: 0, streams: 0, uncovered: 0 };

  constructor(org: string, log: LogCheck, numbering: Numbering) {
    this.#org = org;
    this.#log = log;
    this.#numbering = numbering;
    this.#due = log.streams().toReversed();
  }

  event(event: RecordOf<"event">): void {
    this.#endBodies();
    const next = this.#event?.stream === event.stream;
    if (!next) this.#open(event.stream);
    const seq = next ? (this.#event?.seq ?? 0) + 1 : 1;
    if (event.seq !== seq)
      this.#fail(event.stream, seq, event.seq > seq ? "the event is missing" : "it is there twice");
    if (event.prev !== (next ? this.#event?.hash : GENESIS))
      this.#fail(event.stream, seq, "it is not chained to the event before it");
    if (this.#hashOf(event) !== event.hash)
      this.#fail(event.stream, seq, "its content is not what was hashed");
    this.#refs = this.#refsOf(event);
    this.#lastBody = "";
    this.#event = event;
    this.counts.events++;
    this.#cover(event);
  }

  body(body: RecordOf<"body">): void {
    const { stream, seq, name } = body;
    const next = this.#event?.stream === stream ? this.#event.seq + 1 : 1;
    if (seq >= next) this.#fail(stream, next, `body ${name} of event ${seq} has no event`);
    if (seq + 1 !== next || name <= this.#lastBody)
      this.#fail(stream, seq, `body ${name} is out of place`);
    this.#lastBody = name;
    const ref = this.#refs.find((each) => each.name === name);
    const sealed = Buffer.from(body.sealed, "base64");
    const whole =
      ref?.id === body.id &&
      ref.bytes === body.bytes &&
      body.bytes === sealed.length - SEAL_BYTES &&
      sealed.toString("base64") === body.sealed &&
      hash("sha256", sealed, "hex") === ref.sha256;
    if (!whole) this.#fail(stream, seq, `body ${name} is not what the event refers to`);
    this.#refs = this.#refs.filter((each) => each !== ref);
  }

  end(): void {
    this.#endBodies();
    this.#endStream();
    const missing = this.#due.pop();
    if (missing !== undefined) this.#fail(missing, 1, "the stream is missing");
    this.#numbering.end();
  }

  #open(stream: string): void {
    this.#endStream();
    const before = this.#stream?.name;
    if (before !== undefined && stream <= before)
      this.#fail(stream, 1, "the stream is out of place");
    const due = this.#due.at(-1);
    if (due !== undefined && due < stream) this.#fail(due, 1, "the stream is missing");
    if (due === stream) this.#due.pop();
    this.#stream = { name: stream, leaves: this.#log.leavesOf(stream), leaf: 0 };
    this.counts.streams++;
  }

  /** What leaves say of this event: its hash, when it is the last that one covers; its number. */
  #cover(event: RecordOf<"event">): void {
    const leaf = this.#stream?.leaves[this.#stream.leaf];
    if (!this.#stream || !leaf) {
      this.counts.uncovered++;
      return;
    }
    if (event.type === "egress.sent") this.#numbering.send(event, leaf.idx);
    if (event.seq < leaf.to) return;
    if (event.hash !== leaf.head) {
      const which = leaf.from === leaf.to ? "it" : `one of events ${leaf.from} to ${leaf.to}`;
      this.#fail(
        event.stream,
        event.seq,
        `${which} was rewritten: leaf ${leaf.idx} has another head`,
      );
    }
    this.#stream.leaf++;
  }

  #endStream(): void {
    const leaf = this.#stream?.leaves[this.#stream.leaf];
    if (this.#stream && leaf)
      this.#fail(this.#stream.name, (this.#event?.seq ?? 0) + 1, "the event is missing");
  }

  #endBodies(): void {
    const [missing] = this.#refs;
    if (this.#event && missing)
      this.#fail(this.#event.stream, this.#event.seq, `body ${missing.name} is missing`);
  }

  #refsOf({ stream, seq, bodies }: RecordOf<"event">): BodyRef[] {
    const refs = refsSchema.safeParse(bodies);
    if (!refs.success) this.#fail(stream, seq, "its body references can't be read");
    return refs.data;
  }

  #hashOf({ stream, seq, at, type, data, bodies, prev }: RecordOf<"event">): string {
    const [dataText, refs] = [canonical(data), canonical(bodies satisfies Json[])];
    return hashEvent({
      orgId: this.#org,
      stream,
      seq,
      at,
      type,
      data: dataText,
      bodies: refs,
      prev,
    });
  }

  #fail(stream: string, seq: number, why: string): never {
    throw new Finding({ stream, seq, why });
  }
}
