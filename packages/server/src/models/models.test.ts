// The small rules: names there and back, prices, token estimates, settings, patience.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toolNames } from "./names.ts";
import { costMicros } from "./price.ts";
import { endpointOf, timesSchema } from "./provider.ts";
import { retryInMs } from "./retry.ts";
import { providersFromSettings } from "./settings.ts";
import { estimateTokens } from "./tokens.ts";
import { retryAfterMs } from "./wire/status.ts";

test("tool names go out as providers allow them and come back as they were", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 100 }), { maxLength: 20 }),
      (given) => {
        const names = toolNames(given);
        const wire = given.map((name) => names.toWire(name));
        for (const name of wire) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
        expect(wire.map((name) => names.fromWire(name))).toEqual(given);
      },
    ),
  );
  expect(toolNames(["a.b", "a_b"]).toWire("a_b")).toBe("a_b");
});

test("cached tokens cost their own price, and a part of a micro counts as one", () => {
  const price = { input: 3_000_000, output: 15_000_000, cached: 300_000, cacheWrite: 3_750_000 };
  const tokens = { input: 1000, cachedRead: 600, cachedWrite: 100, output: 10, reasoning: 0 };
  expect(costMicros(price, tokens)).toBe(300 * 3 + 600 * 0.3 + 100 * 3.75 + 10 * 15);
  expect(costMicros({ input: 1, output: 0 }, { ...tokens, input: 1 })).toBe(1);
});

describe("token estimates", () => {
  // Each text twenty times over, and the count that the vocabulary o200k_base gives for it.
  test.each([
    [
      601,
      "The committee met on Thursday to discuss the proposal. After a long debate, its members " +
        "agreed that further evidence was needed before any decision could be taken. ",
    ],
    [621, '{"ticketId":"TCK-1042","amountCents":25000,"lines":[{"sku":"SKU-77","count":3}]} '],
    [400, "export function add(a: number, b: number): number {\n  return a + b;\n}\n"],
    [321, "Die Sitzung wurde auf Donnerstag verschoben, weil die Unterlagen noch fehlten. "],
    [341, "La réunion a été reportée à jeudi parce que les documents manquaient encore. "],
    [400, "会議は木曜日に延期されました。書類がまだ足りないからです。"],
    [342, "Заседание перенесли на четверг, потому что документов ещё не хватало. "],
  ])("are within a fifth of the real %i", (real, text) => {
    const ratio = estimateTokens(text.repeat(20)) / real;
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.2);
  });

  test("grow with the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
        expect(estimateTokens(text)).toBeLessThanOrEqual(2 * text.length + 1);
        expect(estimateTokens(`${text}${text}`)).toBeLessThanOrEqual(2 * estimateTokens(text) + 2);
      }),
    );
  });
});

test("providers come from keys and addresses; the built-in one is always there", () => {
  expect(providersFromSettings({}).map(({ id }) => id)).toEqual(["offline"]);
  const providers = providersFromSettings({
    anthropicKey: "k",
    openaiBaseUrl: "http://127.0.0.1:1/v1",
    openaiModels: ["gpt-5-mini-2026-01-01", "own"],
  });
  expect(providers.map(({ id, wire }) => [id, wire])).toEqual([
    ["offline", "offline"],
    ["anthropic", "anthropic-messages"],
    ["openai", "openai-chat"],
  ]);
  const [known, own] = providers[2]?.models ?? [];
  expect(known).toMatchObject({ id: "gpt-5-mini-2026-01-01", price: { input: 250_000 } });
  expect(own).toMatchObject({ id: "own", price: { input: 0 } });
});

test("a base address may or may not end in its version", () => {
  const path = "/v1/chat/completions";
  for (const base of ["http://h/v1", "http://h/v1/", "http://h"])
    expect(endpointOf(base, path)).toBe("http://h/v1/chat/completions");
});

describe("patience", () => {
  const failed = {
    failure: { code: "model.unavailable" as const, detail: "" },
    status: 500,
    retryAfterMs: null,
    again: true,
  };
  const times = timesSchema.parse({ backoffMs: 100, backoffMsMax: 300, attemptsMax: 9 });
  const base = { failed, times, leftMs: 60_000, others: false };

  test("grows, stays within its bounds, and ends", () => {
    const waits = (fraction: number) =>
      [1, 2, 3, 4].map((attempts) => retryInMs({ ...base, attempts, fraction }));
    expect(waits(0)).toEqual([50, 100, 150, 150]);
    expect(waits(1)).toEqual([100, 200, 300, 300]);
    expect(retryInMs({ ...base, attempts: 9, fraction: 0 })).toBeUndefined();
    expect(retryInMs({ ...base, attempts: 1, fraction: 0, leftMs: 10 })).toBeUndefined();
  });

  test("is read from the answer's head", () => {
    const now = Date.UTC(2026, 0, 1);
    const date = new Date(now + 5000).toUTCString();
    expect(retryAfterMs({ "retry-after": "2" }, now)).toBe(2000);
    expect(retryAfterMs({ "retry-after": date }, now)).toBe(5000);
    expect(retryAfterMs({ "retry-after-ms": "120", "retry-after": "2" }, now)).toBe(120);
    expect(retryAfterMs({ "retry-after": "soon" }, now)).toBeNull();
    expect(retryAfterMs({ "retry-after": "-3" }, now)).toBeNull();
  });
});
