// The only way out for HTTP: checks, records, sends, and settles the record.
import { isUtf8 } from "node:buffer";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { Json } from "../lib/json.ts";
import type { Log } from "../lib/log.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { AddressRule } from "./address.ts";
import { responseOf } from "./body.ts";
import { Exchange, type Ending, type Head } from "./exchange.ts";
import { brokeOff } from "./failure.ts";
import { Lanes, type LaneOptions, type Taken } from "./lane.ts";
import type { Gate } from "./gate/gate.ts";
import type { GateRecord } from "./gate/replace.ts";
import { headersOf, targetOf } from "./request.ts";
import type { Journal, OutRequest, OutResponse, Target } from "./request.ts";

export interface SenderOptions extends LaneOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly rule: AddressRule;
  /** Left out where nothing is compared with anything: in tests of sending alone. */
  readonly gate?: Gate;
}

const ORIGINS_MAX = 500;
const UNGATED: GateRecord = { detector: "none" };

export class Sender {
  readonly #options: SenderOptions;
  readonly #origins = new Map<string, Lanes>();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Resolves with the answer's head; the body comes as it comes. */
  async send(given: OutRequest, journal: Journal): Promise<Result<OutResponse>> {
    const place = targetOf(given.url, this.#options.rule);
    if (!place.ok) return this.#refused(place, given);
    const ready = (await this.#options.gate?.ready()) ?? ok();
    if (!ready.ok) return ready;
    const passed = this.#options.gate?.pass(given, place.value.destination, journal);
    if (passed && !passed.ok) return this.#refused(passed, given);
    const { request, record } = passed?.value ?? { request: given, record: UNGATED };
    // What was replaced in an address makes another one of it.
    const target = request.url === given.url ? place : targetOf(request.url, this.#options.rule);
    if (!target.ok) return this.#refused(target, request);
    const headers = headersOf(request);
    if (!headers.ok) return this.#refused(headers, request);
    const sendId = this.#options.ids.next("snd");
    const recorded = await journal.now([
      sentEvent({ sendId, request, target: target.value, record }),
    ]);
    if (!recorded.ok) return recorded;
    const job: Job = {
      request,
      target: target.value,
      headers: headers.value,
      journal,
      sendId,
      startedMs: this.#options.clock.monotonicMs(),
    };
    const first = await this.#attempt(job, false);
    if (first.ok || !first.failure.data?.["again"]) return first;
    this.#options.log("debug", "repeated on a fresh connection", {
      destination: target.value.destination,
      sendId,
    });
    return this.#attempt(job, true);
  }

  async close(): Promise<void> {
    const origins = [...this.#origins.values()];
    this.#origins.clear();
    await Promise.all(origins.map((lanes) => lanes.close()));
  }

  async #attempt(job: Job, second: boolean): Promise<Result<OutResponse>> {
    const repeatable = job.request.idempotent;
    const taken = await this.#lanes(job.target).take({ fresh: second, repeatable });
    if (!taken) {
      const busy = fail(
        "egress.unreachable",
        `too many requests wait for ${job.target.destination}`,
      );
      this.#settle(job, { failure: busy.failure, status: null, bytes: 0, whole: false });
      return busy;
    }
    return this.#exchange(job, taken, second);
  }

  async #exchange(job: Job, taken: Taken, second: boolean): Promise<Result<OutResponse>> {
    const { lane } = taken;
    const reused = lane.reused;
    const socket = lane.socket;
    const writtenBefore = socket?.bytesWritten ?? 0;
    let again = false;
    const exchange = new Exchange({
      ...job,
      clock: this.#options.clock,
      onEnd: (ending) => {
        taken.give(ending.whole);
        const untouched = socket !== null && socket.bytesWritten === writtenBefore;
        again =
          !second &&
          reused &&
          !exchange.begun &&
          ending.failure !== null &&
          brokeOff(ending.failure) &&
          (job.request.idempotent || untouched);
        if (!again) this.#settle(job, ending);
      },
    });
    exchange.start(lane, job.headers);
    const head: Result<Head> = await exchange.head;
    if (!head.ok) {
      if (!again) return head;
      return fail(head.failure.code, head.failure.detail, { data: { again: true } });
    }
    return ok(responseOf(head.value, exchange, job.request.bytesMax));
  }

  #settle(job: Job, ending: Ending): void {
    job.journal.later([
      {
        type: "egress.settled",
        data: {
          sendId: job.sendId,
          status: ending.status,
          code: ending.failure?.code ?? null,
          bytes: ending.bytes,
          durationMs: Math.round(this.#options.clock.monotonicMs() - job.startedMs),
        },
      },
    ]);
  }

  #refused(failure: Result<never>, request: OutRequest): Result<never> {
    if (!failure.ok)
      this.#options.log("warn", "a send was refused", {
        purpose: request.purpose,
        why: failure.failure.detail,
      });
    return failure;
  }

  #lanes(target: Target): Lanes {
    const { origin } = target.url;
    const known = this.#origins.get(origin);
    if (known) return known;
    if (this.#origins.size >= ORIGINS_MAX)
      for (const [name, lanes] of this.#origins) if (lanes.unused) this.#origins.delete(name);
    const lanes = new Lanes(target, this.#options);
    this.#origins.set(origin, lanes);
    return lanes;
  }
}

interface Job {
  readonly request: OutRequest;
  readonly target: Target;
  readonly headers: Record<string, string>;
  readonly journal: Journal;
  readonly sendId: string;
  readonly startedMs: number;
}

/** The query of a URL is content, so it stands in the body alone, which can be erased. */
function sentEvent({
  sendId,
  request,
  target,
  record,
}: Pick<Job, "sendId" | "request" | "target"> & { readonly record: GateRecord }): Parameters<
  Journal["now"]
>[0][number] {
  const { url } = target;
  return {
    type: "egress.sent",
    data: {
      sendId,
      destination: target.destination,
      ...(request.to ?? { kind: "web" }),
      url: `${url.origin}${url.pathname}`,
      method: request.method,
      bytes: byteLength(request.body),
      classes: request.label.classes,
      ...record,
    },
    bodies: { bytes: sentBody(request, url) },
  };
}

const WITHHELD = "[withheld]";

function sentBody(request: OutRequest, url: URL): Json {
  const head = { url: url.href, headers: { ...request.headers }, ...withheld(request) };
  const { body } = request;
  if (body === undefined) return head;
  if (request.secretBody) return { ...head, secretBytes: byteLength(body) };
  if (typeof body === "string") {
    const parts = request.secretParts ?? [];
    return { ...head, text: parts.reduce((text, part) => text.replaceAll(part, WITHHELD), body) };
  }
  if (isUtf8(body)) return { ...head, text: Buffer.from(body).toString("utf8") };
  return { ...head, base64: Buffer.from(body).toString("base64") };
}

function withheld(request: OutRequest): { secretHeaders?: string[] } {
  const names = Object.keys(request.secretHeaders ?? {});
  return names.length > 0 ? { secretHeaders: names } : {};
}

function byteLength(body: Uint8Array | string | undefined): number {
  if (body === undefined) return 0;
  return typeof body === "string" ? Buffer.byteLength(body) : body.length;
}
