// Both real wires, streamed and whole, against a mock that speaks them as their providers do.
import { LLMock } from "@copilotkit/aimock";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  answered,
  benchOf,
  failed,
  FIND,
  QUICK,
  recorder,
  say,
  type Bench,
} from "./models.fixture.ts";
import type { ModelTool } from "./model.ts";
import type { ProviderInput } from "./provider.ts";

const mock = new LLMock({ port: 0, chunkSize: 7 });
beforeAll(() => mock.start());
afterAll(() => mock.stop());

const STOCK: ModelTool = { name: "stock.count", description: "Counts", inputSchema: {} };
const price = { input: 1_000_000, output: 2_000_000, cached: 100_000 };

const WIRES = [
  { id: "openai", wire: "openai-chat", path: "/v1" },
  { id: "anthropic", wire: "anthropic-messages", path: "" },
  { id: "sdk", wire: "ai-sdk", path: "/v1", package: "@ai-sdk/openai-compatible" },
] as const;

describe.each(WIRES)("$wire", ({ path, ...wire }) => {
  describe.each([{ stream: true }, { stream: false }])("stream: $stream", ({ stream }) => {
    let bench: Bench;
    beforeEach(() => {
      const provider: ProviderInput = {
        ...wire,
        baseUrl: `${mock.url}${path}`,
        key: "sk-test-secret",
        times: QUICK,
        models: [{ id: "model-a", price }],
      };
      bench = benchOf([provider]);
    });
    afterEach(async () => {
      mock.clearFixtures();
      mock.clearRequests();
      await bench.close();
    });

    test("a text arrives as deltas and as a whole", async () => {
      mock.onMessage("hello", { content: "Hello to you, dear person of the test." });
      const sink = recorder();
      const answer = await answered(bench, "hello", { stream, sink });
      expect(answer.text).toBe("Hello to you, dear person of the test.");
      expect(sink.text).toBe(answer.text);
      expect(answer.finish).toBe("stop");
      expect(answer.usage.inputTokens).toBeGreaterThan(0);
      expect(answer.usage.outputTokens).toBeGreaterThan(0);
      expect(answer.usage.costMicros).toBeGreaterThan(0);
      expect(sink.attempts).toMatchObject([{ model: answer.model, status: 200, code: null }]);
      expect(bench.journal.sent).toBe(1);
    });

    test("several calls at once, with dotted names there and back", async () => {
      mock.onMessage("both", {
        toolCalls: [
          { name: "order_find", arguments: { orderId: "ORD-1", note: 'ünïcode "quoted"' } },
          { name: "stock_count", arguments: {} },
        ],
      });
      const answer = await answered(bench, "both", { stream, tools: [FIND, STOCK] });
      expect(answer.finish).toBe("calls");
      expect(answer.calls).toMatchObject([
        {
          tool: "order.find",
          arguments: { orderId: "ORD-1", note: 'ünïcode "quoted"' },
          found: "wire",
        },
        { tool: "stock.count", arguments: {}, found: "wire" },
      ]);
    });

    test("the history of calls and results is understood, and the next answer comes", async () => {
      mock.on({ toolCallId: "call_1_1" }, { content: "It is on its way." });
      const answer = await answered(
        bench,
        [
          { role: "system", text: "You are kind.", cache: true },
          say("Where is ORD-1?"),
          {
            role: "assistant",
            text: "",
            calls: [{ callId: "call_1_1", tool: "order.find", arguments: { orderId: "ORD-1" } }],
          },
          { role: "tool", callId: "call_1_1", text: '{"status":"sent"}', cache: true },
        ],
        { stream, tools: [FIND] },
      );
      expect(answer.text).toBe("It is on its way.");
    });

    test("a call in plain text is found when the wire brings none", async () => {
      mock.onMessage("plain", {
        content:
          'Let me see.\n<tool_call>{"name":"order_find","arguments":{"orderId":"ORD-9"}}</tool_call>',
      });
      const sink = recorder();
      const answer = await answered(bench, "plain", { stream, tools: [FIND], sink });
      expect(answer.calls).toMatchObject([
        { tool: "order.find", arguments: { orderId: "ORD-9" }, found: "text" },
      ]);
      expect(answer.text.trim()).toBe("Let me see.");
      expect(sink.text).not.toContain("tool_call");
      expect(answer.finish).toBe("calls");
    });

    test("a refusal says what failed, tries once, and shows no key", async () => {
      mock.onMessage("no", {
        error: {
          message: "Incorrect API key sk-test-secret provided",
          type: "authentication_error",
        },
        status: 401,
      });
      const failure = await failed(bench, "no", { stream });
      expect(failure.code).toBe("model.refused");
      expect(failure.detail).toContain("/model-a does not accept the key (401)");
      expect(failure.hint).toContain("administrator");
      expect(JSON.stringify(failure)).not.toContain("secret");
      expect(bench.journal.sent).toBe(1);
    });

    test("reasoning comes apart from the text, and can go back where it came from", async () => {
      mock.onMessage("think", {
        content: "Forty-two.",
        reasoning: "Six times seven.",
        reasoningSignature: "signed",
      });
      const sink = recorder();
      const answer = await answered(bench, "think", { stream, sink });
      expect(answer).toMatchObject({ text: "Forty-two.", reasoning: "Six times seven." });
      expect(sink.reasoning).toBe("Six times seven.");
      if (wire.wire === "ai-sdk") return;
      mock.clearFixtures();
      mock.onMessage("again", { content: "Yes." });
      const { model, text, reasoning, provider } = answer;
      const turn = {
        role: "assistant" as const,
        model,
        text,
        reasoning,
        ...(provider ? { provider } : {}),
      };
      await answered(bench, [say("think"), turn, say("again")], { stream });
      const sent = JSON.stringify(mock.getLastRequest()?.body);
      if (wire.wire === "anthropic-messages")
        expect(provider).toEqual({
          "anthropic-messages": [
            { type: "thinking", thinking: "Six times seven.", signature: "signed" },
          ],
        });
      expect(sent).toContain("Forty-two.");
    });

    test.each([
      ["malformed", { malformedRate: 1 }, "model.malformed"],
      ["dropped", { dropRate: 1 }, "model.unavailable"],
      ["limited", { rateLimitRate: 1 }, "model.rate_limited"],
    ] as const)("chaos: %s", async (_, chaos, code) => {
      mock.onMessage("chaos", { content: "never" });
      mock.setChaos(chaos);
      const failure = await failed(bench, "chaos", { stream });
      mock.clearChaos();
      expect(failure.code).toBe(code);
    });

    test("429 and 500 are tried again", async () => {
      mock.onMessage("again", { content: "At last." });
      mock.nextRequestError(500, { message: "oh" });
      const sink = recorder();
      const answer = await answered(bench, "again", { stream, sink });
      expect(answer.text).toBe("At last.");
      expect(sink.begun.map(({ n }) => n)).toEqual([1, 2]);
      expect(sink.attempts.map(({ code }) => code)).toEqual(["model.unavailable", null]);
    });
  });
});
