// Adding, inviting, shutting out, roles: against a real database, with races.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Person, Principal, Role } from "@stead/protocol";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { temporaryKeys } from "../../ledger/ledger.fixture.ts";
import { createLedger } from "../../ledger/ledger.ts";
import { readStream } from "../../ledger/read.ts";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog } from "../../lib/log.ts";
import { assert, type Result } from "../../lib/result.ts";
import { buildPolicies } from "../../policy/load.ts";
import { rightsPort } from "../../policy/rights.ts";
import type { IdentityCtx } from "../context.ts";
import { storedSecrets } from "../fixture/queries.ts";
import { makeKey } from "../key/make.ts";
import { recogniseKey } from "../key/recognise.ts";
import { followInvitation, followLoginLink } from "../link/follow.ts";
import { makeLoginLinks } from "../link/make.ts";
import type { RightsPort } from "../port.ts";
import { principalOf } from "../principal.ts";
import { recogniseSession } from "../session/recognise.ts";
import { signIn } from "../session/sign-in.ts";
import { stillIn } from "../still-in.ts";
import { addOne, updateOne } from "./add.ts";
import { INVITATION_MS, invite, inviteByEmail } from "./invite.ts";
import { grantRole, revokeRole } from "./role.ts";
import { deactivate, reactivate } from "./standing.ts";
import { addPerson } from "./queries.ts";

let database: FreshDatabase;
let ctx: IdentityCtx;
let port: RightsPort;
let principal: Principal;
let nowMs = systemClock.now();
let count = 0;
const clock = { ...systemClock, now: () => nowMs };

beforeAll(async () => {
  database = await freshDatabase();
  const { db, pool } = database;
  const base = { db, orgId: "org_test", clock, ids: createIds(clock), log: silentLog };
  ctx = { ...base, ledger: createLedger({ ...base, pool, keys: temporaryKeys() }) };
  const built = await buildPolicies([], { groups: [], tools: [] });
  assert(built.ok, "the built-in policies are sound");
  port = rightsPort({ current: built.value, reload: async () => ({ ok: true, value: undefined }) });
  await someone("usr_amy", ["employee", "administrator"]);
  principal = unwrap(await principalOf(ctx, "usr_amy", { kind: "session", sessionId: "ses_x" }));
});
afterAll(() => database.close());

function unwrap<T>(result: Result<T>): T {
  assert(result.ok, result.ok ? "" : `${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

async function someone(id: string, roles: Role[]): Promise<void> {
  const said = { name: id, email: `${id}@example.org`, title: "", department: "" };
  await addPerson(ctx, { id, ...said, roles });
}

async function newcomer(): Promise<Person> {
  const said = { name: "Nia Lund", email: `nia${++count}@example.org`, title: "", department: "" };
  return unwrap(await addOne(ctx, { principal, ...said, idempotencyKey: ctx.ids.token(16) }));
}

/** Whose runs are to end. */
const wokenOf: string[] = [];
const woken = async (_tx: unknown, personId: string): Promise<void> => void wokenOf.push(personId);
const inviting = (personId: string, idempotencyKey = ctx.ids.token(16)) =>
  invite(ctx, port, { principal, personId, idempotencyKey });
const secretOf = (path: string): string => path.replace("/join/", "");
const join = (path: string) =>
  followInvitation(ctx, { secret: secretOf(path), endsSessionId: undefined });

async function eventsOf(personId: string): Promise<string[]> {
  const events = unwrap(await readStream(ctx.ledger, "identity"));
  return events.filter(({ data }) => data["personId"] === personId).map(({ type }) => type);
}

describe("a person", () => {
  test("is added once for one request, and once for one address, whatever its case", async () => {
    const said = { name: "Ada", email: "Ada@example.org", title: "Nurse", department: "Ward 4" };
    const wish = { principal, ...said, idempotencyKey: "the-same-request" };
    const first = unwrap(await addOne(ctx, wish));
    expect(first).toMatchObject({ ...said, roles: ["employee"], active: true });
    expect(unwrap(await addOne(ctx, wish)).id).toBe(first.id);
    const twin = { ...wish, email: "ada@EXAMPLE.org", idempotencyKey: "another" };
    expect(await addOne(ctx, twin)).toMatchObject({ failure: { code: "request.conflict" } });
    expect(await eventsOf(first.id)).toEqual(["person.added"]);
  });

  test("is named in the ledger's bodies alone, which can be erased", async () => {
    const { id } = await newcomer();
    const change = { principal, personId: id, name: "Nia Berg", title: "", department: "" };
    expect(unwrap(await updateOne(ctx, change)).name).toBe("Nia Berg");
    const events = unwrap(await readStream(ctx.ledger, "identity"));
    const own = events.filter(({ data }) => data["personId"] === id);
    expect(own.map(({ type }) => type)).toEqual(["person.added", "person.changed"]);
    expect(JSON.stringify(own)).not.toMatch(/Nia/);
    expect(own.every(({ bodies }) => bodies.length === 1)).toBe(true);
  });
});

describe("an invitation", () => {
  test("lets in one of ten clicks at once, and is not stored", async () => {
    const { id } = await newcomer();
    const { path } = unwrap(await inviting(id));
    expect(await storedSecrets(ctx)).not.toContain(secretOf(path));
    const clicks = await Promise.all(Array.from({ length: 10 }, () => join(path)));
    const [won] = clicks.filter((click) => click.ok);
    expect(clicks.filter((click) => click.ok)).toHaveLength(1);
    assert(won?.ok, "one of them won");
    const { principal: who } = unwrap(await recogniseSession(ctx, won.value.secret));
    expect(who.personId).toBe(id);
    expect(await eventsOf(id)).toEqual(["person.added", "link.made", "session.started"]);
  });

  test("ends with the next one, with its time, and never by another door", async () => {
    const { id } = await newcomer();
    const first = unwrap(await inviting(id)).path;
    const second = unwrap(await inviting(id)).path;
    expect((await join(first)).ok).toBe(false);
    const asLogin = { secret: secretOf(second), endsSessionId: undefined };
    expect((await followLoginLink(ctx, asLogin)).ok).toBe(false);
    nowMs += INVITATION_MS;
    expect((await join(second)).ok).toBe(false);
  });

  test("outlives a start of the demo, which takes its own links back", async () => {
    const { id } = await newcomer();
    const { path } = unwrap(await inviting(id));
    const rules = { demo: true, loopback: true, ownDatabase: false };
    const [login] = unwrap(await makeLoginLinks(ctx, rules, [id]));
    const secret = (login?.path ?? "").replace("/login/", "");
    expect((await followInvitation(ctx, { secret, endsSessionId: undefined })).ok).toBe(false);
    expect((await join(path)).ok).toBe(true);
  });

  test("is made once for one request: a repeat does not show it again", async () => {
    const { id } = await newcomer();
    const { path } = unwrap(await inviting(id, "one-request"));
    expect(await inviting(id, "one-request")).toMatchObject({
      failure: { code: "request.conflict" },
    });
    expect((await join(path)).ok).toBe(true);
  });

  test("of an auditor who has come in is for the operator alone to make", async () => {
    const { id } = await newcomer();
    unwrap(await grantRole(ctx, port, { principal, personId: id, role: "auditor" }));
    expect((await join(unwrap(await inviting(id)).path)).ok).toBe(true);
    const refused = await inviting(id);
    expect(refused).toMatchObject({ failure: { code: "policy.denied" } });
    expect(JSON.stringify(refused)).toContain("base.auditor-way-in");
    const byOperator = unwrap(await inviteByEmail(ctx, `nia${count}@EXAMPLE.org`));
    expect((await join(byOperator.path)).ok).toBe(true);
  });
});

describe("a person who is shut out", () => {
  test("loses sessions, keys and links at once; let in again, they get none of them back", async () => {
    const { id: personId } = await newcomer();
    const wish = { personId, method: "invitation", endsSessionId: undefined } as const;
    const { secret } = unwrap(await signIn(ctx, wish));
    const { principal: who } = unwrap(await recogniseSession(ctx, secret));
    const key = { principal: who, name: "ci", scopes: ["run.*"], days: 1 };
    const made = unwrap(await makeKey(ctx, { ...key, idempotencyKey: ctx.ids.token(16) }));
    const { path } = unwrap(await inviting(personId));
    for (let twice = 0; twice < 2; twice++)
      expect(
        unwrap(await deactivate(ctx, { wakeRuns: woken }, { principal, personId })).active,
      ).toBe(false);
    const shut = async (): Promise<boolean[]> => [
      (await recogniseSession(ctx, secret)).ok,
      (await recogniseKey(ctx, made.secret)).ok,
      (await join(path)).ok,
      await stillIn(ctx, who),
    ];
    expect(await shut()).toEqual([false, false, false, false]);
    expect(wokenOf.filter((woke) => woke === personId)).toHaveLength(1);
    expect((await principalOf(ctx, personId, { kind: "run", runId: "run_x" })).ok).toBe(false);
    expect(await inviting(personId)).toMatchObject({ failure: { code: "request.conflict" } });
    expect(unwrap(await reactivate(ctx, { principal, personId })).active).toBe(true);
    expect(await shut()).toEqual([false, false, false, false]);
    expect((await join(unwrap(await inviting(personId)).path)).ok).toBe(true);
    expect((await eventsOf(personId)).filter((type) => type.includes("activated"))).toEqual([
      "person.deactivated",
      "person.reactivated",
    ]);
  });

  test("never gets in by a link that is being followed meanwhile", async () => {
    for (let round = 0; round < 8; round++) {
      const { id: personId } = await newcomer();
      const { path } = unwrap(await inviting(personId));
      const [entered] = await Promise.all([
        join(path),
        deactivate(ctx, { wakeRuns: woken }, { principal, personId }),
      ]);
      unwrap(await reactivate(ctx, { principal, personId }));
      if (entered.ok) expect((await recogniseSession(ctx, entered.value.secret)).ok).toBe(false);
    }
  });
});

describe("roles", () => {
  const LAST = { failure: { code: "identity.last_administrator" } };

  test("are given and taken once, each an event", async () => {
    const { id: personId } = await newcomer();
    for (let twice = 0; twice < 2; twice++)
      unwrap(await grantRole(ctx, port, { principal, personId, role: "builder" }));
    const held = unwrap(await principalOf(ctx, personId, { kind: "run", runId: "" })).roles;
    expect(held).toEqual(["employee", "builder"]);
    for (let twice = 0; twice < 2; twice++)
      unwrap(await revokeRole(ctx, { principal, personId, role: "builder" }));
    expect(await eventsOf(personId)).toEqual(["person.added", "role.granted", "role.revoked"]);
  });

  test("leave an administrator, however many are taken away at once", async () => {
    const personId = "usr_amy";
    expect(await deactivate(ctx, { wakeRuns: woken }, { principal, personId })).toMatchObject(LAST);
    const role = "administrator";
    expect(await revokeRole(ctx, { principal, personId, role })).toMatchObject(LAST);
    for (let round = 0; round < 5; round++) {
      const { id } = await newcomer();
      unwrap(await grantRole(ctx, port, { principal, personId: id, role }));
      const both = await Promise.all([
        revokeRole(ctx, { principal, personId: id, role }),
        deactivate(ctx, { wakeRuns: woken }, { principal, personId }),
      ]);
      expect(both.filter((done) => done.ok)).toHaveLength(1);
      unwrap(await reactivate(ctx, { principal, personId }));
      await revokeRole(ctx, { principal, personId: id, role });
    }
  });

  test("keep looking after the organisation and auditing it apart, either way round", async () => {
    const { id: personId } = await newcomer();
    unwrap(await grantRole(ctx, port, { principal, personId, role: "auditor" }));
    const both = await grantRole(ctx, port, { principal, personId, role: "administrator" });
    expect(both).toMatchObject({ failure: { code: "policy.denied" } });
    const own = await grantRole(ctx, port, { principal, personId: "usr_amy", role: "auditor" });
    expect(own).toMatchObject({ failure: { data: { policies: ["base.roles-apart"] } } });
  });
});
