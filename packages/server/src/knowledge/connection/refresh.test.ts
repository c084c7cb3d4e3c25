// One refresh at a time, in all processes. What is gone stands as gone; a provider away costs nothing.
import { afterEach, beforeEach, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { closeAll } from "../../egress/egress.fixture.ts";
import { temporaryKeys } from "../../ledger/ledger.fixture.ts";
import { openDatabase } from "../../store/db.ts";
import { silentLog } from "../../lib/log.ts";
import { SourceHost } from "../source/host.ts";
import { selectSource } from "../source/queries.ts";
import { CANARY, json, oauthAt, peerOf, seed, stageOf, type Stage } from "./connection.fixture.ts";
import { placeOf, registerApp } from "./oauth.ts";
import { replaceConnection, selectConnection } from "./queries.ts";
import { openSecret, sealSecret } from "./secret.ts";

let base: FreshDatabase;
let peer: Awaited<ReturnType<typeof peerOf>>;
let stage: Stage;
const keys = temporaryKeys();
const signal = new AbortController().signal;
let valid = "";
let issued = 0;

beforeEach(async () => {
  base = await freshDatabase();
  issued = 0;
  valid = `${CANARY}-a0`;
  peer = await peerOf((request, answer) => {
    if (request.url === "/token") {
      valid = `${CANARY}-a${++issued}`;
      const refresh_token = `${CANARY}-r${issued}`;
      return json(answer, 200, { access_token: valid, token_type: "bearer", refresh_token });
    }
    const isGood = request.headers.authorization === `Bearer ${valid}`;
    return json(answer, isGood ? 200 : 401, { echo: request.headers.authorization });
  });
  stage = stageFor(base.db);
  await seed(base.db);
  const app = { sourceId: "src_1", purpose: "crawl" as const, clientId: "stead" };
  await registerApp(stage.deps, { ...app, clientSecret: `${CANARY}-secret` });
});
afterEach(async () => {
  await closeAll();
  await base.close();
});

function stageFor(db: FreshDatabase["db"]): Stage {
  const scheme = oauthAt(peer.origin);
  return stageOf(db, { scheme, baseUrl: peer.origin, allow: [peer.host], keys });
}

async function store(id = "src_1", expiresAt: Date | null = null): Promise<void> {
  const row = await selectSource(stage.deps.ctx, id);
  if (!row) throw new Error("no source");
  const own = { id: `con_${id}`, personId: "", version: 1 };
  const secret = {
    kind: "tokens" as const,
    accessToken: `${CANARY}-a0`,
    refreshToken: `${CANARY}-r0`,
  };
  const sealed = sealSecret(stage.deps.vault, placeOf(stage.deps, row), { ...own, secret });
  const at = { ...stage.deps.ctx, sourceId: id };
  await replaceConnection(at, { ...own, ...sealed, userId: "", expiresAt, createdAt: new Date(0) });
}

async function httpOf({ deps }: Stage) {
  const hosted = await new SourceHost(deps).crawl("src_1", signal);
  if (!hosted.ok) throw new Error(hosted.failure.detail);
  return hosted.value.source.http;
}

const asked = (path: string) => peer.seen.filter(({ url }) => url === path);

test("two processes with twenty requests make one token request, and no pool runs dry", async () => {
  await store();
  valid = "only the next one";
  const other = openDatabase(base.connection, { log: silentLog, connectionsMax: 8 });
  const https = [await httpOf(stage), await httpOf(stageFor(other.db))];
  const all = https.flatMap((http) => Array.from({ length: 10 }, async () => http({ url: "/x" })));
  const replies = await Promise.all(all);
  await other.close();
  expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(asked("/token")).toHaveLength(1);
  expect(asked("/token")[0]?.body).toContain(`refresh_token=${CANARY}-r0`);
});

test("many people's grants that end at once do not wait for each other for ever", async () => {
  await store();
  const ids = Array.from({ length: 16 }, (_, i) => `src_n${i}`);
  const { deps } = stage;
  for (const id of ids) {
    await seed(base.db, {}, id);
    const app = { sourceId: id, purpose: "crawl" as const, clientId: "stead" };
    await registerApp(deps, { ...app, clientSecret: "s" });
    await store(id, new Date(0));
  }
  const taken = new Set<string>();
  const before = peer.handler;
  peer.handler = (request, answer, body) =>
    request.url === "/token"
      ? before(request, answer, body)
      : (taken.add(String(request.headers.authorization)), json(answer, 200, {}));
  const host = new SourceHost(deps);
  await Promise.all(
    ids.map(async (id) => {
      const hosted = await host.crawl(id, signal);
      if (!hosted.ok) throw new Error(hosted.failure.detail);
      await hosted.value.source.http({ url: "/x" });
    }),
  );
  expect(taken.size).toBe(16);
});

test("what came in is stored before it is used", async () => {
  await store();
  valid = "only the next one";
  const stored: (string | undefined)[] = [];
  const before = peer.handler;
  peer.handler = (request, answer, body) => {
    if (request.url === "/token" || request.headers.authorization !== `Bearer ${valid}`)
      return before(request, answer, body);
    const answered = async (): Promise<void> => {
      stored.push(await readStored());
      before(request, answer, body);
    };
    void answered();
  };
  const http = await httpOf(stage);
  await http({ url: "/x" });
  expect(stored).toEqual([`${CANARY}-r1`]);
  expect(asked("/x")).toHaveLength(2);
});

async function readStored(): Promise<string | undefined> {
  const row = await selectSource(stage.deps.ctx, "src_1");
  const known = await selectConnection({ ...stage.deps.ctx, sourceId: "src_1" }, "");
  if (!row || !known) return undefined;
  const secret = openSecret(stage.deps.vault, placeOf(stage.deps, row), known);
  return secret.ok && secret.value.kind === "tokens" ? secret.value.refreshToken : undefined;
}

test("a token that is refused again is not refreshed again", async () => {
  await store();
  valid = "x";
  const before = peer.handler;
  peer.handler = (request, answer, body) => {
    before(request, answer, body);
    valid = "never";
  };
  const http = await httpOf(stage);
  const failed = await http({ url: "/x", method: "POST", body: {} }).catch((e: unknown) => e);
  expect(failed).toMatchObject({ code: "reconnect" });
  expect(String(failed)).not.toContain(CANARY);
  expect(asked("/token")).toHaveLength(1);
  expect(asked("/x")).toHaveLength(2);
});

test("one that ends within a minute is renewed before it is used", async () => {
  await store("src_1", new Date(stage.deps.ctx.clock.now() + 30_000));
  const http = await httpOf(stage);
  await http({ url: "/x" });
  expect(asked("/token")).toHaveLength(1);
  expect(asked("/x")).toHaveLength(1);
});

test("a withdrawn grant closes connection and source, and nobody asks again", async () => {
  await store("src_1", new Date(0));
  peer.handler = (_, answer) => json(answer, 400, { error: "invalid_grant" });
  const http = await httpOf(stage);
  for (let i = 0; i < 3; i++)
    await expect(http({ url: "/x" })).rejects.toMatchObject({ code: "reconnect" });
  expect(asked("/token")).toHaveLength(1);
  const at = { ...stage.deps.ctx, sourceId: "src_1" };
  expect(await selectConnection(at, "")).toMatchObject({ state: "reconnect" });
  expect(await selectSource(stage.deps.ctx, "src_1")).toMatchObject({ state: "reconnect" });
  expect((await new SourceHost(stage.deps).crawl("src_1", signal)).ok).toBe(false);
});

test.each([
  ["is away", 503, "<html>"],
  ["says its limit", 429, { error: "slow_down" }],
  ["answers no JSON", 200, "{".repeat(1000)],
  ["answers without end", 200, "x".repeat(300 * 1024)],
  ["answers a token as its error", 400, { error: `${CANARY}-r0` }],
])("a provider that %s costs no grant", async (_, status, value) => {
  await store("src_1", new Date(0));
  peer.handler = (_request, answer) => json(answer, status, value);
  const http = await httpOf(stage);
  const failed = await http({ url: "/x" }).catch((e: unknown) => e);
  expect(failed).toMatchObject({ code: "unavailable" });
  expect(String(failed)).not.toContain(CANARY);
  const at = { ...stage.deps.ctx, sourceId: "src_1" };
  expect(await selectConnection(at, "")).toMatchObject({ state: "good", version: 1 });
});

test("no secret stands in any log line, record or table", async () => {
  await store("src_1", new Date(0));
  const http = await httpOf(stage);
  await http({ url: "/x" });
  expect(stage.journal.events.length).toBeGreaterThan(2);
  expect(JSON.stringify(stage.journal.events) + stage.log.join("")).not.toContain(CANARY);
  const hex = Buffer.from(CANARY).toString("hex");
  const tables = await base.pool.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public'",
  );
  expect(tables.rows.length).toBeGreaterThan(20);
  for (const { name } of tables.rows) {
    const found = await base.pool.query(
      `select 1 from "${name}" t where t::text like $1 or t::text like $2`,
      [`%${CANARY}%`, `%${hex}%`],
    );
    expect(found.rowCount, name).toBe(0);
  }
});

test("a row that was moved does not open", async () => {
  await store();
  const row = await selectSource(stage.deps.ctx, "src_1");
  const known = await selectConnection({ ...stage.deps.ctx, sourceId: "src_1" }, "");
  if (!row || !known) throw new Error("nothing stored");
  const { deps } = stage;
  expect(openSecret(deps.vault, placeOf(deps, row), known).ok).toBe(true);
  for (const change of [{ personId: "per_bob" }, { version: 2 }, { id: "con_2" }])
    expect(openSecret(deps.vault, placeOf(deps, row), { ...known, ...change }).ok).toBe(false);
  for (const change of [{ sourceId: "src_2" }, { connector: "other" }, { orgId: "org_2" }]) {
    const place = { ...placeOf(deps, row), ...change };
    expect(openSecret(deps.vault, place, known).ok).toBe(false);
  }
});
