// The key of everything that is sealed is rotated while all of it is in use, and interrupted on the way: no
// secret is lost, the old key opens nothing afterwards, and nothing that stands wrapped is left out.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lastRotation } from "../src/egress/rotation/queries.ts";
import { beginRotation, goOn } from "../src/egress/rotation/rotate.ts";
import { createVault } from "../src/egress/vault.ts";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { principalOf } from "../src/identity/principal.ts";
import { replaceConnection, selectConnection } from "../src/knowledge/connection/queries.ts";
import { openSecret, sealSecret } from "../src/knowledge/connection/secret.ts";
import { insertSource } from "../src/knowledge/source/queries.ts";
import { loadKeys, type KeyRing } from "../src/ledger/keys.ts";
import { assert } from "../src/lib/result.ts";
import { sealedPlaces } from "../src/worker/vault.ts";
import { startRun } from "./loop/ask.ts";
import { wrappedTables } from "./loop/queries.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const PLACE = { orgId: "org_main", sourceId: "src_1", connector: "files" };
const CONNECTION = { id: "con_1", personId: PEOPLE.employee.id, version: 3 };

let yard: Yard;
let amy: Entered;
let ada: Entered;
let agentId = "";

beforeAll(async () => {
  yard = await openYard({ script: () => ({ text: "Done." }) });
  amy = await yard.enter("administrator");
  ada = await yard.enter("employee");
  agentId = await makeAgent(yard, { name: "Talker" });
  const createdAt = new Date(yard.ctx.clock.now());
  await insertSource(yard.ctx, {
    id: "src_1",
    connector: "files",
    name: "Shelf",
    settings: {},
    state: "paused",
    stateReason: "",
    objectiveMs: 60_000,
    failClosed: true,
    trustedDomains: [],
    createdBy: PEOPLE.administrator.id,
    createdAt,
  });
});
afterAll(() => yard.close());

const keyDir = (): string => join(yard.dataDir, "keys");
const keyLines = (): string[] =>
  readFileSync(join(keyDir(), "bodies.key"), "utf8").trim().split("\n");
const at = () => ({ db: yard.ctx.db, orgId: yard.ctx.orgId, sourceId: "src_1" });

async function storeToken(keys: KeyRing): Promise<void> {
  const secret = { kind: "fields" as const, fields: { token: "token-of-ada" } };
  const sealed = sealSecret(createVault(keys), PLACE, { ...CONNECTION, secret });
  const createdAt = new Date(yard.ctx.clock.now());
  const more = { userId: "ada", expiresAt: null, createdAt };
  await replaceConnection(at(), { ...CONNECTION, ...sealed, ...more });
}

async function openToken(keys: KeyRing): Promise<string | undefined> {
  const row = await selectConnection(at(), CONNECTION.personId);
  const secret = row && openSecret(createVault(keys), PLACE, row);
  return secret?.ok && secret.value.kind === "fields" ? secret.value.fields["token"] : undefined;
}

async function talk(): Promise<string> {
  const runId = await startRun(yard, ada, { agentId, input: "hello" });
  await yard.ended(runId);
  return runId;
}

async function inputOf(runId: string): Promise<unknown> {
  const [started] = await yard.events(runId);
  return started?.bodies["input"];
}

test("every column of wrapped keys is gone through", async () => {
  const tables = new Set(sealedPlaces(yard.stead.ledger).map(({ table }) => table));
  expect(await wrappedTables(yard.ctx.db)).toEqual([...tables].toSorted());
});

test("in the middle of the work, and interrupted, nothing is lost", async () => {
  const { ledger, ctx } = yard.stead;
  await storeToken(ledger.keys);
  const runs = [await talk()];
  const [old] = ledger.keys.ids();
  // Another process, which has read the file before.
  const other = loadKeys(keyDir(), "stead/org_main");
  const principal = await principalOf(ctx, PEOPLE.administrator.id, { kind: "run", runId: "" });
  assert(principal.ok && old, "there are an administrator and a key");
  const rotation = { ledger, places: sealedPlaces(ledger), graceMs: 0 };
  expect(await beginRotation(rotation, principal.value)).toMatchObject({ ok: true });
  expect(await beginRotation(rotation, principal.value)).toMatchObject({
    failure: { code: "request.conflict" },
  });
  expect(keyLines()).toHaveLength(2);
  expect(await goOn(rotation, AbortSignal.abort())).toMatchObject({ ok: false });
  for (const keys of [ledger.keys, other]) expect(await openToken(keys)).toBe("token-of-ada");
  const going = goOn(rotation, new AbortController().signal);
  runs.push(await talk());
  await storeToken(other);
  runs.push(await talk());
  expect(await going).toEqual({ ok: true, value: undefined });
  expect(keyLines()).toHaveLength(1);
  expect(ledger.keys.ids().some((id) => id.equals(old))).toBe(false);
  runs.push(await talk());
  for (const runId of runs) expect(await inputOf(runId)).toBe("hello");
  const fresh = loadKeys(keyDir(), "stead/org_main");
  for (const keys of [ledger.keys, other, fresh])
    expect(await openToken(keys)).toBe("token-of-ada");
  expect((await lastRotation(ctx))?.ended_at).not.toBeNull();
});

test("a row that was swapped keeps the old key, and is told", async () => {
  const { ledger, ctx } = yard.stead;
  await storeToken(ledger.keys);
  const row = await selectConnection(at(), CONNECTION.personId);
  assert(row, "it is there");
  // Under another name: what it was bound to no longer fits.
  await replaceConnection(at(), { ...row, id: "con_other", personId: PEOPLE.builder.id });
  const principal = await principalOf(ctx, PEOPLE.administrator.id, { kind: "run", runId: "" });
  assert(principal.ok, "the administrator is there");
  const rotation = { ledger, places: sealedPlaces(ledger), graceMs: 0 };
  await beginRotation(rotation, principal.value);
  expect(await goOn(rotation, new AbortController().signal)).toMatchObject({ ok: true });
  expect(keyLines()).toHaveLength(2);
  const seen = await send(yard, "/api/vault", { as: amy });
  expect(seen.body).toMatchObject({ keys: [{ rows: 1, current: false }, { current: true }] });
  expect(await openToken(ledger.keys)).toBe("token-of-ada");
});

test("by administrators alone, and one at a time", async () => {
  const wish = { method: "POST", body: {} };
  const refused = await send(yard, "/api/vault/rotate", { as: ada, ...wish });
  expect(refused.status).toBe(403);
  expect(await send(yard, "/api/vault/rotate", { as: amy, ...wish })).toMatchObject({
    body: { rotation: { endedAt: null } },
  });
  const again = await send(yard, "/api/vault/rotate", { as: amy, ...wish });
  expect(again.body).toMatchObject({ error: { code: "request.conflict" } });
});
