// MCP servers that want each person's own grant: a call waits for it, goes on with it, and the token of
// each goes to the server that it is for and nowhere else. Real peers: an authorization server and an
// MCP server.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { assert } from "../src/lib/result.ts";
import { startNotes, type Notes } from "./fixtures/mcp-notes.ts";
import { startAuthorization, type Authorization } from "./fixtures/mcp-signin.mjs";
import { answer, cardOf, startRun, type Card } from "./loop/ask.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const READ = {
  effect: "read",
  sinks: {},
  keyed: true,
  result: { audience: [], classes: [], trust: "outside" },
  resultForCallerOnly: true,
};
const offeredSchema = z.object({ offered: z.string() });
const urlSchema = z.object({ url: z.string() });
const serverSchema = z.object({ id: z.string() });

let auth: Authorization;
let other: Authorization;
let notes: Notes;
let yard: Yard;
let amy: Entered;
let ada: Entered;
let bea: Entered;
let serverId = "";
let agentId = "";

beforeAll(async () => {
  auth = await startAuthorization();
  other = await startAuthorization();
  notes = await startNotes(auth.origin);
  yard = await openYard({
    script: ({ turn, plan, last }) =>
      turn === 0
        ? { calls: [{ name: "notes.note", arguments: { text: plan } }] }
        : { text: `It says: ${last}` },
    alsoPrivate: [auth.host, other.host, notes.host],
    env: { STEAD_PUBLIC_URL: "http://127.0.0.1:4600" },
  });
  amy = await yard.enter("administrator");
  ada = await yard.enter("employee");
  bea = await yard.enter("builder");
});
afterAll(async () => {
  await yard.close();
  await notes.close();
  await auth.close();
  await other.close();
});
beforeEach(() => {
  notes.kept.length = 0;
  notes.seen.length = 0;
});

/** `PUT /api/x`, or the path alone. */
async function ask(as: Entered, what: string, body?: object) {
  const [path = "", method = "GET"] = what.split(" ").toReversed();
  return send(yard, path, { as, method, ...(body ? { body } : {}) });
}

async function done(as: Entered, what: string, body?: object): Promise<unknown> {
  const reply = await ask(as, what, body);
  assert(reply.status === 200, `${what}: ${JSON.stringify(reply.body)}`);
  return reply.body;
}

/** Through the service's pages as this user, and back with this person's session. */
async function comeBack(as: Entered, reply: unknown, user: string): Promise<string> {
  const query = await auth.signIn(urlSchema.parse(reply).url, user);
  const { cookie } = as;
  const back = await yard.request(`/api/mcp-callback${query}`, { headers: { cookie } });
  return back.headers.get("location") ?? "";
}

const own = (): string => `/api/mcp-servers/${serverId}/account`;
const signIn = async (as: Entered, user: string) =>
  comeBack(as, await done(as, `POST ${own()}`), user);
const consent = (as: Entered, card: Card) => ask(as, `POST /api/approvals/${card.id}/consent`, {});

async function told(runId: string): Promise<string> {
  const ended = await yard.ended(runId);
  return JSON.stringify(ended.findLast(({ type }) => type === "run.finished")?.bodies["answer"]);
}

test("an administrator connects it, signs in with a grant of their own, and sees its tools", async () => {
  const transport = { kind: "http", url: notes.url };
  const made = await done(amy, "POST /api/mcp-servers", { name: "notes", transport });
  serverId = serverSchema.parse(made).id;
  expect(made).toMatchObject({ signIn: auth.origin, tools: [] });
  const refused = await ask(amy, `POST /api/mcp-servers/${serverId}/refresh`);
  expect(refused.body).toMatchObject({ error: { code: "source.reconnect" } });
  expect(await signIn(amy, "amy.at.notes")).toBe(`/mine?linked=${serverId}`);
  const listed = await done(amy, `POST /api/mcp-servers/${serverId}/refresh`);
  expect(listed).toMatchObject({ tools: [{ name: "notes.note" }] });
  const contract = `/api/contracts/${serverId}/note`;
  const { offered } = offeredSchema.parse(await done(amy, `GET ${contract}`));
  await done(amy, `POST ${contract}/accept`, { contract: READ, offered });
  const tools = [{ name: "notes.note", actsAs: "caller" as const, presets: {} }];
  agentId = await makeAgent(yard, { name: "Notes", tools });
});

test("a call waits for its asker's own grant, and goes on with it by itself", async () => {
  const runId = await startRun(yard, ada, { agentId, input: "milk" });
  const card = await cardOf(yard, ada, runId);
  expect(card).toMatchObject({ kind: "consent", consent: { sourceId: serverId, where: "notes" } });
  expect(await answer(yard, ada, { card })).toBe("request.invalid");
  // Whoever else has the link gets nothing; nor who finishes what she began.
  expect((await consent(bea, card)).body).toMatchObject({ error: { code: "resource.not_found" } });
  const begun = await consent(ada, card);
  expect(await comeBack(bea, begun.body, "bea.at.notes")).toContain("problem=auth.invalid");
  expect(await comeBack(ada, begun.body, "bea.at.notes")).toContain("problem=auth.invalid");
  expect(notes.kept).toEqual([]);
  const again = await consent(ada, card);
  const { searchParams } = new URL(urlSchema.parse(again.body).url);
  expect(searchParams.get("resource")).toBe(notes.url);
  expect(searchParams.get("code_challenge_method")).toBe("S256");
  expect(await comeBack(ada, again.body, "ada.at.notes")).toBe(`/mine?linked=${serverId}`);
  expect(await told(runId)).toContain("kept for ada.at.notes: milk");
  expect(notes.kept).toEqual([{ by: "ada.at.notes", text: "milk" }]);
});

test("a grant is for whoever gave it, and nobody else acts with it", async () => {
  const tools = [{ name: "notes.note", actsAs: "connection" as const, presets: {} }];
  const fixed = await makeAgent(yard, { name: "Fixed", tools });
  const runId = await startRun(yard, ada, { agentId: fixed, input: "oil" });
  expect(JSON.stringify(await yard.ended(runId))).toContain("a grant of their own alone");
  expect(notes.seen.filter((line) => line.includes("Bearer"))).toEqual([]);
});

test("an ended token is renewed, one that is refused all the same asks anew", async () => {
  auth.lifeS = 30;
  await done(ada, `DELETE ${own()}`);
  await signIn(ada, "ada.at.notes");
  auth.lifeS = 600;
  const before = auth.asked.filter((line) => line === "POST /token").length;
  expect(await told(await startRun(yard, ada, { agentId, input: "rye" }))).toContain("rye");
  expect(auth.asked.filter((line) => line === "POST /token")).toHaveLength(before + 1);
  notes.shut = true;
  const renewed = auth.asked.filter((line) => line === "POST /token").length;
  const runId = await startRun(yard, ada, { agentId, input: "tea" });
  expect(await told(runId)).toContain("sign in there");
  // Once with what it had, once with what a renewal brought.
  expect(auth.asked.filter((line) => line === "POST /token")).toHaveLength(renewed + 1);
  notes.shut = false;
  const card = await cardOf(yard, ada, await startRun(yard, ada, { agentId, input: "jam" }));
  expect(card).toMatchObject({ kind: "consent" });
  expect(await answer(yard, ada, { card, answer: "refused" })).toBe("yes");
  expect(notes.kept.map(({ text }) => text)).toEqual(["rye"]);
});

test("a wider grant is asked for when the server wants one", async () => {
  notes.needs = "write";
  await signIn(ada, "ada.at.notes");
  expect(await told(await startRun(yard, ada, { agentId, input: "ink" }))).toContain("sign in");
  const runId = await startRun(yard, ada, { agentId, input: "wax" });
  const card = await cardOf(yard, ada, runId);
  await comeBack(ada, (await consent(ada, card)).body, "ada.at.notes");
  expect(await told(runId)).toContain("kept for ada.at.notes: wax");
  notes.needs = "notes";
});

test("another place to sign in to is an administrator's to accept", async () => {
  notes.resource = `http://${auth.host}/other`;
  expect((await ask(ada, `POST ${own()}`)).body).toMatchObject({
    error: { code: "source.failed" },
  });
  notes.resource = undefined;
  notes.issuer = other.origin;
  expect((await ask(ada, `POST ${own()}`)).body).toMatchObject({
    error: { code: "policy.denied" },
  });
  expect(other.asked.every((line) => line.startsWith("GET /.well-known/"))).toBe(true);
  const [listed] = z
    .object({ items: z.array(z.object({ signIn: z.string() })) })
    .parse(await done(amy, "GET /api/mcp-servers")).items;
  expect(listed?.signIn).toBe(auth.origin);
  // Looked at by an administrator, it is the place; and what was registered with the other is not shown to it.
  await ask(amy, `POST /api/mcp-servers/${serverId}/refresh`);
  const begun = await done(ada, `POST ${own()}`);
  expect(urlSchema.parse(begun).url).toContain(other.origin);
  expect(other.asked).toContain("POST /reg");
  notes.issuer = auth.origin;
  await ask(amy, `POST /api/mcp-servers/${serverId}/refresh`);
});

test("a person's own page has it, and what they withdraw there is withdrawn at the service", async () => {
  const mine = await done(ada, "GET /api/me/acting");
  expect(mine).toMatchObject({ servers: [{ serverId, name: "notes", state: "good" }] });
  const before = auth.asked.filter((line) => line === "POST /token/revocation").length;
  expect(await done(ada, `DELETE ${own()}`)).toEqual({
    left: [expect.stringContaining("ends by itself")],
  });
  expect(auth.asked.filter((line) => line === "POST /token/revocation").length).toBeGreaterThan(
    before,
  );
  expect(await done(ada, "GET /api/me/acting")).toMatchObject({ servers: [{ state: "none" }] });
});

test("no token stands in the ledger, and it says who signed in where", async () => {
  const as = await yard.enter("auditor");
  expect(notes.tokens.size).toBeGreaterThan(3);
  const runs = await ask(as, "GET /api/runs?limit=50");
  const { items } = z.object({ items: z.array(z.object({ id: z.string() })) }).parse(runs.body);
  const logs = await Promise.all(items.map(async ({ id }) => yard.events(id)));
  const written = JSON.stringify([await ask(as, "GET /api/ledger/events?limit=200"), logs]);
  expect(written).toContain("milk");
  for (const token of notes.tokens) expect(written).not.toContain(token);
  const linked = await ask(as, "GET /api/ledger/events?type=mcp-account.linked&limit=50");
  expect(linked.body).toMatchObject({
    items: expect.arrayContaining([
      expect.objectContaining({ data: { by: PEOPLE.employee.id, serverId } }),
    ]),
  });
});
