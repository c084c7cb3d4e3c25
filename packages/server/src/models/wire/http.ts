// One attempt over HTTP, streamed or whole: what both hand-written wires have in common.
import { BrokenBody, type OutResponse } from "../../egress/request.ts";
import type { Clock } from "../../lib/clock.ts";
import { Collector } from "./collect.ts";
import { isView, parseJson, type View } from "./json-view.ts";
import { SseParser } from "./sse.ts";
import { failedSend, refusalOf, refusalWithin, unreadable } from "./status.ts";
import type { WireFailure, WireInput, WireRequest, WireResult } from "./wire.ts";

/** Reads one provider's answers into a collector. */
export interface AnswerReader {
  /** One event of a stream. */
  event(value: View): void;
  /** A whole answer. */
  whole(value: View): void;
  end(): void;
  /** Why what came is not a whole answer; undefined when it is. */
  missing(): string | undefined;
}

export interface HttpWire {
  readonly request: WireRequest;
  readonly reader: (into: Collector) => AnswerReader;
  readonly clock: Clock;
}

const DONE = "[DONE]";

export async function exchange(input: WireInput, wire: HttpWire): Promise<WireResult> {
  const sent = await input.send(wire.request);
  if (!sent.ok) return { ok: false, ...failedSend(sent.failure, null) };
  const response = sent.value;
  const { status } = response;
  if (status < 200 || status >= 300)
    return { ok: false, ...(await refusalOf(response, wire.clock.now())) };
  const collector = new Collector(input.onDelta);
  const reader = wire.reader(collector);
  const streamed = response.headers["content-type"]?.includes("text/event-stream") ?? false;
  const failed = await (streamed
    ? readStream(response, reader, collector)
    : readWhole(response, reader));
  if (failed) return { ok: false, ...failed };
  const missing = reader.missing();
  if (missing !== undefined) return { ok: false, ...unreadable(missing, status) };
  reader.end();
  const answer = collector.done(input.names);
  if (typeof answer === "string") return { ok: false, ...unreadable(answer, status) };
  return { ok: true, status, answer };
}

async function readStream(
  response: OutResponse,
  reader: AnswerReader,
  collector: Collector,
): Promise<WireFailure | undefined> {
  let failed: WireFailure | undefined;
  const parser = new SseParser((data) => {
    if (failed || data === DONE) return;
    const value = parseJson(data);
    if (!isView(value)) failed = unreadable("an event is no JSON object", response.status);
    else if (value["error"] !== undefined && value["error"] !== null) failed = refusalWithin(value);
    else reader.event(value);
  });
  try {
    for await (const chunk of response.body) {
      if (!parser.push(chunk)) failed ??= unreadable("an event is too large", response.status);
      if (failed || collector.broken !== undefined) return failed;
    }
    parser.end();
  } catch (error) {
    if (!(error instanceof BrokenBody)) throw error;
    return failedSend(error.failure, response.status);
  }
  return failed;
}

async function readWhole(
  response: OutResponse,
  reader: AnswerReader,
): Promise<WireFailure | undefined> {
  const text = await response.text();
  if (!text.ok) return failedSend(text.failure, response.status);
  const value = parseJson(text.value);
  if (!isView(value)) return unreadable("the answer is no JSON object", response.status);
  if (value["error"] !== undefined && value["error"] !== null) return refusalWithin(value);
  reader.whole(value);
  return undefined;
}
