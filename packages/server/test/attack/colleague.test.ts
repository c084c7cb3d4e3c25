// Another employee, with an account of their own and every id: what they get of a colleague's is what
// they would get of what does not exist.
import { ENDPOINT_ROWS } from "@stead/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { PEOPLE, send, type Entered } from "../../src/http/edge.fixture.ts";
import { assert } from "../../src/lib/result.ts";
import { cardOf, startRun } from "../loop/ask.ts";
import { makeAgent, openYard, type Yard } from "../loop/yard.ts";

const SECRET = "the words of Ada";
let yard: Yard;
let ada: Entered;
let eve: Entered;
let ids: Record<string, string>;

beforeAll(async () => {
  yard = await openYard({
    script: ({ turn }) =>
      turn === 0
        ? { calls: [{ name: "payment.make", arguments: { amountCents: 900, to: SECRET } }] }
        : { text: SECRET },
  });
  const agentId = await makeAgent(yard, { name: "Payments" });
  const hiddenId = await makeAgent(yard, { name: "Hidden" });
  ada = await yard.enter("employee");
  // Eve made the agent and may use it, so that only what is Ada's is out of her reach.
  eve = await yard.enter("builder");
  const runId = await startRun(yard, ada, { agentId, input: SECRET });
  const card = await cardOf(yard, await yard.enter("approver"), runId);
  const run = await send(yard, `/api/runs/${runId}`, { as: ada });
  const { threadId } = z.object({ threadId: z.string() }).parse(run.body);
  const made = await send(yard, "/api/keys", {
    as: ada,
    method: "POST",
    body: { name: "mine", scopes: ["run.*"] },
  });
  const { key } = z.object({ key: z.object({ id: z.string() }) }).parse(made.body);
  ids = { runId, approvalId: card.id, threadId, keyId: key.id, agentId, hiddenId };
});
afterAll(() => yard.close());

/** The same answer but for the id that was asked for. */
async function answerFor(path: string, wish: Parameters<typeof send>[2]) {
  const { status, body } = await send(yard, path, wish);
  return { status, body };
}

const BODIES: Record<string, unknown> = {
  "approval.answer": { answer: "approved", digest: "x" },
  "run.share": { reason: "They ought to have it." },
};

test("every endpoint of what is a colleague's answers as of what does not exist", async () => {
  const tried: string[] = [];
  for (const { name, endpoint } of ENDPOINT_ROWS) {
    const [, param = ""] = /:(runId|approvalId|threadId|keyId)/.exec(endpoint.path) ?? [];
    const id = ids[param];
    if (id === undefined) continue;
    tried.push(name);
    const body = BODIES[name] ?? (endpoint.body ? {} : undefined);
    const wish = { as: eve, method: endpoint.method, ...(body === undefined ? {} : { body }) };
    const prefix = id.slice(0, id.indexOf("_") + 1);
    const hers = await answerFor(endpoint.path.replace(`:${param}`, id), wish);
    const none = await answerFor(endpoint.path.replace(`:${param}`, `${prefix}00000000`), wish);
    expect(hers.status, name).toBe(404);
    expect(hers, name).toEqual(none);
  }
  expect(tried.toSorted()).toEqual([
    "approval.answer",
    "approval.get",
    "approval.revoke",
    "consent.begin",
    "endorsement.revoke",
    "key.revoke",
    "run.audience",
    "run.cancel",
    "run.get",
    "run.share",
    "run.stream",
    "run.trace",
    "thread.get",
  ]);
});

test("lists hold one's own", async () => {
  const filters = [
    "/api/runs?limit=100",
    `/api/runs?personId=${PEOPLE.employee.id}`,
    "/api/threads",
    "/api/approvals",
    "/api/approvals?state=answered",
    "/api/keys",
  ];
  for (const path of filters) {
    const { status, body } = await send(yard, path, { as: eve });
    expect(status, path).toBe(200);
    expect(body["items"], path).toEqual([]);
  }
});

test("a colleague's thread can't be written to, nor a run be made part of it", async () => {
  const { agentId, threadId } = ids;
  const body = { agentId, threadId, input: "hello" };
  const hers = await answerFor("/api/runs", { as: eve, method: "POST", body });
  const none = await answerFor("/api/runs", {
    as: eve,
    method: "POST",
    body: { ...body, threadId: "thr_00000000" },
  });
  expect(hers.status).toBe(404);
  expect(hers).toEqual(none);
});

test("a colleague's idempotency key gives neither their answer nor a conflict with it", async () => {
  const key = "a-key-that-was-overheard-1234567890";
  const body = { name: "k", scopes: ["run.get"] };
  const wish = { method: "POST", body, key };
  const first = await send(yard, "/api/keys", { ...wish, as: ada });
  const second = await send(yard, "/api/keys", { ...wish, as: eve });
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.headers.get("idempotent-replayed")).toBeNull();
  const { agentId } = ids;
  const run = { method: "POST", body: { agentId, input: "mine" }, key };
  const hers = await send(yard, "/api/runs", { ...run, as: ada });
  const own = await send(yard, "/api/runs", { ...run, as: eve });
  expect(own.body).toMatchObject({ person: { id: PEOPLE.builder.id } });
  expect(own.body["id"]).not.toBe(hers.body["id"]);
});

test("an agent that is not shared with one is none, for use, for reading and for a trial", async () => {
  const { hiddenId } = ids;
  assert(hiddenId, "there is an agent");
  const finn = await yard.enter("approver");
  for (const trial of [false, true]) {
    const body = { agentId: hiddenId, input: "x", trial };
    const hers = await answerFor("/api/runs", { as: finn, method: "POST", body });
    const none = await answerFor("/api/runs", {
      as: finn,
      method: "POST",
      body: { ...body, agentId: "agt_00000000" },
    });
    expect(hers.status).toBe(404);
    expect(hers).toEqual(none);
  }
  const trial = { agentId: hiddenId, input: "x", trial: true };
  const used = await send(yard, "/api/runs", { as: ada, method: "POST", body: trial });
  expect(used.status).toBeGreaterThanOrEqual(403);
});

test("no key makes a key: a stolen one would outlive its end", async () => {
  const made = await send(yard, "/api/keys", {
    as: ada,
    method: "POST",
    body: { name: "ci", scopes: ["key.*", "run.get"], days: 1 },
  });
  const { secret, key } = z
    .object({ secret: z.string(), key: z.object({ id: z.string() }) })
    .parse(made.body);
  for (const scopes of [["run.get"], ["key.create"], ["agent.create"]]) {
    const body = { name: "more", scopes, days: 365 };
    const more = await send(yard, "/api/keys", { as: secret, method: "POST", body });
    expect(more.body).toMatchObject({ error: { code: "policy.denied" } });
  }
  await send(yard, `/api/keys/${key.id}`, { as: ada, method: "DELETE" });
  expect((await send(yard, "/api/session", { as: secret })).status).toBe(401);
});

test("every answer of the API says that it must not be kept", async () => {
  for (const path of ["/api/session", "/api/runs/run_none", "/api/nothing", "/api/runs?limit=x"]) {
    for (const as of [eve, undefined]) {
      const { headers } = await send(yard, path, { as });
      expect(headers.get("cache-control"), path).toBe("no-store");
    }
  }
});

test("another site or port gets nothing with a person's cookie, not even a reading", async () => {
  const get = (headers: Record<string, string>) =>
    yard.request("/api/session", { headers: { cookie: eve.cookie, ...headers } });
  expect((await get({ "sec-fetch-site": "same-origin" })).status).toBe(200);
  // Typed, or opened from a bookmark.
  expect((await get({ "sec-fetch-site": "none" })).status).toBe(200);
  for (const site of ["cross-site", "same-site"])
    expect((await get({ "sec-fetch-site": site })).status, site).toBe(403);
  const answer = await get({ origin: "https://evil.example" });
  expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  const preflight = await yard.request("/api/runs", {
    method: "OPTIONS",
    headers: {
      origin: "https://evil.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "stead-csrf",
    },
  });
  expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
  expect(preflight.status).toBeGreaterThanOrEqual(400);
});

test("no path leads around a check", async () => {
  const { runId } = ids;
  for (const path of [
    `/api/runs/${runId}/`,
    `//api/runs/${runId}`,
    `/api//runs/${runId}`,
    `/api/./runs/${runId}`,
    `/api/x/../runs/${runId}`,
    `/api/runs/%2e%2e/runs/${runId}`,
    `/api/runs/..%2fruns%2f${runId}`,
    `/API/RUNS/${runId}`,
    `/api/runs/${runId}%00`,
    `/api/runs/${runId}.json`,
    `/api/runs/${runId};x=1`,
    `/assets/..%2f..%2f..%2fpackage.json`,
    `/assets/%2e%2e/%2e%2e/package.json`,
    `/..%5c..%5cpackage.json`,
  ]) {
    const response = await yard.request(path, { headers: { cookie: eve.cookie } });
    const text = await response.text();
    expect(text, path).not.toContain(SECRET);
    expect(text, path).not.toContain('"workspaces"');
  }
});
