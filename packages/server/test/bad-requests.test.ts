// Requests that are wrong in every way, through the whole server: each a clear error of the closed list, no run
// begun, and the server none the worse.
import { connect } from "node:net";
import { ERRORS } from "@stead/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { sanctioned } from "../src/egress/sanction.ts";
import { HOST, send, type Entered } from "../src/http/edge.fixture.ts";
import { listen, type Listening } from "../src/http/serve.ts";
import { systemClock } from "../src/lib/clock.ts";
import { assert } from "../src/lib/result.ts";
import { startRun } from "./loop/ask.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const errorSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), detail: z.string().min(1) }),
});
const JSON_TYPE = { "content-type": "application/json" };
let yard: Yard;
let server: Listening;
let ada: Entered;
let agentId: string;
let sound: string;

beforeAll(async () => {
  yard = await openYard({ script: () => ({ text: "Here." }) });
  const listening = await listen(yard.stead.app, {
    host: "127.0.0.1",
    port: 0,
    clock: systemClock,
  });
  assert(listening.ok, "the server listens");
  server = listening.value;
  agentId = await makeAgent(yard, { name: "Plain" });
  ada = await yard.enter("employee");
  sound = JSON.stringify({ agentId, input: "hello" });
});
afterAll(async () => {
  await server.close();
  await yard.close();
});

let last = 0;
const credentials = () => ({
  host: HOST,
  cookie: ada.cookie,
  "stead-csrf": ada.csrf,
  "idempotency-key": `bad-request-number-${++last}`,
});

interface Given {
  readonly path?: string;
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

async function post({ path = "/api/runs", body = sound, headers = JSON_TYPE }: Given) {
  const init: RequestInit = { method: "POST", headers: { ...credentials(), ...headers }, body };
  const response = await yard.request(path, { ...init, duplex: "half" });
  return { status: response.status, text: await response.text() };
}

async function runs(): Promise<number> {
  const { body } = await send(yard, "/api/runs?limit=100", { as: ada });
  return z.object({ items: z.array(z.unknown()) }).parse(body).items.length;
}

/** Ten megabytes without saying so before. */
function endless(): ReadableStream<Uint8Array> {
  let left = 160;
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(new TextEncoder().encode("x".repeat(65_536)));
      else controller.close();
    },
  });
}

const change = (fields: object): string => JSON.stringify({ ...JSON.parse(sound), ...fields });
const CASES: [what: string, given: () => Given, code: keyof typeof ERRORS][] = [
  ["a body that is no JSON", () => ({ body: '{"agentId":' }), "request.malformed"],
  ["no body", () => ({ body: "" }), "request.invalid"],
  ["a list", () => ({ body: "[]" }), "request.invalid"],
  [
    "invalid UTF-8",
    () => ({ body: new Uint8Array([...Buffer.from('{"input":"'), 0xff, 0xfe, 0x22, 0x7d]) }),
    "request.malformed",
  ],
  ["U+0000", () => ({ body: change({ input: "a\0b" }) }), "request.malformed"],
  ["a form", () => ({ headers: { "content-type": "text/plain" } }), "request.malformed"],
  ["no content type", () => ({ headers: { "content-type": "" } }), "request.malformed"],
  ["10 MB", () => ({ body: change({ input: "x".repeat(10_000_000) }) }), "request.too_large"],
  [
    "a nest of lists",
    () => ({ body: `{"input":${"[".repeat(50_000)}${"]".repeat(50_000)}}` }),
    "request.malformed",
  ],
  ["a field of the wrong type", () => ({ body: change({ input: 7 }) }), "request.invalid"],
  ["an empty question", () => ({ body: change({ input: "" }) }), "request.invalid"],
  [
    "an agent that there is not",
    () => ({ body: change({ agentId: "agt_0" }) }),
    "resource.not_found",
  ],
  [
    "a thread that there is not",
    () => ({ body: change({ threadId: "thr_0" }) }),
    "resource.not_found",
  ],
  ["an endpoint that there is not", () => ({ path: "/api/rums" }), "resource.not_found"],
  ["an unknown field of the query", () => ({ path: "/api/runs?as=usr_amy" }), "request.invalid"],
];

test.each(CASES)("%s", async (_what, given, code) => {
  const before = await runs();
  const { status, text } = await post(given());
  const { error } = errorSchema.parse(JSON.parse(text));
  expect(error.code).toBe(code);
  expect(status).toBe(ERRORS[code][0]);
  expect(text).not.toMatch(/ at .*\.ts:|node_modules/);
  expect(await runs()).toBe(before);
});

test("10 MB that are not announced: refused before they are all read", async () => {
  const before = await runs();
  const sent = await post({ body: endless() }).catch(() => undefined);
  // A client that goes on sending may see the connection close before it reads the answer.
  if (sent) expect(errorSchema.parse(JSON.parse(sent.text)).error.code).toBe("request.too_large");
  expect(await runs()).toBe(before);
});

test("a field that nobody knows, or that names another person, changes nothing", async () => {
  const { status, text } = await post({
    body: change({
      personId: "usr_amy",
      principal: { personId: "usr_amy" },
      roles: ["administrator"],
    }),
  });
  if (status === 200) expect(JSON.parse(text)).toMatchObject({ person: { id: "usr_ada" } });
  else expect(errorSchema.parse(JSON.parse(text)).error.code).toBe("request.invalid");
});

test("the same key with another body is refused, with the same one repeated", async () => {
  const headers = { ...JSON_TYPE, "idempotency-key": "one-key-for-two-requests" };
  const first = await post({ headers });
  expect(first.status).toBe(200);
  const repeated = await post({ headers });
  expect(JSON.parse(repeated.text)).toMatchObject({ id: JSON.parse(first.text).id });
  const other = await post({ headers, body: change({ input: "something else" }) });
  expect(other.status).toBe(409);
  expect(errorSchema.parse(JSON.parse(other.text)).error.code).toBe("request.conflict");
  const { error } = errorSchema.parse(
    JSON.parse((await post({ headers: { ...JSON_TYPE, "idempotency-key": "short" } })).text),
  );
  expect(error.code).toBe("request.invalid");
});

/** Bytes as they stand, and what comes back first. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // The wire that trips on sockets past egress is armed in this process.
    const socket = sanctioned(() => connect(server.port, "127.0.0.1"));
    socket.once("connect", () => socket.write(text));
    let got = "";
    socket.on("data", (chunk) => (got += String(chunk)));
    socket.once("close", () => resolve(got));
    socket.once("error", (error) => (got === "" ? reject(error) : resolve(got)));
  });
}

test("headers too large, and bytes that are no HTTP, are answered and the connection closed", async () => {
  const head = `GET /api/runs HTTP/1.1\r\nhost: ${HOST}\r\nconnection: close\r\n`;
  expect(await raw(`${head}x-much: ${"y".repeat(100_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  expect(await raw("\x16\x03\x01 hello\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  expect(await raw(`${head.replace(HOST, "a b")}\r\n`)).toMatch(/^HTTP\/1\.1 4\d\d /);
});

test("a login link that nobody was given signs nobody in", async () => {
  for (const path of ["/login/nobody", "/login/..%2f..%2fetc", "/setup/nothing"]) {
    const headers = { host: HOST, origin: `http://${HOST}`, "sec-fetch-site": "same-origin" };
    const answer = await yard.request(path, { method: "POST", headers });
    expect(answer.status, path).toBeGreaterThanOrEqual(400);
    expect(answer.status, path).toBeLessThan(500);
    expect(answer.headers.getSetCookie().join()).not.toContain("stead_session=s");
    await answer.text();
  }
});

test("after all of this a sound request is served, to its answer", async () => {
  const events = await yard.ended(await startRun(yard, ada, { agentId, input: "hello" }));
  const end = events.at(-1);
  expect(end?.type === "run.finished" && end.data.status).toBe("answered");
});
