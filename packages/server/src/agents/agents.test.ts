// Agents against a real database: drafts, immutable versions, repeats and races.
import { agentSpecSchema, type Principal, type Role } from "@stead/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import { insertGroup } from "../identity/fixture/queries.ts";
import { insertPerson } from "../identity/queries.ts";
import { temporaryKeys } from "../ledger/ledger.fixture.ts";
import { createLedger } from "../ledger/ledger.ts";
import { readStream } from "../ledger/read.ts";
import { systemClock } from "../lib/clock.ts";
import { createIds } from "../lib/ids.ts";
import { silentLog } from "../lib/log.ts";
import { assert, type Result } from "../lib/result.ts";
import type { AgentsCtx } from "./context.ts";
import { createAgent, updateAgent } from "./draft.ts";
import { publishAgent, trialVersion } from "./publish.ts";
import { shareAgent } from "./share.ts";
import { usableVersion, versionOf, versionsOf } from "./version.ts";
import { agentsOf, getAgent } from "./view.ts";

let database: FreshDatabase;
let ctx: AgentsCtx;
let count = 0;

beforeAll(async () => {
  database = await freshDatabase();
  const { db, pool } = database;
  const ids = createIds(systemClock);
  const base = { db, orgId: "org_test", clock: systemClock, ids, log: silentLog };
  const ledger = createLedger({ ...base, pool, keys: temporaryKeys() });
  const models = { models: () => ["m/1"] };
  ctx = { ...base, ledger, models, tools: { tool: () => undefined } };
  await insertGroup(ctx, "grp_a");
  for (const id of ["usr_owner", "usr_user"])
    await insertPerson(ctx, { id, name: id, email: `${id}@example.org`, roles: [] });
});
afterAll(() => database.close());

const someone = (personId: string, groups: string[] = [], roles: Role[] = []): Principal => ({
  orgId: "org_test",
  personId,
  name: personId,
  email: "",
  department: "",
  title: "",
  groups,
  roles,
  via: { kind: "session", sessionId: "ses_1" },
});
const OWNER = someone("usr_owner");
const USER = someone("usr_user", ["grp_a"]);
const SPEC = agentSpecSchema.parse({ name: "A", instructions: "1", models: ["m/1"], tools: [] });
const EDITED = { ...SPEC, instructions: "2" };
const nextKey = (): string => `key ${++count}`;

function unwrap<T>(result: Result<T>): T {
  assert(result.ok, result.ok ? "" : result.failure.detail);
  return result.value;
}

async function made(): Promise<string> {
  const wish = { principal: OWNER, spec: SPEC, idempotencyKey: nextKey() };
  return unwrap(await createAgent(ctx, wish)).id;
}

const publication = (agentId: string, idempotencyKey = nextKey()) => ({
  principal: OWNER,
  agentId,
  note: "n",
  idempotencyKey,
});

test("the same key makes the same agent and the same version, once in the ledger", async () => {
  const wish = { principal: OWNER, spec: SPEC, idempotencyKey: nextKey() };
  const both = await Promise.all([createAgent(ctx, wish), createAgent(ctx, wish)]);
  const [first, second] = both.map(unwrap);
  expect(second?.id).toBe(first?.id);
  const agentId = first?.id ?? "";
  const same = publication(agentId);
  const racing = await Promise.all([publishAgent(ctx, same), publishAgent(ctx, same)]);
  const [published] = racing.map(unwrap);
  expect(unwrap(await publishAgent(ctx, same))).toEqual(published);
  expect(unwrap(await versionsOf(ctx, { principal: OWNER, agentId }))).toHaveLength(1);
  const events = unwrap(await readStream(ctx.ledger, "agents"));
  const mine = events.filter(({ data }) => data["agentId"] === agentId).map(({ type }) => type);
  expect(mine).toEqual(["agent.created", "agent.published"]);
});

test("versions count up without a gap when many publish at once", async () => {
  const agentId = await made();
  const all = await Promise.all(
    Array.from({ length: 6 }, () => publishAgent(ctx, publication(agentId))),
  );
  const numbers = all.map((result) => unwrap(result).version);
  expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a version never changes, whoever writes to the database", async () => {
  const agentId = await made();
  const version = unwrap(await publishAgent(ctx, publication(agentId)));
  unwrap(await updateAgent(ctx, { principal: OWNER, agentId, spec: EDITED }));
  expect(unwrap(await versionOf(ctx, version.id)).spec.instructions).toBe("1");
  for (const statement of ["update agent_version set note = 'x'", "delete from agent_version"])
    await expect(database.pool.query(statement)).rejects.toThrow("never changes");
});

test("who only uses an agent sees what is published, and nothing before", async () => {
  const agentId = await made();
  unwrap(await shareAgent(ctx, { principal: OWNER, agentId, usableBy: ["grp_a", "grp_a"] }));
  const hidden = await getAgent(ctx, { principal: USER, agentId });
  expect(hidden).toMatchObject({ ok: false, failure: { code: "resource.not_found" } });
  const early = await usableVersion(ctx, { principal: OWNER, agentId });
  expect(early).toMatchObject({ ok: false, failure: { code: "agent.not_published" } });
  const version = unwrap(await publishAgent(ctx, publication(agentId)));
  unwrap(await updateAgent(ctx, { principal: OWNER, agentId, spec: EDITED }));
  const seen = unwrap(await getAgent(ctx, { principal: USER, agentId }));
  expect(seen).toMatchObject({ mayUse: true, mayEdit: false, usableBy: ["grp_a"] });
  expect(seen.draft.instructions).toBe("1");
  const own = unwrap(await getAgent(ctx, { principal: OWNER, agentId }));
  expect(own.draft.instructions).toBe("2");
  expect((await agentsOf(ctx, USER)).map(({ id }) => id)).toContain(agentId);
  expect(unwrap(await usableVersion(ctx, { principal: USER, agentId })).id).toBe(version.id);
  unwrap(await shareAgent(ctx, { principal: OWNER, agentId, usableBy: [] }));
  expect((await usableVersion(ctx, { principal: USER, agentId })).ok).toBe(false);
});

test("only its owner and administrators change it; a refusal says so only to who may see it", async () => {
  const agentId = await made();
  const change = (principal: Principal) => updateAgent(ctx, { principal, agentId, spec: EDITED });
  expect(await change(USER)).toMatchObject({ failure: { code: "resource.not_found" } });
  unwrap(await publishAgent(ctx, publication(agentId)));
  unwrap(await shareAgent(ctx, { principal: OWNER, agentId, usableBy: ["grp_a"] }));
  const refused = { code: "policy.denied", hint: "Ask usr_owner." };
  expect(await change(USER)).toMatchObject({ failure: refused });
  expect((await change(someone("usr_x", [], ["administrator"]))).ok).toBe(true);
  const asUser = { ...publication(agentId), principal: USER };
  expect(await publishAgent(ctx, asUser)).toMatchObject({ failure: refused });
});

test("what can't work is not published, and says where it is wrong", async () => {
  const spec = { ...SPEC, tools: [{ name: "no.tool", actsAs: "caller" as const, presets: {} }] };
  const wish = { principal: OWNER, spec, idempotencyKey: nextKey() };
  const agentId = unwrap(await createAgent(ctx, wish)).id;
  const refused = await publishAgent(ctx, publication(agentId));
  expect(refused).toMatchObject({
    ok: false,
    failure: { code: "agent.invalid", data: { fields: [{ path: "tools.0.name" }] } },
  });
  const sharing = { principal: OWNER, agentId, usableBy: ["grp_nobody"] };
  expect(await shareAgent(ctx, sharing)).toMatchObject({ failure: { code: "agent.invalid" } });
});

test("a draft is frozen once for its editor to try, and is no published version", async () => {
  const agentId = await made();
  const wish = { principal: OWNER, agentId };
  const racing = await Promise.all([trialVersion(ctx, wish), trialVersion(ctx, wish)]);
  const [trial, same] = racing.map(unwrap);
  assert(trial, "there is a trial");
  expect(same?.id).toBe(trial.id);
  expect(trial.version).toBe(0);
  expect(unwrap(await trialVersion(ctx, { principal: OWNER, agentId })).id).toBe(trial.id);
  unwrap(await updateAgent(ctx, { principal: OWNER, agentId, spec: EDITED }));
  expect(unwrap(await trialVersion(ctx, { principal: OWNER, agentId })).id).not.toBe(trial.id);
  expect(unwrap(await versionsOf(ctx, { principal: OWNER, agentId }))).toEqual([]);
  expect((await trialVersion(ctx, { principal: USER, agentId })).ok).toBe(false);
});
