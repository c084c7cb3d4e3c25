// The wire of Anthropic's messages.
import type { Clock } from "../../lib/clock.ts";
import { endpointOf } from "../provider.ts";
import { AnthropicReader } from "./anthropic-answer.ts";
import { anthropicBody } from "./anthropic-request.ts";
import type { Collector } from "./collect.ts";
import { exchange, type AnswerReader } from "./http.ts";
import type { Wire } from "./wire.ts";

const VERSION = "2023-06-01";

export function anthropicMessages(clock: Clock): Wire {
  return (input) => {
    const { provider } = input;
    const secretHeaders: Record<string, string> =
      provider.key === undefined ? {} : { "x-api-key": provider.key };
    const request = {
      url: endpointOf(provider.baseUrl, "/v1/messages"),
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: input.call.stream ? "text/event-stream" : "application/json",
        "anthropic-version": VERSION,
        ...provider.headers,
      },
      secretHeaders,
      body: anthropicBody(input),
    };
    return exchange(input, { request, reader: readerFor, clock });
  };
}

function readerFor(into: Collector): AnswerReader {
  const reader = new AnthropicReader(into);
  return {
    event: (value) => reader.event(value),
    whole: (value) => reader.message(value),
    end: () => reader.end(),
    missing: () =>
      reader.stopped && into.finish !== undefined
        ? undefined
        : "the answer broke off before its end",
  };
}
