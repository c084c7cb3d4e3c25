// A secret of each kind is planted, the main job and its failures are run, and then everything that was
// written, sent or answered is searched for them.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { PEOPLE, send, type Entered } from "../../src/http/edge.fixture.ts";
import { makeLoginLinks } from "../../src/identity/link/make.ts";
import { jsonLog } from "../../src/lib/log.ts";
import { assert } from "../../src/lib/result.ts";
import { answer, cardOf, startRun } from "../loop/ask.ts";
import { EDGE } from "../loop/wiring.ts";
import { CLIENT_SECRET, comeBack, linkAccount, openDesk, type Desk } from "../fixtures/desk.ts";
import { startNotes, type Notes } from "../fixtures/mcp-notes.ts";
import { startAuthorization, type Authorization } from "../fixtures/mcp-signin.mjs";
import { makeAgent, type Yard } from "../loop/yard.ts";
import { dumpAll, pagesOf } from "./queries.ts";

const PROVIDER_KEY = "sk-canary-provider-8c1f2b7a90";
const CHILD_SECRET = "canary-child-secret-5521fe";
const canaries = new Map([
  ["the provider's key", PROVIDER_KEY],
  ["a child's secret", CHILD_SECRET],
]);
const logged: string[] = [];
const answered: string[] = [];
let desk: Desk;
let yard: Yard;
let auth: Authorization;
let server: Notes;

function plant(name: string, secret: string | undefined): string {
  assert(secret !== undefined && secret.length > 10, `${name} is there`);
  canaries.set(name, secret);
  return secret;
}

async function ask(path: string, wish: Parameters<typeof send>[2]) {
  const done = await send(yard, path, wish);
  answered.push(`${path} ${JSON.stringify(done.body)}`);
  return done;
}

beforeAll(async () => {
  auth = await startAuthorization();
  server = await startNotes(auth.origin);
  desk = await openDesk({
    alsoPrivate: [auth.host, server.host],
    log: jsonLog((line) => void logged.push(line), Date.now),
    provider: { key: PROVIDER_KEY },
    script: ({ plan, turn }) => {
      const echo = JSON.stringify({ error: { message: `Incorrect API key: ${PROVIDER_KEY}` } });
      if (plan === "refused") return { status: 401, raw: echo };
      if (plan === "garbage") return { raw: `data: ${PROVIDER_KEY}\n\n` };
      if (plan === "half") return { text: "a b c", fault: "half" };
      if (plan.startsWith("note") && turn === 0)
        return { calls: [{ name: "desk.note", arguments: { text: plan } }] };
      if (plan.startsWith("mcp") && turn === 0)
        return { calls: [{ name: "notes.note", arguments: { text: plan } }] };
      if (plan === "child" && turn === 0)
        return { calls: [{ name: "hostile.secret", arguments: {} }] };
      const pay = { name: "payment.make", arguments: { amountCents: 900, to: "Acme" } };
      return turn === 0 ? { calls: [pay] } : { text: "Paid." };
    },
    prepare: async ({ mcp }) => {
      const connected = await mcp.registerMcp({
        id: "mcp_hostile",
        name: "hostile",
        transport: {
          kind: "stdio",
          command: process.execPath,
          args: [fileURLToPath(new URL("hostile-server.mjs", import.meta.url))],
          environment: { PEER_SECRET: CHILD_SECRET },
        },
      });
      assert(connected.ok, "the child is there");
    },
  });
  ({ yard } = desk);
  plant("an OAuth client's secret", CLIENT_SECRET);
  const { password } = yard.connection;
  plant("the database's password", password);
  const links = await makeLoginLinks(yard.stead.agents, EDGE, [PEOPLE.employee.id]);
  assert(links.ok, "there are links");
  plant("a login link", links.value[0]?.path.split("/").at(-1));
});
afterAll(async () => {
  await desk.close();
  await server.close();
  await auth.close();
});

async function signInByLink(): Promise<Entered> {
  const used = await yard.request(`/login/${canaries.get("a login link")}`, {
    method: "POST",
    headers: { origin: "http://127.0.0.1:4600" },
  });
  const cookie = /stead_session=([^;]+)/.exec(used.headers.get("set-cookie") ?? "")?.[1];
  plant("a session's cookie", cookie);
  const session = await yard.request("/api/session", {
    headers: { cookie: `stead_session=${cookie}` },
  });
  const { csrf } = z.object({ csrf: z.string() }).parse(await session.json());
  return { cookie: `stead_session=${cookie}`, csrf, sessionId: "" };
}

test("the main job and its failures, with every secret in use", { timeout: 120_000 }, async () => {
  const ada = await signInByLink();
  const finn = await yard.enter("approver");
  const amy = await yard.enter("administrator");
  const ian = await yard.enter("auditor");
  plant("an approver's cookie", finn.cookie.split("=")[1]);
  const made = await send(yard, "/api/keys", {
    as: ada,
    method: "POST",
    body: { name: "ci", scopes: ["run.*", "thread.*"] },
  });
  const { secret } = z.object({ secret: z.string() }).parse(made.body);
  plant("an API key", secret);
  plant("an idempotency key", "canary-idempotency-key-77aa01");
  const agentId = await makeAgent(yard, { name: "Payments" });
  const paying = await send(yard, "/api/runs", {
    as: secret,
    method: "POST",
    body: { agentId, input: "pay" },
    key: "canary-idempotency-key-77aa01",
  });
  const runIds = [z.object({ id: z.string() }).parse(paying.body).id];
  const card = await cardOf(yard, finn, runIds[0] ?? "");
  expect(await answer(yard, finn, { card })).toBe("yes");
  // The model is left alone for a while once it has failed.
  runIds.push(...(await notes(ada)));
  runIds.push(...(await signedIn(ada, amy)));
  for (const input of ["refused", "garbage", "half"])
    runIds.push(await startRun(yard, ada, { agentId, input }));
  for (const runId of runIds) await yard.ended(runId, 60_000);
  for (const as of [secret, ada])
    for (const path of ["/api/agents/%00", "/api/runs?x=1", "/api/keys/key_none", "/api/nothing"])
      await ask(path, { as });
  await ask("/api/session", { as: `${secret}x` });
  for (const runId of runIds)
    for (const as of [ada, ian]) {
      await ask(`/api/runs/${runId}`, { as });
      await ask(`/api/runs/${runId}/trace`, { as });
    }
  for (const path of ["/api/mcp-servers", "/api/tools", "/api/models", "/api/policies"])
    await ask(path, { as: amy });
  await ask("/api/egress/destinations", { as: amy });
  for (const path of ["/health", "/openapi.json"]) await ask(path, {});
  for (const path of [
    "/api/ledger/events?limit=100",
    "/api/ledger/export",
    "/api/ledger/checkpoints",
  ])
    await ask(path, { as: ian });
  await yard.stead.app.close();
  expect(canaries.size).toBeGreaterThanOrEqual(8);
});

/** With an account that was signed in to; refused with an echo of it, answered with one; and withdrawn. */
async function notes(ada: Entered): Promise<string[]> {
  const { peer, sourceId } = desk;
  const tools = [{ name: "desk.note", actsAs: "caller" as const, presets: {} }];
  const agentId = await makeAgent(yard, { name: "Notes", tools });
  const account = `/api/sources/${sourceId}/account`;
  const begin = () => send(yard, account, { as: ada, method: "PUT", body: {} });
  peer.mode = "echo";
  const refused = await comeBack(desk, ada, { reply: (await begin()).body, user: "ada.p" });
  answered.push(refused.headers.get("location") ?? "", await refused.text());
  peer.mode = "well";
  await linkAccount(desk, ada, "ada.p");
  const runIds: string[] = [];
  for (const mode of ["well", "echo", "mirror"] as const) {
    peer.mode = mode;
    const runId = await startRun(yard, ada, { agentId, input: `note ${mode}` });
    const events = await yard.ended(runId, 60_000);
    const done = events.find(({ type }) => type === "call.finished");
    expect(done?.data).toMatchObject({ status: mode === "echo" ? "error" : "ok" });
    runIds.push(runId);
  }
  peer.mode = "well";
  for (const [i, token] of peer.tokens.entries()) plant(`token ${i} of an account`, token);
  const gone = await ask(account, { as: ada, method: "DELETE" });
  expect(gone.body).toEqual({ left: [] });
  expect(new Set(peer.revoked)).toEqual(new Set(peer.tokens));
  return runIds;
}

const idSchema = z.object({ id: z.string() });
const urlSchema = z.object({ url: z.string() });

const wish = (as: Entered, body: object) => ({ as, method: "POST", body });

/** With grants at an MCP server: it takes a call, refuses one, and is told who acts in each. */
async function signedIn(ada: Entered, amy: Entered): Promise<string[]> {
  const transport = { kind: "http", url: server.url };
  const made = await ask("/api/mcp-servers", wish(amy, { name: "notes", transport }));
  const path = `/api/mcp-servers/${idSchema.parse(made.body).id}`;
  for (const as of [amy, ada]) {
    const begun = await send(yard, `${path}/account`, wish(as, {}));
    const query = await auth.signIn(urlSchema.parse(begun.body).url, "somebody");
    plant(`a code for ${as.sessionId}`, new URLSearchParams(query).get("code") ?? undefined);
    const { cookie } = as;
    const back = await yard.request(`/api/mcp-callback${query}`, { headers: { cookie } });
    expect(back.headers.get("location")).toContain("linked=");
  }
  await ask(`${path}/refresh`, wish(amy, {}));
  const contract = path.replace("mcp-servers", "contracts").concat("/note");
  const seen = await ask(contract, { as: amy });
  const { offered } = z.object({ offered: z.string() }).parse(seen.body);
  const read = { effect: "read", sinks: {}, keyed: true, resultForCallerOnly: true };
  const result = { audience: [], classes: [], trust: "outside" };
  const accepted = { contract: { ...read, result }, offered };
  expect((await ask(`${contract}/accept`, wish(amy, accepted))).status).toBe(200);
  const tools = [{ name: "notes.note", actsAs: "caller" as const, presets: {} }];
  const agentId = await makeAgent(yard, { name: "Signed in", tools });
  const runIds: string[] = [];
  for (const isShut of [false, true]) {
    server.shut = isShut;
    const runId = await startRun(yard, ada, { agentId, input: `mcp ${String(isShut)}` });
    await yard.ended(runId, 60_000);
    runIds.push(runId);
  }
  expect(server.kept).toHaveLength(1);
  const given = auth.given.filter((secret) => secret !== undefined);
  expect(given.length).toBeGreaterThan(5);
  for (const [i, secret] of given.entries()) plant(`token ${i} of an MCP server`, secret);
  for (const assertion of server.acting) plant("an assertion of who acts", assertion);
  await ask(`${path}/account`, { as: ada, method: "DELETE" });
  await ask("/api/me/acting", { as: ada });
  return runIds;
}

function holders(texts: readonly (readonly [where: string, text: string])[]): string[] {
  return texts.flatMap(([where, text]) =>
    [...canaries]
      .filter(([, secret]) => text.includes(secret))
      .map(([name]) => `${name}: ${where}`),
  );
}

test("no log line holds one", () => {
  expect(logged.length).toBeGreaterThan(3);
  expect(holders(logged.map((line) => [line, line]))).toEqual([]);
});

test("no answer holds one: traces, errors, the ledger's export, the API's description", () => {
  expect(answered.length).toBeGreaterThan(20);
  expect(holders(answered.map((line) => [line.slice(0, 200), line]))).toEqual([]);
});

test("no prompt holds one", () => {
  expect(yard.model.asked.length).toBeGreaterThan(3);
  expect(holders(yard.model.asked.map((text) => ["a prompt", text]))).toEqual([]);
});

test("no table holds one", async () => {
  const dump = await dumpAll(yard.ctx.db);
  expect(dump.map(({ table }) => table)).toEqual(
    expect.arrayContaining(["public.event", "public.session", "public.api_key"]),
  );
  expect(holders(dump.map(({ table, text }) => [table, text]))).toEqual([]);
});

test("no page of the database's files holds one, nor what is yet to be written to them", async () => {
  const pages = await pagesOf(yard.connection);
  expect(pages.length).toBeGreaterThan(20);
  // What is no secret does stand there.
  for (const part of ["pg_wal", "base"])
    expect(pages.some(({ path, bytes }) => path.includes(part) && bytes.includes("Payments"))).toBe(
      true,
    );
  for (const { path, bytes } of pages)
    expect(
      [...canaries].filter(([, secret]) => bytes.includes(secret)).map(([name]) => [name, path]),
    ).toEqual([]);
});

test("no file of the data folder holds one, and each is its owner's alone", () => {
  const files = readdirSync(yard.dataDir, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(1);
  for (const entry of files) {
    const path = join(entry.parentPath, entry.name);
    expect(holders([[path, readFileSync(path, "latin1")]])).toEqual([]);
    expect(statSync(path).mode & 0o077, path).toBe(0);
  }
});

test("the process's title and arguments hold none", () => {
  expect(
    holders([
      ["title", process.title],
      ["arguments", process.argv.join(" ")],
    ]),
  ).toEqual([]);
});
