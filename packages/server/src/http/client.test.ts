// The typed client against the real server over real sockets: calls, retries, streams that break.
import type { StreamFrame } from "@stead/protocol";
import { ApiError, createClient, streamRun, UnreachableError, type Client } from "@stead/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Frame } from "../lib/handler.ts";
import { assert, ok } from "../lib/result.ts";
import { createFixture, type Fixture, type Entered } from "./edge.fixture.ts";
import { listen, type Listening } from "./serve.ts";

let fixture: Fixture;
let listening: Listening;
let builder: Entered;
let client: Client;
/** What the stand-in for a run's stream sends; each connection takes the next list. */
let connections: (Frame<StreamFrame> | "break")[][] = [];
const lastEventIds: (string | null)[] = [];

beforeAll(async () => {
  fixture = await createFixture({
    handlers: () => ({
      "run.stream": async ({ lastEventId, signal }) => {
        lastEventIds.push(lastEventId);
        return ok(framesOf(connections.shift() ?? [], signal));
      },
    }),
  });
  const bound = await listen(fixture.app, { host: "127.0.0.1", port: 0, clock: fixture.ctx.clock });
  assert(bound.ok, "a free port is found");
  listening = bound.value;
  builder = await fixture.enter("builder");
  client = clientOf(builder);
});
afterAll(async () => {
  await listening.close();
  await fixture.close();
});

async function* framesOf(
  frames: (Frame<StreamFrame> | "break")[],
  signal: AbortSignal,
): AsyncGenerator<Frame<StreamFrame>> {
  for (const frame of frames) {
    if (frame === "break") throw new Error("the connection breaks here");
    yield frame;
  }
  if (frames.length === 0)
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

function clientOf({ cookie }: Entered, fetch: typeof globalThis.fetch = globalThis.fetch): Client {
  const withCookie: typeof globalThis.fetch = (target, init) => {
    const headers = new Headers(init?.headers);
    headers.set("cookie", cookie);
    return fetch(target, { ...init, headers });
  };
  return createClient({ baseUrl: listening.url, fetch: withCookie });
}

const SPEC = { name: "Finder", instructions: "Find.", models: ["offline/offline"], tools: [] };

test("calls are typed from the table and find the CSRF token by themselves", async () => {
  const agent = await client.call("agent.create", { body: SPEC });
  expect(agent.draft.bounds.stepsMax).toBe(30);
  const version = await client.call("agent.publish", { params: { agentId: agent.id }, body: {} });
  expect(version.version).toBe(1);
  const { items } = await client.call("agent.list");
  expect(items.map((item) => item.id)).toContain(agent.id);
});

test("an error is the server's own, with code and hint", async () => {
  const refused = await client.call("ledger.verify").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiError);
  expect(refused).toMatchObject({ code: "policy.denied", status: 403 });
});

test("a POST whose answer was lost is repeated with the same key and acts once", async () => {
  let lost = 0;
  const losing: typeof fetch = async (target, init) => {
    const response = await fetch(target, init);
    if (init?.method !== "POST" || lost > 0) return response;
    lost++;
    await response.arrayBuffer();
    throw new TypeError("the answer was lost");
  };
  const before = (await client.call("agent.list")).items.length;
  await clientOf(builder, losing).call("agent.create", { body: SPEC });
  expect(lost).toBe(1);
  expect((await client.call("agent.list")).items).toHaveLength(before + 1);
});

test("a PUT is not repeated: nobody knows whether it took effect", async () => {
  let sent = 0;
  const losing: typeof fetch = async (target, init) => {
    if (init?.method !== "PUT") return fetch(target, init);
    sent++;
    throw new TypeError("the network is away");
  };
  const input = { params: { agentId: "agt_x" }, body: SPEC };
  const failed = clientOf(builder, losing).call("agent.update", input);
  await expect(failed).rejects.toBeInstanceOf(UnreachableError);
  expect(sent).toBe(1);
});

/** Attempt 1, delta 2 has the id `1.1.2`. */
function delta(id: string, offset: number, text: string): Frame<StreamFrame> {
  const attempt = Number(id.split(".")[1]);
  return { id, data: { type: "text-delta", step: 1, attempt, offset, kind: "text", text } };
}
const END: Frame<StreamFrame> = {
  id: "9",
  data: {
    type: "run-end",
    status: "answered",
    text: "Good day",
    citations: [],
    coverage: [],
    failure: null,
  },
};

test("a stream that breaks goes on where it was, and no text comes twice", async () => {
  lastEventIds.length = 0;
  connections = [
    [delta("1.1.1", 0, "Goo"), "break"],
    [delta("1.1.2", 0, "Good m"), "break"],
    [{ id: "1.2.0", data: { type: "text-reset", step: 1, attempt: 2 } }, delta("1.2.1", 0, "Good")],
    [delta("1.2.1", 0, "Good"), delta("1.2.2", 4, " day"), END],
  ];
  const texts: string[] = [];
  let text = "";
  for await (const frame of streamRun(client, "run_1")) {
    if (frame.type === "text-reset") text = "";
    if (frame.type === "text-delta") text += frame.text;
    texts.push(text);
  }
  expect(texts).toEqual(["Goo", "Good m", "", "Good", "Good day", "Good day"]);
  expect(lastEventIds).toEqual([null, "1.1.1", "1.1.2", "1.2.1"]);
});

test("closing the server ends its streams and returns", async () => {
  const second = await createFixture({
    handlers: () => ({ "run.stream": async ({ signal }) => ok(framesOf([], signal)) }),
  });
  const bound = await listen(second.app, { host: "127.0.0.1", port: 0, clock: second.ctx.clock });
  assert(bound.ok, "a free port is found");
  const { cookie } = await second.enter("employee");
  const opened = await fetch(`${bound.value.url}/api/runs/run_1/stream`, { headers: { cookie } });
  expect(opened.headers.get("content-type")).toContain("text/event-stream");
  const reader = opened.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(": stead\n\n");
  await bound.value.close();
  expect((await reader?.read())?.done).toBe(true);
  await second.close();
});

test("a body of 10 MB is refused while it arrives", async () => {
  const chunk = new Uint8Array(100_000).fill(0x61);
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += chunk.length;
      if (sent > 10_000_000) controller.close();
      else controller.enqueue(chunk);
    },
  });
  const answered = await fetch(`${listening.url}/api/agents`, {
    method: "POST",
    headers: {
      cookie: builder.cookie,
      "stead-csrf": builder.csrf,
      "content-type": "application/json",
      "idempotency-key": "0123456789abcdef",
    },
    body,
    duplex: "half",
  });
  expect(answered.status).toBe(413);
  expect(await answered.json()).toMatchObject({ error: { code: "request.too_large" } });
  expect(sent).toBeLessThan(10_000_000);
});
