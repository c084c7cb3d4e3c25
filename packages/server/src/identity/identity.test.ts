// Sessions, links, keys and groups against a real database, with races.
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import { temporaryKeys } from "../ledger/ledger.fixture.ts";
import { createLedger } from "../ledger/ledger.ts";
import { readStream } from "../ledger/read.ts";
import { systemClock } from "../lib/clock.ts";
import { createIds } from "../lib/ids.ts";
import { silentLog } from "../lib/log.ts";
import { assert, type Result } from "../lib/result.ts";
import type { IdentityCtx } from "./context.ts";
import { makeKey } from "./key/make.ts";
import { listKeys } from "./key/queries.ts";
import { recogniseKey } from "./key/recognise.ts";
import { revoke } from "./key/revoke.ts";
import { createKeyUse } from "./key/use.ts";
import { followLoginLink, followSetupLink } from "./link/follow.ts";
import { makeLoginLinks, makeSetupLink, mayLogInByLink } from "./link/make.ts";
import { searchPeople } from "./person.ts";
import { principalOf } from "./principal.ts";
import { insertPerson, listGroups } from "./queries.ts";
import { recogniseSession } from "./session/recognise.ts";
import { SESSION_BOUNDS } from "./session/session.ts";
import { signIn } from "./session/sign-in.ts";
import { signOut } from "./session/sign-out.ts";
import { insertGroup, insertMembership, storedSecrets } from "./fixture/queries.ts";
import { stillIn } from "./still-in.ts";

let database: FreshDatabase;
let ctx: IdentityCtx;
let nowMs = systemClock.now();
const clock = { ...systemClock, now: () => nowMs };
const VIA = { kind: "session", sessionId: "ses_x" } as const;

beforeAll(async () => {
  database = await freshDatabase();
  const { db, pool } = database;
  const base = { db, orgId: "org_test", clock, ids: createIds(clock), log: silentLog };
  ctx = { ...base, ledger: createLedger({ ...base, pool, keys: temporaryKeys() }) };
  await person("usr_ada");
});
afterAll(() => database.close());

async function person(id: string, roles = ["employee"]): Promise<void> {
  await insertPerson(ctx, { id, name: `Name of ${id}`, email: `${id}@example.org`, roles });
}

function unwrap<T>(result: Result<T>): T {
  assert(result.ok, result.ok ? "" : result.failure.detail);
  return result.value;
}

async function entered(personId = "usr_ada"): Promise<{ secret: string; sessionId: string }> {
  return unwrap(await signIn(ctx, { personId, method: "login-link", endsSessionId: undefined }));
}

async function eventTypes(): Promise<string[]> {
  return unwrap(await readStream(ctx.ledger, "identity")).map((event) => event.type);
}

describe("a session", () => {
  test("is stored as a hash and recognised by its secret alone", async () => {
    const { secret, sessionId } = await entered();
    const found = unwrap(await recogniseSession(ctx, secret));
    expect(found.principal).toMatchObject({ personId: "usr_ada", via: { sessionId } });
    expect((await recogniseSession(ctx, `${secret}x`)).ok).toBe(false);
    const stored = await storedSecrets(ctx);
    expect(stored).not.toContain(secret);
    expect(stored.length).toBeGreaterThan(100);
  });

  test("of an earlier sign-in ends with the next one", async () => {
    const first = await entered();
    const next = {
      personId: "usr_ada",
      method: "login-link",
      endsSessionId: first.sessionId,
    } as const;
    unwrap(await signIn(ctx, next));
    expect((await recogniseSession(ctx, first.secret)).ok).toBe(false);
  });

  test("changes its secret: one of the parallel requests gets it, none is turned away", async () => {
    const { secret } = await entered();
    nowMs += SESSION_BOUNDS.rotateMs;
    const parallel = await Promise.all([1, 2, 3, 4].map(() => recogniseSession(ctx, secret)));
    const secrets = parallel.flatMap((found) => unwrap(found).newSecret ?? []);
    expect(secrets).toHaveLength(1);
    const [next = ""] = secrets;
    // The answer may never have arrived: the old one stays good until the new one is seen.
    nowMs += SESSION_BOUNDS.graceMs * 2;
    expect((await recogniseSession(ctx, secret)).ok).toBe(true);
    expect((await recogniseSession(ctx, next)).ok).toBe(true);
    expect((await recogniseSession(ctx, secret)).ok).toBe(true);
    nowMs += SESSION_BOUNDS.graceMs;
    expect((await recogniseSession(ctx, next)).ok).toBe(true);
  });

  test("ends for everybody when an old secret comes back late", async () => {
    const { secret, sessionId } = await entered();
    nowMs += SESSION_BOUNDS.rotateMs;
    const next = unwrap(await recogniseSession(ctx, secret)).newSecret ?? "";
    const { principal } = unwrap(await recogniseSession(ctx, next));
    expect(await stillIn(ctx, principal)).toBe(true);
    nowMs += SESSION_BOUNDS.graceMs;
    expect((await recogniseSession(ctx, secret)).ok).toBe(false);
    expect((await recogniseSession(ctx, next)).ok).toBe(false);
    expect(await stillIn(ctx, principal)).toBe(false);
    const events = unwrap(await readStream(ctx.ledger, "identity"));
    expect(events.at(-1)).toMatchObject({ type: "session.replayed", data: { sessionId } });
  });

  test("ends by sign-out, and with the person", async () => {
    await person("usr_gone");
    const first = await entered("usr_gone");
    const second = await entered("usr_gone");
    await signOut(ctx, { sessionId: first.sessionId, personId: "usr_gone" });
    expect((await recogniseSession(ctx, first.secret)).ok).toBe(false);
    expect((await recogniseSession(ctx, second.secret)).ok).toBe(true);
    await database.pool.query("update person set active = false where id = 'usr_gone'");
    expect((await recogniseSession(ctx, second.secret)).ok).toBe(false);
  });
});

const secretOf = (path: string): string => path.replace("/login/", "");

describe("a login link", () => {
  const rules = { demo: true, loopback: true, ownDatabase: false };

  test("signs in one of ten clicks at once", async () => {
    const [link] = unwrap(await makeLoginLinks(ctx, rules, ["usr_ada"]));
    const secret = secretOf(link?.path ?? "");
    const click = () => followLoginLink(ctx, { secret, endsSessionId: undefined });
    const clicks = await Promise.all(Array.from({ length: 10 }, click));
    expect(clicks.filter((result) => result.ok)).toHaveLength(1);
  });

  test("expires, and is taken back by the next start", async () => {
    const [first] = unwrap(await makeLoginLinks(ctx, rules, ["usr_ada"]));
    const [second] = unwrap(await makeLoginLinks(ctx, rules, ["usr_ada"]));
    const follow = (path: string | undefined) =>
      followLoginLink(ctx, { secret: secretOf(path ?? ""), endsSessionId: undefined });
    expect((await follow(first?.path)).ok).toBe(false);
    nowMs += 12 * 3_600_000;
    expect((await follow(second?.path)).ok).toBe(false);
  });

  test("is refused for a person whom nobody knows", async () => {
    const made = await makeLoginLinks(ctx, rules, ["usr_nobody"]);
    expect(made).toMatchObject({ ok: false, failure: { code: "resource.not_found" } });
  });

  test.each([
    [true, { demo: true, loopback: true, ownDatabase: false }],
    [false, { demo: false, loopback: true, ownDatabase: false }],
    [false, { demo: true, loopback: false, ownDatabase: false }],
    [false, { demo: true, loopback: true, ownDatabase: true }],
  ])("works: %s, with %o", async (open, given) => {
    expect(mayLogInByLink(given)).toBe(open);
    expect((await makeLoginLinks(ctx, given, ["usr_ada"])).ok).toBe(open);
  });
});

test("the setup link makes one administrator, once, while there is none", async () => {
  const path = unwrap(await makeSetupLink(ctx)) ?? "";
  const secret = path.replace("/setup/", "");
  const asLogin = await followLoginLink(ctx, { secret, endsSessionId: undefined });
  expect(asLogin.ok).toBe(false);
  const input = { secret, name: "Amy", email: "amy@example.org" };
  const both = await Promise.all([followSetupLink(ctx, input), followSetupLink(ctx, input)]);
  const [started] = both.filter((result) => result.ok);
  expect(both.filter((result) => result.ok)).toHaveLength(1);
  assert(started?.ok, "one of them won");
  const { principal } = unwrap(await recogniseSession(ctx, started.value.secret));
  expect(principal.roles).toContain("administrator");
  expect(await makeSetupLink(ctx)).toEqual({ ok: true, value: undefined });
  expect((await eventTypes()).filter((type) => type === "administrator.made")).toHaveLength(1);
});

describe("an API key", () => {
  const wish = { name: "ci", scopes: ["run.*"], days: 1 };

  test("opens what it says until it is revoked or over; its secret is not stored", async () => {
    const principal = unwrap(await principalOf(ctx, "usr_ada", VIA));
    const made = unwrap(await makeKey(ctx, { ...wish, principal, idempotencyKey: "one" }));
    const found = unwrap(await recogniseKey(ctx, made.secret));
    expect(found.via).toEqual({ kind: "key", keyId: made.key.id, scopes: ["run.*"] });
    expect(await storedSecrets(ctx)).not.toContain(made.secret);
    const keyId = made.key.id;
    const other = await revoke(ctx, { keyId, principal: { ...principal, personId: "usr_x" } });
    expect(other).toMatchObject({ ok: false, failure: { code: "resource.not_found" } });
    expect(await stillIn(ctx, found)).toBe(true);
    unwrap(await revoke(ctx, { keyId, principal }));
    expect((await recogniseKey(ctx, made.secret)).ok).toBe(false);
    expect(await stillIn(ctx, found)).toBe(false);
    const short = unwrap(await makeKey(ctx, { ...wish, principal, idempotencyKey: "two" }));
    nowMs += 86_400_000;
    expect((await recogniseKey(ctx, short.secret)).ok).toBe(false);
    expect(await eventTypes()).toEqual(expect.arrayContaining(["key.made", "key.revoked"]));
  });

  test("makes no key, and a session none twice for one idempotency key", async () => {
    const session = unwrap(await principalOf(ctx, "usr_ada", VIA));
    const via = { kind: "key", keyId: "key_x", scopes: ["key.*", "run.get"] } as const;
    const byKey = unwrap(await principalOf(ctx, "usr_ada", { ...via, scopes: [...via.scopes] }));
    for (const scopes of [wish.scopes, ["run.get"]]) {
      const more = { ...wish, scopes, principal: byKey, idempotencyKey: "three" };
      expect(await makeKey(ctx, more)).toMatchObject({ failure: { code: "policy.denied" } });
    }
    const once = { ...wish, principal: session, idempotencyKey: "three" };
    expect((await makeKey(ctx, once)).ok).toBe(true);
    expect(await makeKey(ctx, once)).toMatchObject({ failure: { code: "request.conflict" } });
  });

  test("notes its use in batches", async () => {
    const principal = unwrap(await principalOf(ctx, "usr_ada", VIA));
    const { key } = unwrap(await makeKey(ctx, { ...wish, principal, idempotencyKey: "four" }));
    const use = createKeyUse(ctx);
    use.note(key.id);
    const lastUsed = async () =>
      (await listKeys(ctx, { personId: "usr_ada", nowMs })).find((row) => row.id === key.id)
        ?.lastUsedAtMs;
    expect(await lastUsed()).toBeNull();
    await use.flush();
    expect(await lastUsed()).toBe(nowMs);
  });
});

describe("nested groups", () => {
  test("are those that a walk by hand finds, whatever the loops", async () => {
    const nodes = fc.integer({ min: 0, max: 5 });
    const edges = fc.uniqueArray(fc.tuple(nodes, nodes), { maxLength: 12, selector: String });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(edges, nodes, async (nesting, first) => {
        const org = { ...ctx, orgId: `org_${++round}` };
        await insertPerson(org, { id: "usr_1", name: "One", email: "1@example.org", roles: [] });
        for (let group = 0; group <= 5; group++) await insertGroup(org, `grp_${group}`);
        for (const [above, below] of nesting)
          await insertMembership(org, { group: `grp_${above}`, memberGroup: `grp_${below}` });
        await insertMembership(org, { group: `grp_${first}`, person: "usr_1" });
        const reached = new Set([first]);
        for (let size = 0; size !== reached.size;) {
          size = reached.size;
          for (const [above, below] of nesting) if (reached.has(below)) reached.add(above);
        }
        const expected = [...reached].map((group) => `grp_${group}`).toSorted();
        expect(unwrap(await principalOf(org, "usr_1", VIA)).groups).toEqual(expected);
        const counts = await listGroups(org);
        const counted = counts.filter((group) => group.memberCount === 1).map((group) => group.id);
        expect(counted.toSorted()).toEqual(expected);
        for (const id of expected) {
          const found = unwrap(await searchPeople(org, { group: id, limit: 5 }));
          expect(found.items).toHaveLength(1);
        }
      }),
      { numRuns: 40 },
    );
  });
});

test("people are found page by page, each once, and % is no wildcard", async () => {
  const org = { ...ctx, orgId: "org_pages" };
  for (let number = 0; number < 7; number++) {
    const email = `p${number}@example.org`;
    await insertPerson(org, { id: `usr_${number}`, name: "Same Name", email, roles: [] });
  }
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = unwrap(await searchPeople(org, { limit: 3, cursor }));
    seen.push(...page.items.map((item) => item.id));
    cursor = page.next ?? undefined;
  } while (cursor);
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6].map((number) => `usr_${number}`));
  expect(unwrap(await searchPeople(org, { limit: 3, search: "%" })).items).toEqual([]);
  expect((await searchPeople(org, { limit: 3, cursor: "x" })).ok).toBe(false);
});
