// A directory of this machine is connected by an administrator, read, mapped to a person, taken away and
// disconnected: through the HTTP edge, on the real wiring.
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { mergeUsers } from "../src/access/source/users.ts";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { finishLeaving } from "../src/knowledge/source/disconnect.ts";
import { selectSource, updateSource } from "../src/knowledge/source/queries.ts";
import { systemClock } from "../src/lib/clock.ts";
import { withTx } from "../src/store/tx.ts";
import { openYard, type Yard } from "./loop/yard.ts";

const able = ["getfacl", "getent"].every((tool) => spawnSync(tool).error === undefined);
const ownUid = process.getuid?.() ?? 0;
/** Root is nobody's account, so that another's is taken where the tests run as root. */
const UID = ownUid === 0 ? 1 : ownUid;

const listSchema = z.object({ items: z.array(z.record(z.string(), z.unknown())) });
const idSchema = z.object({ id: z.string() });
const viewSchema = z.object({
  state: z.string(),
  health: z.object({
    items: z.object({ indexed: z.number(), pending: z.number() }),
    jobs: z.array(z.object({ isWorking: z.boolean(), isUnderWay: z.boolean() })),
  }),
});

let yard: Yard;
let root = "";
let amy: Entered;
let ada: Entered;
let ian: Entered;

beforeAll(async () => {
  yard = await openYard({ script: () => ({ text: "done" }) });
  root = mkdtempSync(join(tmpdir(), "stead-sources-"));
  chmodSync(root, 0o755);
  write("budget.txt", "The budget of the orchard is nine thousand plums.", 0o400);
  write("closed.txt", "What the orchard keeps to itself.", 0o000);
  amy = await yard.enter("administrator");
  ada = await yard.enter("employee");
  ian = await yard.enter("auditor");
});
afterAll(async () => {
  await yard.close();
  rmSync(root, { recursive: true, force: true });
});

function write(name: string, text: string, mode: number): void {
  const path = join(root, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  if (ownUid === 0) chownSync(path, UID, UID);
}

async function ask(path: string, as: Entered, wish: { method?: string; body?: unknown } = {}) {
  const { status, body } = await send(yard, path, { as, ...wish });
  return { status, body };
}

async function made(name: string, settings: object = { root }, connector = "files") {
  const body = { connector, name, settings };
  const answer = await ask("/api/sources", amy, { method: "POST", body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return idSchema.parse(answer.body).id;
}

const post = (path: string, as: Entered) => ask(path, as, { method: "POST", body: {} });

async function until(what: string, fits: () => Promise<boolean>): Promise<void> {
  for (const end = systemClock.monotonicMs() + 60_000; ; await systemClock.sleep(50)) {
    if (await fits()) return;
    if (systemClock.monotonicMs() > end) throw new Error(`it did not come to be: ${what}`);
  }
}

async function view(id: string) {
  return viewSchema.parse((await ask(`/api/sources/${id}`, amy)).body);
}

async function found(as: Entered, query = "orchard"): Promise<string[]> {
  const { body } = await ask(`/api/documents?query=${query}`, as);
  return listSchema.parse(body).items.map(({ title }) => String(title));
}

const rolePath = (person: string) => `/api/people/${person}/roles/administrator`;

const explained = (documentId: string, person: string, as: Entered) =>
  ask(`/api/documents/${documentId}/explanation?person=${person}`, as);

async function events(type: string): Promise<Record<string, unknown>[]> {
  const { body } = await ask(`/api/ledger/events?stream=sources&type=${type}`, ian);
  return listSchema.parse(body).items;
}

describe.skipIf(!able)("a directory of files (needs getfacl and getent)", () => {
  let id = "";
  let documentId = "";

  test("is connected by an administrator and read; nobody is anybody there yet", async () => {
    id = await made("Orchard");
    expect((await post(`/api/sources/${id}/test`, amy)).body).toMatchObject({ ok: true });
    expect(await view(id)).toMatchObject({ state: "new" });
    expect((await post(`/api/sources/${id}/resume`, amy)).body).toMatchObject({ state: "syncing" });
    await until("everything is read", async () => (await view(id)).state === "live");
    expect(await view(id)).toMatchObject({ health: { items: { pending: 0 } } });
    expect(await found(ada)).toEqual([]);
  });

  test("a person whom an administrator names finds what that user may read, and no more", async () => {
    const body = { userId: `${UID}`, personId: PEOPLE.employee.id };
    const mapped = await ask(`/api/sources/${id}/people`, amy, { method: "PUT", body });
    expect(mapped.body).toMatchObject({ personId: PEOPLE.employee.id, how: "administrator" });
    expect(await found(ada)).toEqual(["budget.txt"]);
    expect(await found(await yard.enter("builder"))).toEqual([]);
    const { body: hits } = await ask("/api/documents?query=orchard", ada);
    documentId = String(listSchema.parse(hits).items[0]?.["documentId"]);
    expect((await ask(`/api/documents/${documentId}`, ada)).status).toBe(200);
    expect((await ask(`/api/documents/${documentId}`, amy)).status).toBe(404);
    expect(await events("source.person-mapped")).toHaveLength(1);
  });

  test("nobody says of themselves who they are there, nor contradicts what there is not", async () => {
    const own = { userId: `${UID}`, personId: PEOPLE.administrator.id };
    const path = `/api/sources/${id}/people`;
    expect((await ask(path, amy, { method: "PUT", body: own })).status).toBe(403);
    expect((await ask(path, ada, { method: "PUT", body: own })).status).toBe(403);
    const none = { userId: "no such user", personId: PEOPLE.employee.id };
    expect((await ask(path, amy, { method: "PUT", body: none })).status).toBe(404);
    expect(await found(ada)).toEqual(["budget.txt"]);
  });

  test("why is told to administrators and auditors, and each asking is written down", async () => {
    const why = await explained(documentId, PEOPLE.employee.id, amy);
    expect(why.body).toMatchObject({ readable: true, title: "budget.txt" });
    expect(JSON.stringify(why.body)).toContain("an administrator's word");
    const other = await explained(documentId, PEOPLE.builder.id, ian);
    expect(other.body).toMatchObject({ readable: false });
    expect((await explained(documentId, PEOPLE.employee.id, ada)).status).toBe(403);
    expect((await explained(documentId, "usr_nobody", amy)).status).toBe(404);
    expect(await events("document.explained")).toHaveLength(2);
  });

  test("seeing as somebody shows titles and no words, and is written down", async () => {
    const path = `/api/people/${PEOPLE.employee.id}/documents`;
    for (const query of ["", "?query=orchard"]) {
      const { body } = await ask(`${path}${query}`, amy);
      expect(listSchema.parse(body).items.map(({ title }) => title)).toEqual(["budget.txt"]);
      expect(JSON.stringify(body)).not.toContain("plums");
    }
    expect((await ask(path, ada)).status).toBe(403);
    const seen = await events("person.seen-as");
    expect(seen).toHaveLength(2);
    const data = { by: PEOPLE.administrator.id, personId: PEOPLE.employee.id };
    expect(seen[0]).toMatchObject({ data });
  });

  test("what the machine takes away is gone here, and that is explained", async () => {
    chmodSync(join(root, "budget.txt"), 0o000);
    expect((await post(`/api/sources/${id}/resync`, amy)).status).toBe(200);
    await until("the right is gone", async () => (await found(ada)).length === 0);
    expect((await ask(`/api/documents/${documentId}`, ada)).status).toBe(404);
    const why = await explained(documentId, PEOPLE.employee.id, amy);
    expect(why.body).toMatchObject({ readable: false });
    chmodSync(join(root, "budget.txt"), 0o400);
    await post(`/api/sources/${id}/resync`, amy);
    await until("the right is back", async () => (await found(ada)).length === 1);
  });

  test("paused it is left alone, and resumed it goes on", async () => {
    await until("it has settled", async () => (await view(id)).state === "live");
    expect((await post(`/api/sources/${id}/pause`, amy)).body).toMatchObject({ state: "paused" });
    write("late.txt", "Late news of the orchard.", 0o400);
    expect((await post(`/api/sources/${id}/resync`, amy)).status).toBe(409);
    expect(await found(ada)).toEqual(["budget.txt"]);
    await post(`/api/sources/${id}/resume`, amy);
    await until("the news is there", async () => (await found(ada)).includes("late.txt"));
  });

  test("with other settings nothing of before is left, nor who was who", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "stead-elsewhere-"));
    const body = { settings: { root: elsewhere } };
    const changed = await ask(`/api/sources/${id}`, amy, { method: "PUT", body });
    expect(changed.body).toMatchObject({ state: "new", settings: { root: elsewhere } });
    expect(await found(ada)).toEqual([]);
    const people = await ask(`/api/sources/${id}/people`, amy);
    expect(listSchema.parse(people.body).items).toEqual([]);
    const back = await ask(`/api/sources/${id}`, amy, {
      method: "PUT",
      body: { settings: { root } },
    });
    expect(back.status).toBe(200);
    rmSync(elsewhere, { recursive: true });
    await post(`/api/sources/${id}/resume`, amy);
    await until("it is read again", async () => (await view(id)).state === "live");
    const who = { userId: `${UID}`, personId: PEOPLE.employee.id };
    await ask(`/api/sources/${id}/people`, amy, { method: "PUT", body: who });
    expect((await found(ada)).toSorted()).toEqual(["budget.txt", "late.txt"]);
  });

  test("disconnected, it has never been there but for the ledger", async () => {
    expect((await ask(`/api/sources/${id}`, ada, { method: "DELETE" })).status).toBe(403);
    const gone = await ask(`/api/sources/${id}`, amy, { method: "DELETE" });
    expect(gone).toEqual({ status: 200, body: { left: [] } });
    expect(await found(ada)).toEqual([]);
    expect((await ask(`/api/documents/${documentId}`, ada)).status).toBe(404);
    for (const path of ["", "/failures", "/people"])
      expect((await ask(`/api/sources/${id}${path}`, amy)).status).toBe(404);
    expect((await ask(`/api/sources/${id}`, amy, { method: "DELETE" })).status).toBe(404);
    expect(await events("source.disconnected")).toHaveLength(1);
    await made("Orchard");
  });
});

test("an administrator's word is about one user: under another name it is about nobody", async () => {
  const sourceId = await made("Renamed");
  const { ctx } = yard;
  const named = (name: string) =>
    withTx(ctx.db, (tx) =>
      mergeUsers(ctx, tx, { sourceId, users: [{ id: "7", name, active: true }] }),
    );
  await named("Bea");
  const path = `/api/sources/${sourceId}/people`;
  const body = { userId: "7", personId: PEOPLE.builder.id };
  expect((await ask(path, amy, { method: "PUT", body })).status).toBe(200);
  await named("Bea");
  const who = async () => listSchema.parse((await ask(path, amy)).body).items[0]?.["personId"];
  expect(await who()).toBe(PEOPLE.builder.id);
  await named("Eve");
  expect(await who()).toBeNull();
});

test("a disconnect that broke off is gone on with", async () => {
  const id = await made("Broken off");
  const { sources } = yard.stead;
  await updateSource(yard.ctx, id, { state: "leaving" });
  expect((await ask(`/api/sources/${id}`, amy)).status).toBe(404);
  await finishLeaving(sources, () => false);
  expect(await selectSource(yard.ctx, id)).toBeDefined();
  await finishLeaving(sources, () => true);
  expect(await selectSource(yard.ctx, id)).toBeUndefined();
  const ended = await events("source.disconnected");
  expect(ended[0]).toMatchObject({ data: { sourceId: id, by: "" } });
});

test("it is read on one administrator's decision, and on nobody's once they may no longer", async () => {
  const id = await made("Of Amy", { root: "/" });
  const { sync } = yard.stead.sources;
  const host = () => sync.host(id, AbortSignal.timeout(60_000));
  expect((await host()).ok).toBe(true);
  await ask(rolePath(PEOPLE.builder.id), amy, { method: "PUT" });
  const bea = await yard.enter("builder");
  const gone = await ask(rolePath(PEOPLE.administrator.id), bea, { method: "DELETE" });
  expect(gone.status, JSON.stringify(gone.body)).toBe(200);
  expect(await host()).toMatchObject({ ok: false, failure: { code: "source.reconnect" } });
  expect((await post(`/api/sources/${id}/resume`, amy)).status).toBe(403);
  await updateSource(yard.ctx, id, { createdBy: PEOPLE.builder.id });
  expect((await host()).ok).toBe(true);
  await ask(rolePath(PEOPLE.administrator.id), bea, { method: "PUT" });
});

test("an event without a signature is refused alike, whether there is such a source or not", async () => {
  const slack = await made("Chat", {}, "slack");
  const answers = [];
  for (const id of [slack, "src_none"]) {
    const init = { method: "POST", body: "x=1", headers: { "content-type": "text/plain" } };
    const response = await yard.request(`/api/sources/${id}/push?validation=1`, init);
    answers.push([response.status, await response.text()]);
  }
  expect(answers[0]?.[0]).toBe(401);
  expect(answers[1]).toEqual(answers[0]);
});

test("a secret is kept and never shown again, and a change of settings forgets it", async () => {
  const id = await made("Chat two", {}, "slack");
  const fields = { token: "xoxb-very-secret", signingSecret: "also-very-secret" };
  const path = `/api/sources/${id}`;
  const put = { method: "PUT", body: { fields } };
  expect((await ask(`${path}/connection`, amy, put)).body).toEqual({ url: null });
  expect((await ask(`${path}/connection`, ada, put)).status).toBe(403);
  const shown = await ask(path, amy);
  expect(shown.body).toMatchObject({ connected: true });
  const ledger = await ask("/api/ledger/events?stream=sources", ian);
  expect(JSON.stringify([shown, ledger])).not.toContain("very-secret");
  const wrong = { method: "PUT", body: { fields: { token: "xoxb-very-secret" } } };
  const refused = await ask(`${path}/connection`, amy, wrong);
  expect(refused.status).toBe(422);
  expect(JSON.stringify(refused)).not.toContain("very-secret");
});

test("a browser that comes back with a state that is not its own is sent on, with nothing done", async () => {
  const visit = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  const back = (headers: Record<string, string>) =>
    yard.request("/api/source-callback?state=made-up&code=x&session_state=y", {
      headers: { cookie: ada.cookie, ...headers },
    });
  const led = await back({ ...visit, "sec-fetch-dest": "document" });
  expect(led.status).toBe(303);
  expect(led.headers.get("location")).toBe("/accounts?problem=auth.invalid");
  // A page of another site can't ask it by itself, in a frame or by a script.
  expect((await back({ ...visit, "sec-fetch-dest": "iframe" })).status).toBe(403);
  expect((await back({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" })).status).toBe(
    403,
  );
  expect((await yard.request("/api/source-callback?state=x")).status).toBe(401);
});

test("a sign-in begins with Stead's registration, for oneself alone", async () => {
  const id = await made("Drive", { admin: "amy@example.org" }, "google-drive");
  const path = `/api/sources/${id}`;
  const link = { method: "PUT", body: {} };
  expect((await ask(`${path}/account`, ada, link)).status).toBe(422);
  const app = { method: "PUT", body: { clientId: "stead-id", clientSecret: "app-secret" } };
  expect((await ask(`${path}/registrations/acting`, ada, app)).status).toBe(403);
  expect((await ask(`${path}/registrations/acting`, amy, app)).status).toBe(200);
  const { body } = await ask(`${path}/account`, ada, link);
  const url = new URL(z.object({ url: z.string() }).parse(body).url);
  expect(url.searchParams.get("client_id")).toBe("stead-id");
  expect(url.searchParams.get("code_challenge_method")).toBe("S256");
  expect(url.searchParams.get("redirect_uri")).toContain("/api/source-callback");
  // Ada's state, brought by somebody else, is none; nor is it Ada's any more.
  const state = url.searchParams.get("state") ?? "";
  for (const { cookie } of [amy, ada]) {
    const init = { headers: { cookie } };
    const led = await yard.request(`/api/source-callback?state=${state}&code=x`, init);
    expect(led.headers.get("location")).toBe("/accounts?problem=auth.invalid");
  }
  const accounts = listSchema.parse((await ask("/api/source-accounts", ada)).body).items;
  expect(accounts.find((each) => each["sourceId"] === id)).toMatchObject({
    ready: true,
    state: "none",
    userId: null,
  });
});
