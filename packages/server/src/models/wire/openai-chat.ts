// The wire of OpenAI's chat completions and of the many servers that speak it.
import type { Clock } from "../../lib/clock.ts";
import { endpointOf } from "../provider.ts";
import type { Collector } from "./collect.ts";
import { exchange, type AnswerReader } from "./http.ts";
import { OpenaiReader } from "./openai-answer.ts";
import { openaiBody } from "./openai-request.ts";
import type { Wire } from "./wire.ts";

export function openaiChat(clock: Clock): Wire {
  return (input) => {
    const { provider } = input;
    const secretHeaders: Record<string, string> =
      provider.key === undefined ? {} : { authorization: `Bearer ${provider.key}` };
    const request = {
      url: endpointOf(provider.baseUrl, "/v1/chat/completions"),
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: input.call.stream ? "text/event-stream" : "application/json",
        ...provider.headers,
      },
      secretHeaders,
      body: openaiBody(input),
    };
    return exchange(input, { request, reader: readerFor, clock });
  };
}

function readerFor(into: Collector): AnswerReader {
  const reader = new OpenaiReader(into);
  return {
    event: (value) => reader.chunk(value),
    whole: (value) => reader.chunk(value),
    end: () => reader.end(),
    // The last chunk names the reason; without it the stream was cut, whatever came after.
    missing: () => (into.finish === undefined ? "the answer broke off before its end" : undefined),
  };
}
