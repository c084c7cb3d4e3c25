// The edge over a real database: sign in by link, make and publish an agent, and every refusal's form.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeLoginLinks } from "../identity/link/make.ts";
import { SESSION_BOUNDS } from "../identity/session/session.ts";
import { systemClock } from "../lib/clock.ts";
import { assert } from "../lib/result.ts";
import { createFixture, PEOPLE, send, TOOL, type Entered, type Fixture } from "./edge.fixture.ts";

let fixture: Fixture;
let builder: Entered;
let employee: Entered;

beforeAll(async () => {
  fixture = await createFixture();
  builder = await fixture.enter("builder");
  employee = await fixture.enter("employee");
});
afterAll(() => fixture.close());

const RULES = { demo: true, loopback: true, ownDatabase: false };
const SPEC = {
  name: "Order finder",
  instructions: "Find orders.",
  models: ["offline/offline"],
  tools: [{ name: TOOL.name, presets: { number: { kind: "fixed", value: "7" } } }],
};

describe("a login link", () => {
  test("shows a page that uses nothing up, then signs in once", async () => {
    const links = await makeLoginLinks(fixture.ctx, RULES, [PEOPLE.employee.id]);
    assert(links.ok && links.value[0], "a link was made");
    const { path } = links.value[0];
    const page = await fixture.request(path);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toContain("'sha256-");
    const entered = await fixture.request(path, { method: "POST" });
    expect(entered.status).toBe(303);
    const cookie = entered.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^stead_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    const session = await fixture.request("/api/session", {
      headers: { cookie: cookie.split(";")[0] ?? "" },
    });
    expect(await session.json()).toMatchObject({
      principal: {
        personId: PEOPLE.employee.id,
        groups: ["grp_all", "grp_service", "grp_support"],
      },
      demo: true,
    });
    const again = await fixture.request(path, { method: "POST" });
    expect(again.status).toBe(401);
  });
});

describe("agents over the API", () => {
  test("are made, published, shared and listed", async () => {
    const made = await send(fixture, "/api/agents", { as: builder, method: "POST", body: SPEC });
    expect(made.status).toBe(200);
    const path = `/api/agents/${String(made.body["id"])}`;
    const published = await send(fixture, `${path}/versions`, { as: builder, method: "POST" });
    expect(published.body).toMatchObject({ version: 1, toolHashes: { [TOOL.name]: TOOL.hash } });
    const hidden = await send(fixture, path, { as: employee });
    expect(hidden.status).toBe(404);
    const body = { usableBy: ["grp_support"] };
    await send(fixture, `${path}/usable-by`, { as: builder, method: "PUT", body });
    const list = await send(fixture, "/api/agents", { as: employee });
    expect(list.body["items"]).toMatchObject([{ mayUse: true, mayEdit: false, version: 1 }]);
  });
});

describe("a refusal", () => {
  test("has the form {error: {code, message, detail, hint}}", async () => {
    const refused = await send(fixture, "/api/agents", {
      as: employee,
      method: "POST",
      body: SPEC,
    });
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({
      error: { code: "policy.denied", hint: expect.anything() },
    });
  });

  test("names the fields that are wrong", async () => {
    const body = { ...SPEC, name: "", tools: [{ name: 7 }] };
    const refused = await send(fixture, "/api/agents", { as: builder, method: "POST", body });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      error: {
        code: "request.invalid",
        data: { fields: [{ path: "body.name" }, { path: "body.tools.0.name" }] },
      },
    });
  });
});

test("a browser is handed a new secret now and then, and both work while it arrives", async () => {
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  const moving = await createFixture({ clock });
  const { cookie } = await moving.enter("employee");
  const fresh = await moving.request("/api/session", { headers: { cookie } });
  expect(fresh.headers.get("set-cookie")).toBeNull();
  aheadMs = SESSION_BOUNDS.rotateMs;
  const rotated = await moving.request("/api/session", { headers: { cookie } });
  const next = rotated.headers.get("set-cookie")?.split(";")[0] ?? "";
  expect(next).toMatch(/^stead_session=[\w-]{43}$/);
  expect(next).not.toBe(cookie);
  for (const headers of [{ cookie: next }, { cookie }])
    expect((await moving.request("/api/session", { headers })).status).toBe(200);
  aheadMs += SESSION_BOUNDS.graceMs;
  for (const headers of [{ cookie }, { cookie: next }])
    expect((await moving.request("/api/session", { headers })).status).toBe(401);
  await moving.close();
});
