// What a key with one scope reaches, over the whole table: that scope's endpoints and no other.
import { ENDPOINT_ROWS } from "@stead/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { ACTIONS } from "../identity/key/key.ts";
import { makeKey } from "../identity/key/make.ts";
import { principalOf } from "../identity/principal.ts";
import { assert } from "../lib/result.ts";
import { createFixture, PEOPLE, send, type Fixture } from "./edge.fixture.ts";
import { giveRoles } from "./fixture/queries.ts";

let fixture: Fixture;

beforeAll(async () => {
  const none = { burst: 1e6, perSecond: 1e6 };
  fixture = await createFixture({ settings: { limits: { person: none, stranger: none } } });
  // Every role, so that only the scope can refuse.
  const roles = ["employee", "builder", "administrator", "auditor"];
  await giveRoles(fixture.ctx, PEOPLE.administrator.id, roles);
});
afterAll(() => fixture.close());

async function keyWith(scopes: readonly string[]): Promise<string> {
  const via = { kind: "session", sessionId: "x" } as const;
  const principal = await principalOf(fixture.ctx, PEOPLE.administrator.id, via);
  assert(principal.ok, "the administrator is there");
  const idempotencyKey = fixture.ctx.ids.token(16);
  const wish = { principal: principal.value, name: "k", scopes, days: 1, idempotencyKey };
  const made = await makeKey(fixture.ctx, wish);
  assert(made.ok, "a key is made");
  return made.value.secret;
}

/** Names of the endpoints that let the key through to policy and to the operation. */
async function reachedBy(key: string): Promise<string[]> {
  const reached: string[] = [];
  for (const { name, endpoint } of ENDPOINT_ROWS) {
    const path = endpoint.path.replace(/:(\w+)/g, "x");
    const { status, body } = await send(fixture, path, { as: key, method: endpoint.method });
    expect(status).not.toBe(401);
    if (!JSON.stringify(body).includes("scopes do not")) reached.push(name);
  }
  return reached;
}

const namesWith = (wanted: (action: string) => boolean): string[] =>
  ENDPOINT_ROWS.filter(
    ({ endpoint: { action } }) => ["public", "self"].includes(action) || wanted(action),
  ).map(({ name }) => name);

describe("a key with the scope", () => {
  test.each(ACTIONS)("%s", async (action) => {
    expect(await reachedBy(await keyWith([action]))).toEqual(namesWith((each) => each === action));
  });

  test("run.* reaches runs alone", async () => {
    const reached = await reachedBy(await keyWith(["run.*"]));
    expect(reached).toEqual(namesWith((action) => action.startsWith("run.")));
  });
});

test("scopes narrow and never widen: policy still asks about the person", async () => {
  await giveRoles(fixture.ctx, PEOPLE.builder.id, ["employee"]);
  const via = { kind: "session", sessionId: "x" } as const;
  const principal = await principalOf(fixture.ctx, PEOPLE.builder.id, via);
  assert(principal.ok, "the builder is there");
  const idempotencyKey = fixture.ctx.ids.token(16);
  const wish = { principal: principal.value, name: "k", days: 1, idempotencyKey };
  const made = await makeKey(fixture.ctx, { ...wish, scopes: ["ledger.*"] });
  assert(made.ok, "a key is made");
  const refused = await send(fixture, "/api/ledger/events", { as: made.value.secret });
  expect(refused.body).toMatchObject({ error: { code: "policy.denied" } });
});

test("a key is good until its hour, needs no CSRF token, and has no session to end", async () => {
  const key = await keyWith(["agent.*"]);
  const body = { name: "A", instructions: "", models: ["offline/offline"], tools: [] };
  const made = await send(fixture, "/api/agents", { as: key, method: "POST", body });
  expect(made.status).toBe(200);
  const ended = await send(fixture, "/api/session", { as: key, method: "DELETE" });
  expect(ended.status).toBe(422);
  const who = await send(fixture, "/api/session", { as: key });
  expect(who.body).toMatchObject({ csrf: "", principal: { via: { kind: "key" } } });
  const { actions } = z.object({ actions: z.array(z.string()) }).parse(who.body);
  expect(actions.length).toBeGreaterThan(0);
  expect(actions.every((action) => action.startsWith("agent."))).toBe(true);
});

test("a secret is shown once: the repeat of a lost answer says so", async () => {
  const session = await fixture.enter("employee");
  const body = { name: "ci", scopes: ["run.get"] };
  const wish = { as: session, method: "POST", body, key: "0123456789abcdef0123" };
  const first = await send(fixture, "/api/keys", wish);
  expect(first.body).toMatchObject({
    key: { scopes: ["run.get"] },
    secret: expect.stringMatching(/^stead_/),
  });
  const again = await send(fixture, "/api/keys", wish);
  expect(again.body).toMatchObject({ error: { code: "request.conflict" } });
});
