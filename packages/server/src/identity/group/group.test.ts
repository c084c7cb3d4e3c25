// Groups that are made, renamed, removed and filled: what policies speak of stays, loops are refused, and
// nobody makes themselves an approver.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Group, Principal } from "@stead/protocol";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { temporaryKeys } from "../../ledger/ledger.fixture.ts";
import { createLedger } from "../../ledger/ledger.ts";
import { readStream } from "../../ledger/read.ts";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog } from "../../lib/log.ts";
import { assert, type Result } from "../../lib/result.ts";
import { openListener } from "../../store/listen.ts";
import { buildPolicies } from "../../policy/load.ts";
import { rightsPort } from "../../policy/rights.ts";
import type { IdentityCtx } from "../context.ts";
import { addPerson } from "../people/queries.ts";
import type { RightsPort } from "../port.ts";
import { principalOf } from "../principal.ts";
import { listGroups } from "../queries.ts";
import { makeGroup, removeGroup, renameGroup } from "./keep.ts";
import { addMember, membersOf, removeMember } from "./member.ts";
import { GROUPS_CHANNEL, insertGroup } from "./queries.ts";

const POLICY = `@id("org.refunds") @approvers("group:Payers")
forbid (principal, action in Action::"unapproved", resource) when { context.attended };
@id("org.wards")
forbid (principal, action in Action::"unapproved", resource)
when { principal in Group::"grp_ward" && context.attended };`;
const POLICY_TOOL = {
  name: "order.find",
  title: "Find an order",
  description: "",
  inputSchema: { type: "object" as const },
  contract: {
    effect: "read" as const,
    sinks: {},
    keyed: false,
    result: { audience: [], classes: [], trust: "record" as const },
    resultForCallerOnly: true,
  },
  reviewed: true,
  provider: "built-in",
  hash: "a".repeat(64),
};

let database: FreshDatabase;
let ctx: IdentityCtx;
let port: RightsPort;
let reloads = 0;

beforeAll(async () => {
  database = await freshDatabase();
  const { db, pool } = database;
  const ids = createIds(systemClock);
  const base = { db, orgId: "org_test", clock: systemClock, ids, log: silentLog };
  ctx = { ...base, ledger: createLedger({ ...base, pool, keys: temporaryKeys() }) };
  for (const [id, roles] of [
    ["usr_amy", ["employee", "administrator"]],
    ["usr_ada", ["employee"]],
  ] as const)
    await addPerson(ctx, {
      id,
      name: id,
      email: `${id}@example.org`,
      title: "",
      department: "",
      roles: [...roles],
    });
  await insertGroup(ctx, { id: "grp_payers", name: "Payers" });
  await insertGroup(ctx, { id: "grp_ward", name: "Ward 4" });
  const groups = await listGroups(ctx);
  const built = await buildPolicies([{ name: "org.cedar", text: POLICY }], {
    groups,
    tools: [POLICY_TOOL],
  });
  assert(built.ok, built.ok ? "" : built.failure.detail);
  port = rightsPort({
    current: built.value,
    reload: async () => {
      reloads++;
      return { ok: true, value: undefined };
    },
  });
});
afterAll(() => database.close());

function unwrap<T>(result: Result<T>): T {
  assert(result.ok, result.ok ? "" : `${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

const amy = async (): Promise<Principal> =>
  unwrap(await principalOf(ctx, "usr_amy", { kind: "session", sessionId: "ses_x" }));

async function made(name: string, idempotencyKey = ctx.ids.token(16)): Promise<Group> {
  return unwrap(await makeGroup(ctx, port, { principal: await amy(), name, idempotencyKey }));
}
const add = async (groupId: string, memberId: string) =>
  addMember(ctx, port, { principal: await amy(), groupId, memberId });
const take = async (groupId: string, memberId: string) =>
  removeMember(ctx, { principal: await amy(), groupId, memberId });

describe("a group", () => {
  test("is made once for one request and one name, and policies are read again", async () => {
    const before = reloads;
    const first = await made("Support", "same-request");
    expect((await made("Support", "same-request")).id).toBe(first.id);
    const principal = await amy();
    const twin = { principal, name: "SUPPORT", idempotencyKey: "other" };
    expect(await makeGroup(ctx, port, twin)).toMatchObject({
      failure: { code: "request.conflict" },
    });
    expect(reloads).toBeGreaterThan(before);
    const renaming = { principal, groupId: first.id, name: "Payers" };
    expect(await renameGroup(ctx, port, renaming)).toMatchObject({
      failure: { code: "request.conflict" },
    });
    expect(unwrap(await renameGroup(ctx, port, { ...renaming, name: "Care" })).name).toBe("Care");
    unwrap(await removeGroup(ctx, port, { principal, groupId: first.id }));
    expect((await listGroups(ctx)).map(({ id }) => id)).not.toContain(first.id);
    const events = unwrap(await readStream(ctx.ledger, "identity"));
    const own = events.filter(({ data }) => data["groupId"] === first.id);
    expect(own.map(({ type }) => type)).toEqual(["group.made", "group.renamed", "group.removed"]);
  });

  test("that a policy calls by name keeps it, and one that it speaks of stays", async () => {
    const principal = await amy();
    const rename = (groupId: string) =>
      renameGroup(ctx, port, { principal, groupId, name: `Renamed ${groupId.slice(4)}` });
    expect(await rename("grp_payers")).toMatchObject({
      failure: { code: "identity.group_named", hint: "See org.cedar:1 (org.refunds)." },
    });
    expect(unwrap(await rename("grp_ward")).name).toBe("Renamed ward");
    for (const groupId of ["grp_payers", "grp_ward"])
      expect(await removeGroup(ctx, port, { principal, groupId })).toMatchObject({
        failure: { code: "identity.group_named" },
      });
  });

  test("is told to every process when it changes", async () => {
    const listener = openListener(database.connection, { log: silentLog, clock: systemClock });
    const { promise, resolve } = Promise.withResolvers<void>();
    await listener.on(GROUPS_CHANNEL, () => resolve());
    await made("Heard of");
    await promise;
    await listener.close();
  });
});

describe("members", () => {
  test("are people and groups, listed page by page, and leave as they came", async () => {
    const ward = await made("Ward 7");
    const nurses = await made("Nurses of 7");
    expect(unwrap(await add(nurses.id, "usr_ada")).memberCount).toBe(1);
    expect(unwrap(await add(ward.id, nurses.id)).memberCount).toBe(1);
    expect(unwrap(await add(ward.id, "usr_ada")).memberCount).toBe(1);
    unwrap(await add(ward.id, "usr_ada"));
    const first = unwrap(await membersOf(ctx, { groupId: ward.id, limit: 1 }));
    expect(first.items).toEqual([{ kind: "group", id: nurses.id, name: "Nurses of 7" }]);
    const cursor = first.next ?? undefined;
    const rest = unwrap(await membersOf(ctx, { groupId: ward.id, limit: 5, cursor }));
    expect(rest).toMatchObject({ items: [{ kind: "person", id: "usr_ada" }], next: null });
    unwrap(await take(ward.id, nurses.id));
    unwrap(await take(ward.id, "usr_ada"));
    unwrap(await take(ward.id, "usr_ada"));
    expect(unwrap(await membersOf(ctx, { groupId: ward.id, limit: 5 })).items).toEqual([]);
    const none = { failure: { code: "resource.not_found" } };
    expect(await add(ward.id, "usr_nobody")).toMatchObject(none);
    expect(await add("grp_none", "usr_ada")).toMatchObject(none);
  });

  test("never close a loop", async () => {
    const [top, middle, bottom] = [await made("Top"), await made("Middle"), await made("Bottom")];
    unwrap(await add(top.id, middle.id));
    unwrap(await add(middle.id, bottom.id));
    for (const [group, member] of [
      [bottom.id, top.id],
      [middle.id, top.id],
      [top.id, top.id],
    ] as const)
      expect(await add(group, member)).toMatchObject({ failure: { code: "request.invalid" } });
  });

  test("are never made approvers by themselves, directly or through groups", async () => {
    const own = { failure: { code: "policy.denied", data: { policies: ["base.own-approval"] } } };
    expect(await add("grp_payers", "usr_amy")).toMatchObject(own);
    const mine = await made("Mine");
    unwrap(await add(mine.id, "usr_amy"));
    expect(await add("grp_payers", mine.id)).toMatchObject(own);
    const between = await made("Between");
    unwrap(await add("grp_payers", between.id));
    expect(await add(between.id, "usr_amy")).toMatchObject(own);
    expect(await add(between.id, mine.id)).toMatchObject(own);
    unwrap(await add("grp_payers", "usr_ada"));
  });
});
