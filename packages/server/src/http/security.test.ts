// What the edge refuses whoever asks: forged forms, foreign hosts, strange bodies, too much of it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readStream } from "../ledger/read.ts";
import { createFixture, PEOPLE, send, type Entered, type Fixture } from "./edge.fixture.ts";

let fixture: Fixture;
let builder: Entered;

beforeAll(async () => {
  fixture = await createFixture({
    settings: { limits: { stranger: { burst: 20, perSecond: 0.001 }, bodyBytesMax: 10_000 } },
    handlers: () => ({
      "health.get": async () => {
        throw new Error("secret-in-a-stack");
      },
    }),
  });
  builder = await fixture.enter("builder");
});
afterAll(() => fixture.close());

const SPEC = { name: "Finder", instructions: "Find.", models: ["offline/offline"], tools: [] };

async function write(headers: Record<string, string>, body = JSON.stringify(SPEC)) {
  const all = {
    cookie: builder.cookie,
    "stead-csrf": builder.csrf,
    "content-type": "application/json",
    "idempotency-key": fixture.ctx.ids.token(24),
    ...headers,
  };
  const response = await fixture.request("/api/agents", { method: "POST", headers: all, body });
  const answer: unknown = await response.json();
  return { status: response.status, answer };
}

describe("a write with a cookie", () => {
  test.each([
    ["no token", { "stead-csrf": "" }],
    ["another token", { "stead-csrf": "A".repeat(43) }],
    ["a foreign origin", { origin: "https://evil.example" }],
    ["an origin on another port", { origin: "http://127.0.0.1:9999" }],
    ["the origin null", { origin: "null" }],
    ["a browser that says cross-site", { "sec-fetch-site": "cross-site" }],
    ["a browser that says same-site", { "sec-fetch-site": "same-site" }],
  ])("and %s is refused", async (_what, headers) => {
    expect(await write(headers)).toMatchObject({
      status: 403,
      answer: { error: { code: "auth.csrf" } },
    });
  });

  test("from our own page is done", async () => {
    const own = { origin: "http://127.0.0.1:4600", "sec-fetch-site": "same-origin" };
    expect((await write(own)).status).toBe(200);
    // What a browser sends from a page with our referrer policy.
    expect((await write({ ...own, origin: "null" })).status).toBe(200);
  });

  test("another session's token is no good", async () => {
    const { csrf } = await fixture.enter("builder");
    expect((await write({ "stead-csrf": csrf })).status).toBe(403);
  });
});

describe("a host name", () => {
  test.each([
    "evil.example",
    "evil.example:4600",
    "127.0.0.1.evil.example",
    "10.0.0.1",
    "127.0.0.1@x",
  ])("%s is refused on loopback", async (host) => {
    const response = await fixture.request("/api/session", { headers: { host } });
    expect(response.status).toBe(400);
  });

  test.each(["localhost:4600", "127.0.0.1", "[::1]:4600", "LOCALHOST"])(
    "%s is ours",
    async (host) => {
      const response = await fixture.request("/api/session", { headers: { host } });
      expect(response.status).toBe(401);
    },
  );
});

const deep = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("a body", () => {
  test.each([
    ["that is no JSON", "{", 400],
    ["that is no UTF-8 text", "\ud800{}", 400],
    ["nested 100,000 deep, but small enough", deep(4_900), 400],
    ["with the character U+0000", JSON.stringify({ ...SPEC, name: "a\0b" }), 400],
    ["with U+0000 in a key", JSON.stringify({ ...SPEC, "a\0b": 1 }), 400],
    ["larger than allowed", JSON.stringify({ ...SPEC, instructions: "x".repeat(10_000) }), 413],
    ["that is a list", "[]", 422],
    ["that is null", "null", 422],
  ])("%s is refused", async (_what, body, status) => {
    const refused = await write({}, body);
    expect(refused.status).toBe(status);
    expect(refused.answer).toMatchObject({ error: { code: expect.stringMatching(/^request\./) } });
  });

  test("of a form is refused, which any page could post", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect((await write(form)).status).toBe(400);
    expect((await write({ "content-type": "text/plain" })).status).toBe(400);
  });

  test("that names its own principal changes nobody's", async () => {
    const forged = {
      ...SPEC,
      ownerId: PEOPLE.administrator.id,
      principal: { personId: "usr_amy" },
    };
    const made = await send(fixture, "/api/agents", { as: builder, method: "POST", body: forged });
    expect(made.body).toMatchObject({ ownerId: PEOPLE.builder.id });
  });
});

test("an unknown field of the query, and text that PostgreSQL has not, are refused", async () => {
  const unknown = await send(fixture, "/api/people?serch=x", { as: builder });
  expect(unknown.body).toMatchObject({
    error: { code: "request.invalid", data: { fields: [{ path: "query.serch" }] } },
  });
  const nul = await send(fixture, "/api/people?search=%00", { as: builder });
  expect(nul.status).toBe(400);
  const long = await send(fixture, `/api/agents/${"a".repeat(81)}`, { as: builder });
  expect(long.status).toBe(422);
});

test("a POST that acts needs an idempotency key that nobody can guess", async () => {
  const refused = await send(fixture, "/api/agents", {
    as: builder,
    method: "POST",
    body: SPEC,
    key: "1",
  });
  expect(refused.body).toMatchObject({ error: { code: "request.invalid" } });
});

test("an exception shows an id and nothing else", async () => {
  const failed = await send(fixture, "/health", {});
  expect(failed.status).toBe(500);
  expect(failed.body).toMatchObject({ error: { code: "internal.bug" } });
  expect(JSON.stringify(failed.body)).not.toMatch(/secret-in-a-stack|\.ts/);
  expect(JSON.stringify(failed.body)).toMatch(/bug_\w{26}/);
});

test("a database that is away is said to be away", async () => {
  const away = await createFixture({
    handlers: () => ({
      "health.get": async () => {
        throw Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
      },
    }),
  });
  expect((await send(away, "/health", {})).body).toMatchObject({
    error: { code: "store.unavailable", hint: expect.anything() },
  });
  await away.close();
});

test.each(["/api/session", "/health", "/nothing", "/api/nothing", "/login/x"])(
  "%s carries the security headers",
  async (path) => {
    const { headers } = await fixture.request(path);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe(
      path.startsWith("/login") ? "same-origin" : "no-referrer",
    );
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  },
);

test("guessing keys is slowed down and written down; a good session at the same address is not", async () => {
  const statuses: number[] = [];
  for (let guess = 0; guess < 25; guess++)
    statuses.push((await send(fixture, "/api/session", { as: `stead_guess${guess}` })).status);
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(20);
  expect(statuses.at(-1)).toBe(429);
  expect((await send(fixture, "/api/session", { as: builder })).status).toBe(200);
  const events = await readStream(fixture.ctx.ledger, "identity");
  const refusals = events.ok ? events.value.filter(({ type }) => type === "sign-in.refused") : [];
  expect(refusals.length).toBe(statuses.filter((status) => status === 401).length);
});

test("behind https the cookie is Secure, and other host names are refused", async () => {
  const proxied = await createFixture({ settings: { origin: "https://stead.example.org" } });
  const { cookie, csrf } = await proxied.enter("employee");
  const headers = { cookie, "stead-csrf": csrf, host: "stead.example.org" };
  // Another name under the same domain can set a cookie of ours, but none that begins with `__Host-`.
  const planted = cookie.replace("__Host-", "");
  const tossed = await proxied.request("/api/session", {
    headers: { ...headers, cookie: planted },
  });
  expect(tossed.status).toBe(401);
  const ended = await proxied.request("/api/session", { method: "DELETE", headers });
  expect(ended.headers.get("set-cookie")).toMatch(
    /^__Host-stead_session=; Path=\/; .*; Secure; Max-Age=0$/,
  );
  const after = await proxied.request("/api/session", { headers });
  expect(after.status).toBe(401);
  await proxied.close();
});
