// The bytes that go to providers: stable prefixes, cache markers, reasoning back to whom it came from.
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../lib/json.ts";
import { FIND, LABEL } from "../models.fixture.ts";
import type { ModelCall, ModelMessage } from "../model.ts";
import { toolNames } from "../names.ts";
import { providerSchema, type ProviderInput } from "../provider.ts";
import { assert } from "../../lib/result.ts";
import { anthropicBody } from "./anthropic-request.ts";
import { isView, listOf, parseJson, viewOf } from "./json-view.ts";
import { openaiBody } from "./openai-request.ts";
import type { WireInput } from "./wire.ts";

const HISTORY: ModelMessage[] = [
  { role: "system", text: "Be kind.", cache: true },
  { role: "user", text: "Where is it?" },
  {
    role: "assistant",
    text: "I look.  ",
    reasoning: "It must be found.",
    model: "anthropic/m",
    provider: {
      "anthropic-messages": [{ type: "thinking", thinking: "It must be found.", signature: "s1" }],
    },
    calls: [
      { callId: "call_1_1", tool: "order.find", arguments: { orderId: "A" } },
      { callId: "call_1_2", tool: "order.find", arguments: { orderId: "B" } },
    ],
  },
  { role: "tool", callId: "call_1_2", text: "B is here" },
  { role: "tool", callId: "call_1_1", text: "A is here", cache: true },
];

const send = (): Promise<never> => Promise.reject(new Error("unused"));

function inputOf(
  given: Partial<ProviderInput>,
  messages = HISTORY,
  more: Partial<ModelCall> = {},
): WireInput {
  const provider = providerSchema.parse({
    id: "anthropic",
    wire: "anthropic-messages",
    models: [{ id: "m" }],
    ...given,
  });
  const [model] = provider.models;
  assert(model, "there is a model");
  const call: ModelCall = {
    chain: [],
    messages,
    tools: [FIND],
    stream: true,
    label: LABEL,
    personId: "per_a",
    journal: { now: () => Promise.reject(new Error("unused")), later: () => undefined },
    signal: new AbortController().signal,
    ...more,
  };
  return { provider, model, call, names: toolNames([FIND.name]), send, onDelta: () => undefined };
}

function bodyOf(text: string): JsonObject {
  const body = parseJson(text);
  assert(isView(body), "a body is a JSON object");
  return body;
}

describe("anthropic", () => {
  test("marks the prefix and the growing end, and pairs each call with its result", () => {
    const body = bodyOf(anthropicBody(inputOf({})));
    expect(body["system"]).toEqual([
      { type: "text", text: "Be kind.", cache_control: { type: "ephemeral" } },
    ]);
    expect(body["messages"]).toEqual([
      { role: "user", content: [{ type: "text", text: "Where is it?" }] },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "It must be found.", signature: "s1" },
          { type: "text", text: "I look." },
          { type: "tool_use", id: "call_1_1", name: "order_find", input: { orderId: "A" } },
          { type: "tool_use", id: "call_1_2", name: "order_find", input: { orderId: "B" } },
        ],
      },
      {
        role: "user",
        content: [
          {
            type: "tool_result",
            tool_use_id: "call_1_1",
            content: "A is here",
            cache_control: { type: "ephemeral" },
          },
          { type: "tool_result", tool_use_id: "call_1_2", content: "B is here" },
        ],
      },
    ]);
  });

  test("signed thinking goes to no other provider", () => {
    expect(anthropicBody(inputOf({ id: "other" }))).not.toContain("s1");
  });

  test("never more than four markers", () => {
    const many = Array.from({ length: 9 }, (_, i): ModelMessage => ({
      role: i % 2 === 0 ? "user" : "assistant",
      text: `m${i}`,
      cache: true,
    }));
    expect(anthropicBody(inputOf({}, many)).split("cache_control")).toHaveLength(5);
  });

  test("a call without its result, and a result without its call, do no harm", () => {
    const odd: ModelMessage[] = [
      { role: "user", text: "hm" },
      { role: "tool", callId: "gone", text: "old result" },
      { role: "assistant", text: "", calls: [{ callId: "c", tool: "order.find", arguments: {} }] },
      { role: "user", text: "and?" },
    ];
    const text = anthropicBody(inputOf({}, odd));
    expect(text).toContain("was not carried out");
    expect(text).toContain("[Earlier tool result]\\nold result");
  });
});

describe("openai", () => {
  const openai: Partial<ProviderInput> = {
    id: "openai",
    wire: "openai-chat",
    baseUrl: "https://api.openai.com/v1",
  };

  test("a longer history keeps every byte of the shorter one's messages", () => {
    const short = openaiBody(inputOf(openai, HISTORY.slice(0, 2)));
    const long = openaiBody(inputOf(openai));
    const prefix = short.slice(0, short.indexOf("Where is it?") + 12);
    expect(long.startsWith(prefix)).toBe(true);
  });

  test("the provider's own fields go to the provider itself alone", () => {
    const key = { threadKey: "run_1" };
    const own = bodyOf(openaiBody(inputOf(openai, HISTORY, key)));
    expect(own).toMatchObject({ prompt_cache_key: "run_1", max_completion_tokens: 8192 });
    const like = bodyOf(
      openaiBody(inputOf({ ...openai, baseUrl: "http://127.0.0.1:1" }, HISTORY, key)),
    );
    expect(like).toMatchObject({ max_tokens: 8192 });
    expect(like).not.toHaveProperty("prompt_cache_key");
  });

  test("reasoning goes back under its own name within the turn, and not in a later one", () => {
    const said: ModelMessage = {
      role: "assistant",
      text: "",
      model: "openai/m",
      provider: { "openai-chat": { reasoning_content: "so" } },
      calls: [{ callId: "c", tool: "order.find", arguments: {} }],
    };
    const turn: ModelMessage[] = [
      { role: "user", text: "x" },
      said,
      { role: "tool", callId: "c", text: "y" },
    ];
    expect(openaiBody(inputOf(openai, turn))).toContain('"reasoning_content":"so"');
    const later: ModelMessage[] = [...turn, { role: "user", text: "z" }];
    expect(openaiBody(inputOf(openai, later))).not.toContain("reasoning_content");
  });

  test("a model without tool calls gets tools, calls and results as text", () => {
    const models = [{ id: "m", toolCalls: "text" as const }];
    const body = bodyOf(openaiBody(inputOf({ ...openai, models })));
    expect(body).not.toHaveProperty("tools");
    const [system, , assistant, results] = listOf(body, "messages");
    expect(viewOf({ system }, "system")?.["content"]).toContain('"name":"order.find"');
    expect(viewOf({ assistant }, "assistant")?.["content"]).toContain(
      '<tool_call>\n{"name":"order.find","arguments":{"orderId":"A"}}\n</tool_call>',
    );
    expect(viewOf({ results }, "results")).toMatchObject({
      role: "user",
      content:
        "<tool_response>\nA is here\n</tool_response>\n<tool_response>\nB is here\n</tool_response>",
    });
  });
});
