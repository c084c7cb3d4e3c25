// Texts into vectors over the real wire: cut, in bounded requests, in order; and whatever a provider sends that
// is no vector is refused.
import { LLMock } from "@copilotkit/aimock";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { assert } from "../lib/result.ts";
import { embed } from "./embed.ts";
import type { EmbeddingCall, EmbeddingResult } from "./embedding.ts";
import {
  DIMENSIONS,
  meaningOf,
  providerAt,
  startEmbeddings,
  type EmbeddingsServer,
  type Illness,
} from "./embeddings.fixture.ts";
import { benchOf, LABEL, permitsOf, QUICK, type Bench } from "./models.fixture.ts";
import { providersFromSettings } from "./settings.ts";

let server: EmbeddingsServer;
let bench: Bench;
const SMALL = "outside/small";

beforeAll(async () => {
  server = await startEmbeddings();
});
afterAll(() => server.close());
beforeEach(() => {
  server.illness = "none";
  server.texts.length = 0;
  server.requests.length = 0;
  bench = benchOf([providerAt(server)]);
});
afterEach(() => bench.close());

async function made(
  texts: readonly string[],
  {
    on = bench,
    name = SMALL,
    ...more
  }: Partial<EmbeddingCall> & { on?: Bench; name?: string } = {},
): Promise<EmbeddingResult> {
  const found = on.models.embeddings.get(name);
  const permit = (await permitsOf([name])).get(name);
  assert(found && permit, "configured and permitted");
  return embed(on.models, {
    found,
    texts,
    kind: "document",
    permit,
    label: LABEL,
    journal: on.journal,
    personId: "per_ada",
    deadlineMs: 10_000,
    signal: new AbortController().signal,
    ...more,
  });
}

async function vectorsOf(...given: Parameters<typeof made>): Promise<readonly Float32Array[]> {
  const result = await made(...given);
  assert(result.ok, result.ok ? "" : result.failure.detail);
  return result.value.vectors;
}

describe("vectors", () => {
  test("come in the order of the texts, in requests of a bounded size, and are paid for", async () => {
    const texts = Array.from({ length: 150 }, (_, i) => `text ${"x".repeat(i % 40)}`);
    const result = await made(texts);
    assert(result.ok, "made");
    expect(result.value.vectors.map((each) => [...each])).toEqual(
      texts.map((text) => [...Float32Array.from(meaningOf(text))]),
    );
    expect(server.requests.map((each) => each.texts)).toEqual([64, 64, 22]);
    expect(server.requests[0]?.authorization).toBe("Bearer sk-test-secret");
    expect(result.value.usage).toMatchObject({ inputTokens: 1_500, costMicros: 1_500 });
    expect(bench.journal.sent).toBe(3);
  });

  test("are of texts cut to what the model takes, marked as the model wants it", async () => {
    const on = benchOf([
      providerAt(server, { inputTokens: 40, documentPrefix: "passage: ", queryPrefix: "query: " }),
    ]);
    await vectorsOf([`${"word ".repeat(5_000)}\u{1f600}`], { on });
    await vectorsOf(["short"], { on, kind: "query" });
    const [long = "", short] = server.texts;
    expect(long).toMatch(/^passage: word word/);
    expect(long.length).toBeLessThan(250);
    expect(long.isWellFormed()).toBe(true);
    expect(short).toBe("query: short");
    await on.close();
  });

  test("of another mock of the same wire", async () => {
    const mock = new LLMock({ port: 0 });
    await mock.start();
    const on = benchOf([providerAt({ url: `${mock.url}/v1` })]);
    const [one, two, again] = await vectorsOf(["one", "two", "one"], { on });
    expect(one).toHaveLength(1_536);
    expect(again).toEqual(one);
    expect(two).not.toEqual(one);
    await on.close();
    await mock.stop();
  });
});

describe("what is no vector is refused", () => {
  const ILL: Partial<Record<Illness, RegExp>> = {
    garbage: /no JSON object/,
    "other-length": /31 numbers, where 32 were due/,
    "too-few": /2 vectors were due, 1 came/,
    zero: /no direction/,
    "no-number": /no number/,
  };
  test.each(Object.entries(ILL))("%s", async (illness, why) => {
    const known = Object.keys(ILL).find((each): each is Illness => each === illness);
    assert(known, "an illness");
    server.illness = known;
    const result = await made(["a", "b"], { dimensions: DIMENSIONS });
    expect(result).toMatchObject({ ok: false, aboutTexts: true });
    assert(!result.ok, "refused");
    expect(result.failure.code).toBe("model.malformed");
    expect(result.failure.detail).toMatch(why);
  });
});

describe("a provider that", () => {
  test("limits requests is asked again after what it says, then given up", async () => {
    server.illness = "limits";
    const result = await made(["a"]);
    expect(result).toMatchObject({ ok: false, aboutTexts: false });
    expect(server.requests).toHaveLength(3);
    server.illness = "none";
    expect(await vectorsOf(["a"])).toHaveLength(1);
  });

  test("is down is left alone after a while, for documents and questions apart", async () => {
    server.illness = "down";
    for (let i = 0; i < 2; i++) expect(await made(["a"])).toMatchObject({ ok: false });
    const asked = server.requests.length;
    const result = await made(["a"]);
    assert(!result.ok, "left alone");
    expect(result.failure.detail).toMatch(/left alone/);
    expect(server.requests).toHaveLength(asked);
    server.illness = "none";
    expect(await vectorsOf(["a"], { kind: "query" })).toHaveLength(1);
  });

  test("does not take a text says so of that text; its key is told to nobody", async () => {
    server.illness = "takes-no-secret";
    expect(await made(["a secret"])).toMatchObject({ ok: false, aboutTexts: true });
    server.illness = "refuses-key";
    const result = await made(["a"]);
    expect(result).toMatchObject({ ok: false, aboutTexts: false });
    expect(JSON.stringify(result)).not.toContain("sk-test-secret");
  });

  test("never answers costs no longer than there is time", async () => {
    server.illness = "hangs";
    const result = await made(["a"], { deadlineMs: 100, attemptsMax: 1 });
    expect(result).toMatchObject({ ok: false, failure: { code: "model.timeout" } });
  });
});

test("a permit for another model lets nothing out", async () => {
  const permit = (await permitsOf(["outside/large"])).get("outside/large");
  assert(permit, "permitted");
  expect(await made(["a"], { permit })).toMatchObject({
    ok: false,
    failure: { code: "policy.denied" },
  });
  expect(server.requests).toEqual([]);
});

function key(...given: Parameters<typeof providerAt>): string | undefined {
  return benchOf([providerAt(...given)]).models.embeddings.get(SMALL)?.key;
}

test("another address, length or mark of a model is another model's vectors", () => {
  const keys = [
    key(server),
    key({ url: "http://127.0.0.1:1/v1" }),
    key(server, { dimensions: 16 }),
    key(server, { queryPrefix: "query: " }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(key(server, { price: 3, textsMax: 7 })).toBe(keys[0]);
});

function like(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

test(
  "the built-in one finds what is alike, and lets nothing out",
  { timeout: 60_000 },
  async () => {
    const on = benchOf(providersFromSettings({}).map((each) => ({ ...each, times: QUICK })));
    const name = "offline/sentences-1";
    const texts = ["How do I reset my password?", "I forgot my login", "Soup on Monday", " "];
    const [asked, alike, other, blank] = await vectorsOf(texts, { on, name });
    assert(asked && alike && other, "made");
    expect(like(asked, alike)).toBeGreaterThan(like(asked, other) + 0.2);
    expect(blank).toHaveLength(512);
    expect(on.journal.sent).toBe(0);
    await on.close();
  },
);
