// Each person acts in a live source with an account of their own: linked and withdrawn by themselves, and used
// for nobody else, nor by whoever looks with their eyes.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { startLivePeer, type LivePeer } from "./fixtures/mcp-live.ts";
import { openYard, type Yard } from "./loop/yard.ts";

const foundSchema = z.object({
  items: z.array(z.object({ title: z.string() })),
  unanswered: z.array(z.object({ sourceId: z.string(), why: z.string() })),
});
const accountsSchema = z.object({
  items: z.array(z.object({ sourceId: z.string(), state: z.string() })),
});

let peer: LivePeer;
let yard: Yard;
let amy: Entered;
let ada: Entered;
let bea: Entered;
let id = "";

beforeAll(async () => {
  peer = await startLivePeer();
  const readers = new Set(["ada"]);
  peer.items.set("1", { title: "Harvest", text: "The harvest was good.", readers });
  peer.tokens.set("token-of-ada", "ada");
  yard = await openYard({
    script: () => ({ text: "done" }),
    alsoPrivate: [`127.0.0.1:${peer.port}`],
  });
  amy = await yard.enter("administrator");
  ada = await yard.enter("employee");
  bea = await yard.enter("builder");
  const body = { connector: "mcp", name: "Live", settings: { url: peer.url } };
  const made = await send(yard, "/api/sources", { as: amy, method: "POST", body });
  expect(made.status, JSON.stringify(made.body)).toBe(200);
  id = z.object({ id: z.string() }).parse(made.body).id;
  const resumed = await send(yard, `/api/sources/${id}/resume`, {
    as: amy,
    method: "POST",
    body: {},
  });
  expect(resumed.body, JSON.stringify(resumed.body)).toMatchObject({ state: "live" });
});
afterAll(async () => {
  await yard.close();
  await peer.close();
});

async function found(as: Entered) {
  const { body } = await send(yard, "/api/documents?query=harvest", { as });
  const { items, unanswered } = foundSchema.parse(body);
  return { titles: items.map(({ title }) => title), unanswered: unanswered.length };
}

async function stateOf(as: Entered): Promise<string | undefined> {
  const { body } = await send(yard, "/api/source-accounts", { as });
  return accountsSchema.parse(body).items.find(({ sourceId }) => sourceId === id)?.state;
}

test("who has linked an account finds with it, and nobody else does", async () => {
  expect(await stateOf(ada)).toBe("none");
  expect(await found(ada)).toEqual({ titles: [], unanswered: 1 });
  const body = { fields: { token: "token-of-ada" }, personId: PEOPLE.builder.id };
  const path = `/api/sources/${id}/account`;
  const linked = await send(yard, path, { as: ada, method: "PUT", body });
  expect(linked.body).toEqual({ url: null });
  expect([await stateOf(ada), await stateOf(bea)]).toEqual(["good", "none"]);
  // The first to ask a source also connects to it, for which a search waits for so long and no longer.
  const all = { titles: ["Harvest"], unanswered: 0 };
  await vi.waitFor(async () => expect(await found(ada)).toEqual(all), { timeout: 25_000 });
  expect(await found(bea)).toEqual({ titles: [], unanswered: 1 });
});

test("seeing as somebody asks no live source with their account", async () => {
  const asked = peer.asked.length;
  const path = `/api/people/${PEOPLE.employee.id}/documents?query=harvest`;
  const seen = await send(yard, path, { as: amy });
  expect(seen.body).toMatchObject({ items: [] });
  expect(peer.asked).toHaveLength(asked);
});

test("withdrawn by themselves it is gone, and the next search does without", async () => {
  const path = `/api/sources/${id}/account`;
  expect((await send(yard, path, { as: bea, method: "DELETE" })).body).toEqual({ left: [] });
  expect(await stateOf(ada)).toBe("good");
  expect((await send(yard, path, { as: ada, method: "DELETE" })).body).toEqual({ left: [] });
  expect(await stateOf(ada)).toBe("none");
  expect(await found(ada)).toEqual({ titles: [], unanswered: 1 });
});

test("a paused source is asked by nobody, and the answer says so", async () => {
  const put = { method: "PUT", body: { fields: { token: "token-of-ada" } } };
  await send(yard, `/api/sources/${id}/account`, { as: ada, ...put });
  expect((await found(ada)).titles).toEqual(["Harvest"]);
  await send(yard, `/api/sources/${id}/pause`, { as: amy, method: "POST", body: {} });
  expect(await found(ada)).toEqual({ titles: [], unanswered: 1 });
  // Nor by the tools of a process that has not heard of it yet.
  const own = { sourceId: id, personId: PEOPLE.employee.id };
  const hosted = await yard.stead.sources.hosts.acting(own, new AbortController().signal);
  expect(hosted).toMatchObject({ ok: false, failure: { code: "source.reconnect" } });
});
