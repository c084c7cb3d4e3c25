// A source rings when something changed: its bytes reach the connector as they were sent, what it says takes
// force, and whoever can't sign, or signs something else, changes nothing.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { send, type Entered } from "../src/http/edge.fixture.ts";
import { systemClock } from "../src/lib/clock.ts";
import { connector, signatureOf } from "./fixtures/bell-connector.ts";
import { openYard, type Yard } from "./loop/yard.ts";

const CONNECTOR = join(import.meta.dirname, "fixtures/bell-connector.ts");
const folder = mkdtempSync(join(tmpdir(), "stead-bell-"));
const file = join(folder, "shelf.json");
const hitsSchema = z.object({ items: z.array(z.object({ title: z.string() })) });
const viewSchema = z.object({
  state: z.string(),
  push: z.object({ url: z.string().nullable(), signature: z.string(), reason: z.string() }),
  health: z.object({ freshness: z.object({ count: z.number() }).nullable() }),
});

let yard: Yard;
let amy: Entered;
let ada: Entered;
let bea: Entered;
let id = "";

function keep(reader: "ada" | "bea"): void {
  const users = [
    { id: "ada", email: "ada.park@example.org" },
    { id: "bea", email: "bea.hall@example.org" },
  ];
  const notes = [{ id: "note", text: "The harvest was good.", user: reader }];
  writeFileSync(file, JSON.stringify({ users, notes }));
}

beforeAll(async () => {
  keep("ada");
  const env = { STEAD_CONNECTORS: CONNECTOR, STEAD_PUBLIC_URL: "https://stead.example.org" };
  yard = await openYard({ script: () => ({ text: "done" }), env });
  amy = await yard.enter("administrator");
  ada = await yard.enter("employee");
  bea = await yard.enter("builder");
  const body = {
    connector: connector.manifest.name,
    name: "Bell",
    settings: { file },
    trustedDomains: ["example.org"],
  };
  const made = await send(yard, "/api/sources", { as: amy, method: "POST", body });
  id = z.object({ id: z.string() }).parse(made.body).id;
  await send(yard, `/api/sources/${id}/resume`, { as: amy, method: "POST", body: {} });
  await until("it is read", async () => (await view()).state === "live");
  await until(
    "the bell is hung up",
    async () => (await ring({ challenge: "hello" })).status === 200,
  );
});
afterAll(async () => {
  await yard.close();
  rmSync(folder, { recursive: true, force: true });
});

async function until(what: string, fits: () => Promise<boolean>): Promise<void> {
  for (const end = systemClock.monotonicMs() + 60_000; ; await systemClock.sleep(50)) {
    if (await fits()) return;
    if (systemClock.monotonicMs() > end) throw new Error(`it did not come to be: ${what}`);
  }
}

const view = async () =>
  viewSchema.parse((await send(yard, `/api/sources/${id}`, { as: amy })).body);

async function found(as: Entered): Promise<string[]> {
  const { body } = await send(yard, "/api/documents?query=harvest", { as });
  return hitsSchema.parse(body).items.map(({ title }) => title);
}

function ring(said: object, signature?: string): Promise<Response> {
  // With blanks that no parser would keep: what is signed is the bytes.
  const body = ` ${JSON.stringify(said, null, 3)}\n`;
  const headers = {
    "content-type": "application/vnd.bell",
    "x-bell-signature": signature ?? signatureOf(body),
  };
  return yard.request(`/api/sources/${id}/push?from=bell`, { method: "POST", body, headers });
}

test("a handshake is answered with exactly what the source expects", async () => {
  const { push } = await view();
  expect(push.url).toBe(`https://stead.example.org/api/sources/${id}/push`);
  expect(push.signature).toContain("signed");
  expect(push.reason).toBe("");
  const answer = await ring({ challenge: "<b>hello</b>" });
  expect(await answer.text()).toBe("<b>hello</b>");
  expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
});

test("what it rings for takes force at once, for search and for opening", async () => {
  expect([await found(ada), await found(bea)]).toEqual([["note"], []]);
  keep("bea");
  expect((await ring({ id: "1", note: "note" }, signatureOf("something else"))).status).toBe(401);
  expect((await ring({ id: "1", note: "note" }, "")).status).toBe(401);
  expect((await ring({ id: "1", note: "note" })).status).toBe(200);
  await until("Ada is out", async () => (await found(ada)).length === 0);
  await until("Bea is in", async () => (await found(bea)).length === 1);
  expect((await view()).health.freshness?.count).toBe(1);
});

test("the same ring again is taken and counts for nothing", async () => {
  expect((await ring({ id: "1", note: "note" })).status).toBe(200);
  keep("ada");
  expect((await ring({ id: "2", note: "note" })).status).toBe(200);
  await until("Ada is in again", async () => (await found(ada)).length === 1);
  expect((await view()).health.freshness?.count).toBe(2);
});

test("its tools are there while it is in use, and go when it is paused", async () => {
  const { registry } = yard.stead;
  const isThere = async () => registry.get("bell.count") !== undefined;
  await until("the tool is offered", isThere);
  expect(registry.get("bell.count")).toMatchObject({ destination: "Bell" });
  await send(yard, `/api/sources/${id}/pause`, { as: amy, method: "POST", body: {} });
  await until("the tool is gone", async () => !(await isThere()));
});
