// A real PostgreSQL feeds the registry of known values: read when it is turned on, in force whatever changes
// there, and gone with its source. Through the HTTP edge, on the real wiring.
import { createServer, type Server } from "node:net";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { makeWorld, type World } from "../../connectors/test/postgres/world.ts";
import { send, type Entered } from "../src/http/edge.fixture.ts";
import { readDueFeed } from "../src/knowledge/known/read.ts";
import type { Sources } from "../src/knowledge/source/parts.ts";
import { systemClock } from "../src/lib/clock.ts";
import { openYard, type Yard } from "./loop/yard.ts";

let world: World;
let gate: Server;
let sources: Sources;
let yard: Yard;
let amy: Entered;
let ada: Entered;
let ian: Entered;
let sourceId = "";
let port = 0;

beforeAll(async () => {
  world = await makeWorld();
  gate = createServer((socket) => {
    const far = world.dial();
    socket.on("error", () => far.destroy());
    far.on("error", () => socket.destroy());
    socket.pipe(far).pipe(socket);
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  const address = gate.address();
  port = typeof address === "object" && address ? address.port : 0;
  await world.run(`
    create schema crm;
    create table crm."customer ""x""" (id int primary key, full_name text, "eMail" text,
      mobile_phone text, iban text, notes text, secret_name text);
    insert into crm."customer ""x""" select n, 'Petronella Castelvecchi ' || n,
      'petronella' || n || '@x.example', null, 'NO93 8601 1117 9' || n, 'likes cake', 'never'
      from generate_series(1, 4100) n;
    create table crm.guarded (id int primary key, name text);
    alter table crm.guarded enable row level security;
    create table crm.loose (name text);
    insert into crm.loose values ('Bartholomew Quistgaard');
    grant usage on schema crm to ${world.login};
    grant select (id, full_name, "eMail", mobile_phone, iban, notes)
      on crm."customer ""x""" to ${world.login};
    grant select on crm.guarded, crm.loose to ${world.login}`);
  yard = await openYard({
    script: () => ({ text: "done" }),
    alsoPrivate: [`127.0.0.1:${port}`],
    prepare: async (parts) => void ({ sources } = parts),
  });
  [amy, ada, ian] = [
    await yard.enter("administrator"),
    await yard.enter("employee"),
    await yard.enter("auditor"),
  ];
});
afterAll(async () => {
  await yard.close();
  await new Promise((resolve) => gate.close(resolve));
  await world.close();
});

const feedSchema = z.object({
  items: z.array(
    z.object({
      sourceId: z.string(),
      registryId: z.string(),
      on: z.boolean(),
      isReading: z.boolean(),
      readAt: z.string().nullable(),
      error: z.string().nullable(),
    }),
  ),
});
const registrySchema = z.object({
  items: z.array(z.object({ id: z.string(), kind: z.string(), records: z.number() })),
});
const triedSchema = z.object({ findings: z.array(z.object({ field: z.string() })) });

const at = (path: string, method: string, { body = {}, as = amy }: Wish = {}) =>
  send(yard, path, { as, method, ...(method === "GET" ? {} : { body }) });

interface Wish {
  readonly body?: unknown;
  readonly as?: Entered;
}

async function feed() {
  const { items } = feedSchema.parse((await send(yard, "/api/registry-feeds", { as: ian })).body);
  const own = items.find((each) => each.sourceId === sourceId);
  if (!own) throw new Error("there is no such feed");
  return own;
}

async function until(what: string, fits: () => Promise<boolean>): Promise<void> {
  for (const end = systemClock.monotonicMs() + 20_000; ; await systemClock.sleep(50)) {
    // The server does so itself, from time to time.
    await readDueFeed(sources, new AbortController().signal);
    if (await fits()) return;
    if (systemClock.monotonicMs() > end) throw new Error(`it did not come to be: ${what}`);
  }
}

/** As when its time has come. */
async function readAgain(): Promise<void> {
  const before = (await feed()).readAt;
  await sql`update known_feed set due_at = now()`.execute(yard.ctx.db);
  await until("it is read again", async () => (await feed()).readAt !== before);
}

async function found(text: string): Promise<string[]> {
  const { body } = await at("/api/registry/try", "POST", { body: { text } });
  return triedSchema.parse(body).findings.map(({ field }) => field);
}

async function generation(): Promise<string | undefined> {
  const { rows } = await sql<{ generation: string }>`select generation from known_source`.execute(
    yard.ctx.db,
  );
  return rows[0]?.generation;
}

async function registered() {
  return registrySchema.parse((await send(yard, "/api/registry", { as: ian })).body).items;
}

const CUSTOMER = 'crm.customer "x"';
const lists = [
  {
    from: CUSTOMER,
    fields: [
      { field: "full_name", class: "pii" },
      { field: "eMail", class: "pii" },
      { field: "iban", class: "financial" },
    ],
  },
  { from: "crm.loose", fields: [{ field: "name", class: "pii" }] },
];

test("an administrator is shown which columns are known values, and turns them on", async () => {
  const notes = { name: "notes", schema: "crm", table: "loose", key: "name", title: "name" };
  const settings = {
    host: "127.0.0.1",
    port,
    database: world.database,
    tls: "none",
    relations: [{ ...notes, text: ["name"] }],
  };
  const body = { connector: "postgres", name: "CRM", settings };
  const made = await at("/api/sources", "POST", { body });
  sourceId = z.object({ id: z.string() }).parse(made.body).id;
  const fields = { login: world.login, password: world.password };
  expect(
    (await at(`/api/sources/${sourceId}/connection`, "PUT", { body: { fields } })).status,
  ).toBe(200);
  expect((await at(`/api/sources/${sourceId}/resume`, "POST")).status).toBe(200);
  expect(await feed()).toMatchObject({ on: false, readAt: null });
  const path = `/api/registry-feeds/${sourceId}`;
  const suggested = await at(`${path}/suggestion`, "GET");
  expect(suggested.body).toEqual({
    lists: [
      {
        from: CUSTOMER,
        fields: [
          { field: "full_name", class: "pii" },
          { field: "eMail", class: "pii" },
          { field: "mobile_phone", class: "pii" },
          { field: "iban", class: "financial" },
        ],
      },
      { from: "crm.guarded", fields: [{ field: "name", class: "pii" }] },
      { from: "crm.loose", fields: [{ field: "name", class: "pii" }] },
    ],
  });
  for (const as of [ada, ian]) {
    // oxlint-disable-next-line no-await-in-loop -- two
    expect((await at(path, "PUT", { body: { lists }, as })).status).toBe(403);
    // oxlint-disable-next-line no-await-in-loop
    expect((await at(`${path}/suggestion`, "GET", { as })).status).toBe(403);
  }
  expect((await at(path, "PUT", { body: { lists: [...lists, ...lists] } })).status).toBe(422);
  expect((await at(path, "PUT", { body: { lists } })).status).toBe(200);
  await until("it is read", async () => (await feed()).readAt !== null);
  expect(await registered()).toEqual([
    { id: `known_${sourceId}`, kind: "connector", records: 4_101 },
  ]);
  expect(await found("Ask Petronella Castelvecchi 4099 and Bartholomew Quistgaard.")).toEqual([
    `${CUSTOMER}.full_name`,
    "crm.loose.name",
  ]);
  expect(await found("NO938601111794100, likes cake, never")).toEqual([`${CUSTOMER}.iban`]);
});

test("what changes there is changed here, and what does not is not written again", async () => {
  const before = await generation();
  await readAgain();
  expect(await generation()).toBe(before);
  await world.run(`
    update crm."customer ""x""" set full_name = 'Katinka Sorrentino' where id = 7;
    delete from crm."customer ""x""" where id = 4000`);
  await readAgain();
  expect(await generation()).not.toBe(before);
  expect(await found("Katinka Sorrentino")).toEqual([`${CUSTOMER}.full_name`]);
  expect(await found("petronella4000@x.example")).toEqual([]);
  expect(await found("petronella7@x.example")).toEqual([`${CUSTOMER}.eMail`]);
});

test("a source that can't be read is told with what to do, and what was read stays", async () => {
  await world.run(`revoke select on crm.loose from ${world.login}`);
  await sql`update known_feed set due_at = now()`.execute(yard.ctx.db);
  await until("it fails", async () => (await feed()).error !== null);
  expect((await feed()).error).toContain("crm.loose");
  expect((await feed()).error).toContain("SELECT");
  expect(await found("Bartholomew Quistgaard")).toHaveLength(1);
  const path = `/api/registry-feeds/${sourceId}`;
  const guarded = [{ from: "crm.guarded", fields: [{ field: "name", class: "pii" }] }];
  await at(path, "PUT", { body: { lists: guarded } });
  await until("it fails", async () => (await feed()).error?.includes("row-level") === true);
  const injected = { from: 'crm.loose"; drop table crm.loose; --', fields: guarded[0]?.fields };
  await at(path, "PUT", { body: { lists: [injected] } });
  await until("it fails", async () => (await feed()).error?.includes("drop table") === true);
  expect(await found("Katinka Sorrentino")).toHaveLength(1);
  await world.run(`grant select on crm.loose to ${world.login}`);
  await at(path, "PUT", { body: { lists: lists.slice(1) } });
  await until("it is read", async () => (await registered())[0]?.records === 1);
  expect(await found("Katinka Sorrentino")).toEqual([]);
  expect(await found("Bartholomew Quistgaard")).toHaveLength(1);
});

test("turned off or disconnected, nothing of it is left", async () => {
  const known = `/api/registry/known_${sourceId}`;
  expect((await at(known, "DELETE", { as: ian })).status).toBe(403);
  expect((await at(known, "DELETE")).status).toBe(200);
  expect((await at(known, "DELETE")).status).toBe(404);
  expect(await feed()).toMatchObject({ on: false });
  expect(await found("Bartholomew Quistgaard")).toEqual([]);
  await at(`/api/registry-feeds/${sourceId}`, "PUT", { body: { lists: lists.slice(1) } });
  await until("it is read", async () => (await registered()).length === 1);
  expect((await at(`/api/sources/${sourceId}`, "DELETE")).status).toBe(200);
  expect(await registered()).toEqual([]);
  const { rows } = await sql`select from known_page union all select from known_feed`.execute(
    yard.ctx.db,
  );
  expect(rows).toEqual([]);
  expect(await found("Bartholomew Quistgaard")).toEqual([]);
});
