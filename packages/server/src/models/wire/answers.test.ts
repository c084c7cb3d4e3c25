// What both readers make of what providers send: usage with its parts, reasoning, ends.
import { describe, expect, test } from "vitest";
import { assert } from "../../lib/result.ts";
import { costMicros } from "../price.ts";
import { toolNames } from "../names.ts";
import { AnthropicReader } from "./anthropic-answer.ts";
import { Collector } from "./collect.ts";
import type { View } from "./json-view.ts";
import { OpenaiReader } from "./openai-answer.ts";
import { refusalWithin } from "./status.ts";

const NAMES = toolNames([]);
const price = { input: 1_000_000, output: 2_000_000, cached: 100_000, cacheWrite: 1_250_000 };

function openai(...chunks: View[]) {
  const into = new Collector(() => undefined);
  const reader = new OpenaiReader(into);
  for (const chunk of chunks) reader.chunk(chunk);
  reader.end();
  return into.done(NAMES);
}

function anthropic(...events: View[]) {
  const into = new Collector(() => undefined);
  const reader = new AnthropicReader(into);
  for (const event of events) reader.event(event);
  reader.end();
  return into.done(NAMES);
}

function whole(answer: ReturnType<typeof openai>) {
  assert(typeof answer !== "string", "an answer was expected");
  return answer;
}

const end = (reason: string) =>
  whole(anthropic({ type: "message_delta", delta: { stop_reason: reason } })).finish;

describe("openai", () => {
  test("usage counts cached tokens within the input, reasoning within the output", () => {
    const { tokens } = whole(
      openai({
        choices: [{ message: { content: "ok" }, finish_reason: "stop" }],
        usage: {
          prompt_tokens: 1000,
          completion_tokens: 50,
          prompt_tokens_details: { cached_tokens: 900 },
          completion_tokens_details: { reasoning_tokens: 20 },
        },
      }),
    );
    assert(tokens, "usage was told");
    expect(tokens).toEqual({
      input: 1000,
      cachedRead: 900,
      cachedWrite: 0,
      output: 50,
      reasoning: 20,
    });
    expect(costMicros(price, tokens)).toBe(100 + 90 + 100);
  });

  test("reasoning goes back under the name it came by", () => {
    const { reasoning, provider } = whole(
      openai(
        { choices: [{ delta: { reasoning: "so " } }] },
        { choices: [{ delta: { reasoning: "it is", content: "yes" }, finish_reason: "stop" }] },
      ),
    );
    expect(reasoning).toBe("so it is");
    expect(provider).toEqual({ "openai-chat": { reasoning: "so it is" } });
  });

  test("a call cut off by the length is left out; one that is no JSON makes the answer unreadable", () => {
    const call = {
      tool_calls: [{ index: 0, id: "a", function: { name: "t", arguments: '{"a":' } }],
    };
    const cut = openai({ choices: [{ delta: call, finish_reason: "length" }] });
    expect(whole(cut)).toMatchObject({ calls: [], finish: "length" });
    expect(openai({ choices: [{ delta: call, finish_reason: "tool_calls" }] })).toContain(
      "no JSON",
    );
  });

  test("odd shapes are passed over", () => {
    expect(
      whole(
        openai(
          { choices: "none" },
          { choices: [null] },
          { choices: [{ delta: { content: 5, tool_calls: {} } }], usage: null },
          {
            choices: [
              { delta: { content: [{ type: "text", text: "parts" }] }, finish_reason: "odd" },
            ],
          },
        ),
      ),
    ).toMatchObject({ text: "parts", finish: "stop" });
  });
});

describe("anthropic", () => {
  test("cached tokens are beside the input and are added to it", () => {
    const usage = {
      input_tokens: 100,
      cache_read_input_tokens: 800,
      cache_creation_input_tokens: 100,
    };
    const { tokens } = whole(
      anthropic(
        { type: "message_start", message: { usage } },
        { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 50 } },
      ),
    );
    assert(tokens, "usage was told");
    expect(tokens).toEqual({
      input: 1000,
      cachedRead: 800,
      cachedWrite: 100,
      output: 50,
      reasoning: 0,
    });
    expect(costMicros(price, tokens)).toBe(100 + 80 + 125 + 100);
  });

  test("thinking without a signature does not go back; redacted thinking does", () => {
    const { provider, reasoning } = whole(
      anthropic(
        {
          type: "content_block_start",
          index: 0,
          content_block: { type: "thinking", thinking: "" },
        },
        {
          type: "content_block_delta",
          index: 0,
          delta: { type: "thinking_delta", thinking: "hm" },
        },
        {
          type: "content_block_start",
          index: 1,
          content_block: { type: "redacted_thinking", data: "x" },
        },
      ),
    );
    expect(reasoning).toBe("hm");
    expect(provider).toEqual({ "anthropic-messages": [{ type: "redacted_thinking", data: "x" }] });
  });

  test("a refusal and a full window are told apart from an end", () => {
    expect([end("refusal"), end("max_tokens"), end("end_turn")]).toEqual([
      "filtered",
      "length",
      "stop",
    ]);
  });
});

test("an error within an answer says whether to try again, and quotes no key", () => {
  const overloaded = refusalWithin({ error: { type: "overloaded_error", message: "busy" } });
  expect(overloaded).toMatchObject({ again: true, status: 529 });
  const long = refusalWithin({
    error: { type: "invalid_request_error", message: "prompt is too long: 9 tokens > 8 maximum" },
  });
  expect(long).toMatchObject({ again: false, failure: { code: "model.too_long" } });
  const key = refusalWithin({ error: { message: "bad key sk-abcdefghijkl", code: 401 } });
  expect(key.failure.detail).not.toContain("abcdefghijkl");
});
