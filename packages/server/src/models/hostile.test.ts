// Providers that misbehave on a real socket: half streams, garbage, silence, resets, refusals.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { assert } from "../lib/result.ts";
import { afterEach, describe, expect, test } from "vitest";
import {
  answered,
  ask,
  benchOf,
  failed,
  FIND,
  QUICK,
  recorder,
  type Bench,
} from "./models.fixture.ts";
import type { ModelsOptions } from "./models.ts";
import type { ProviderInput } from "./provider.ts";

type Answering = (response: ServerResponse, request: IncomingMessage, body: string) => void;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A server whose requests are answered by these, in turn; the last one answers the rest. */
async function provider(...answers: Answering[]): Promise<string> {
  let n = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const answer = answers[Math.min(n++, answers.length - 1)];
      answer?.(response, request, Buffer.concat(parts).toString());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  assert(typeof address === "object" && address !== null, "it listens on TCP");
  return `http://127.0.0.1:${address.port}`;
}

function openai(id: string, baseUrl: string, more: Partial<ProviderInput> = {}): ProviderInput {
  const times = { ...QUICK, idleTimeoutMs: 300, firstByteTimeoutMs: 300 };
  return { id, wire: "openai-chat", baseUrl, key: "k", times, models: [{ id: "m" }], ...more };
}

function bench(providers: readonly ProviderInput[], more: Partial<ModelsOptions> = {}): Bench {
  const made = benchOf(providers, more);
  closers.push(made.close);
  return made;
}

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const delta = (content: string): string => event({ choices: [{ delta: { content } }] });
const END = `${event({ choices: [{ delta: {}, finish_reason: "stop" }] })}data: [DONE]\n\n`;
const STREAM = { "content-type": "text/event-stream" };

const good: Answering = (response) => {
  response.writeHead(200, STREAM);
  response.end(delta("well") + END);
};
const refuse =
  (status: number, headers: Record<string, string> = {}): Answering =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ error: { message: `status ${status}` } }));
  };
const half: Answering = (response) => {
  response.writeHead(200, STREAM);
  response.end(delta("half of"));
};
const cut: Answering = (response) => {
  response.writeHead(200, STREAM);
  response.write(delta("cut"));
  setTimeout(() => response.destroy(), 20);
};
const garbage: Answering = (response) => {
  response.writeHead(200, STREAM);
  response.end("data: {not json\n\n");
};
const silent: Answering = () => undefined;
const stalls: Answering = (response) => {
  response.writeHead(200, STREAM);
  response.write(delta("and then"));
};

test.each([
  ["half a stream", half, "model.malformed"],
  ["a stream cut off", cut, "model.unavailable"],
  ["garbage", garbage, "model.malformed"],
  ["silence", silent, "model.timeout"],
  ["a stream that stalls", stalls, "model.timeout"],
  ["429", refuse(429), "model.rate_limited"],
  ["500", refuse(500), "model.unavailable"],
  ["503", refuse(503), "model.unavailable"],
  ["529", refuse(529), "model.unavailable"],
  ["an error inside the stream", erring, "model.unavailable"],
] as const)(
  "%s is a failed attempt; the next one answers from its beginning",
  async (_, bad, code) => {
    const made = bench([openai("a", await provider(bad, good))]);
    const sink = recorder();
    const answer = await answered(made, "hello", { sink });
    expect(answer.text).toBe("well");
    expect(sink.text).toBe("well");
    expect(sink.begun).toEqual([
      { n: 1, model: "a/m" },
      { n: 2, model: "a/m" },
    ]);
    expect(sink.attempts.map((attempt) => attempt.code)).toEqual([code, null]);
    expect(answer.attempts).toEqual(sink.attempts);
  },
);

function erring(response: ServerResponse): void {
  response.writeHead(200, STREAM);
  response.end(
    delta("so far") + event({ error: { message: "overloaded", type: "overloaded_error" } }),
  );
}

describe("the chain", () => {
  test("goes on to the next model and says who answered", async () => {
    const made = bench([
      openai("a", await provider(refuse(401))),
      openai("b", await provider(refuse(500))),
      openai("c", await provider(good)),
    ]);
    const sink = recorder();
    const answer = await answered(made, "hello", { sink });
    expect(answer.model).toBe("c/m");
    expect(sink.attempts.map(({ model, code }) => [model, code])).toEqual([
      ["a/m", "model.refused"],
      ["b/m", "model.unavailable"],
      ["b/m", "model.unavailable"],
      ["b/m", "model.unavailable"],
      ["c/m", null],
    ]);
  });

  test("the last word names everything that was tried, and what the person can do", async () => {
    const made = bench([
      openai("a", await provider(refuse(401))),
      openai("b", await provider(refuse(503))),
    ]);
    const failure = await failed(made, "hello");
    expect(failure.code).toBe("model.unavailable");
    expect(failure.detail).toBe(
      "None of 2 models answered: a/m does not accept the key (401): status 401;" +
        " b/m is failing (503): status 503 (tried 3 times).",
    );
    expect(failure.hint).toMatch(/try again/i);
  });

  test("a model that policy gives no permit for is not asked", async () => {
    let asked = 0;
    const url = await provider(
      (response, request, body) => (asked++, good(response, request, body)),
    );
    const made = bench([openai("a", url)]);
    const { complete } = await import("./complete.ts");
    const call = {
      chain: ["a/m"],
      messages: [],
      tools: [],
      stream: true,
      label: { audience: [], classes: [], trust: "person" as const },
      personId: "per_a",
      journal: made.journal,
      signal: new AbortController().signal,
    };
    const result = await complete(made.models, new Map(), call, recorder());
    expect(result).toMatchObject({ ok: false, failure: { code: "policy.denied" } });
    expect(asked).toBe(0);
  });

  test("with another model at hand nobody waits for a long Retry-After", async () => {
    const made = bench([
      openai("a", await provider(refuse(429, { "retry-after": "20" }))),
      openai("b", await provider(good)),
    ]);
    const sink = recorder();
    expect((await answered(made, "hello", { sink })).model).toBe("b/m");
    expect(sink.attempts).toHaveLength(2);
  });
});

describe("Retry-After", () => {
  test.each([
    ["seconds", () => "7", 7000],
    ["a date", (now: number) => new Date(now + 9000).toUTCString(), 9000],
  ])("in %s is waited for", async (_, header, waitMs) => {
    const now = Date.UTC(2026, 0, 1);
    const slept: number[] = [];
    const clock = {
      now: () => now,
      monotonicMs: () => performance.now(),
      sleep: async (ms: number) => void slept.push(ms),
    };
    const url = await provider(refuse(429, { "retry-after": header(now) }), good);
    await answered(bench([openai("a", url)], { clock }), "hello");
    expect(slept).toEqual([waitMs]);
  });

  test("of an hour is not waited for", async () => {
    const url = await provider(refuse(429, { "retry-after": "3600" }), good);
    const failure = await failed(bench([openai("a", url)]), "hello");
    expect(failure.code).toBe("model.rate_limited");
    expect(failure.hint).toContain("minute");
  });
});

test("a model that keeps failing is left alone, then probed once, then trusted again", async () => {
  let nowMs = 0;
  let asked = 0;
  let sick = true;
  const url = await provider((response, request, body) => {
    asked++;
    (sick ? refuse(500) : good)(response, request, body);
  });
  const clock = { now: () => Date.now(), monotonicMs: () => nowMs, sleep: async () => undefined };
  const made = bench([openai("a", url)], { clock });
  await failed(made, "1");
  await failed(made, "2");
  expect(asked).toBe(5);
  expect((await failed(made, "3")).detail).toContain("left alone");
  expect(asked).toBe(5);
  expect(made.models.list()[0]?.ready).toBe(false);
  nowMs += 10_001;
  await failed(made, "4");
  expect(asked).toBe(6);
  nowMs += 20_001;
  sick = false;
  expect((await answered(made, "5")).text).toBe("well");
  expect((await answered(made, "6")).text).toBe("well");
});

test("a cancel stops at once: no retry, no next model", async () => {
  const stop = new AbortController();
  const made = bench([
    openai("a", await provider((...args) => (stop.abort(), silent(...args)))),
    openai("b", await provider(good)),
  ]);
  const sink = recorder();
  const result = await ask(made, "hello", { signal: stop.signal, sink });
  expect(result).toMatchObject({ ok: false, failure: { code: "run.cancelled" } });
  expect(sink.begun).toHaveLength(1);
});

const calls = (...given: unknown[]): string =>
  event({ choices: [{ delta: { tool_calls: given } }] });

const interleaved: Answering = (response) => {
  response.writeHead(200, STREAM);
  response.write(calls({ index: 0, id: "x", function: { name: "order_find", arguments: '{"a' } }));
  response.write(calls({ index: 1, id: "y", function: { name: "order_find", arguments: "" } }));
  response.write(
    calls(
      { index: 1, function: { arguments: '{"b":2}' } },
      { index: 0, function: { arguments: '":1}' } },
    ),
  );
  response.end(END);
};
const loose: Answering = (response) => {
  response.writeHead(200, STREAM);
  response.write(calls({ id: "x", function: { name: "order_find", arguments: { a: 1 } } }));
  response.write(calls({ id: "y", function: { name: "order_find", arguments: '{"b":2}' } }));
  response.end(END);
};
test("calls that come in pieces, out of turn, without index or with whole arguments are one each", async () => {
  for (const style of [interleaved, loose]) {
    const answer = await answered(bench([openai("a", await provider(style))]), "x", {
      tools: [FIND],
    });
    expect(answer.calls.map((call) => call.arguments)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(answer.finish).toBe("calls");
  }
});

test("a key stands in a secret header alone: in no body, event or failure", async () => {
  const sent: unknown[] = [];
  const url = await provider(refuse(500));
  const made = bench([openai("a", url, { key: "sk-very-secret" })]);
  const { journal } = made;
  const now = journal.now.bind(journal);
  journal.now = async (events) => (sent.push(events), now(events));
  const failure = await failed(made, "hello");
  expect(sent).toHaveLength(3);
  expect(JSON.stringify([sent, failure])).not.toContain("very-secret");
});
