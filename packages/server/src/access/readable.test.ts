// Who may read, on a real database: the join's table and the check agree with the algebra, whatever
// changes, and a right that is gone is gone in the same transaction.
import * as fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import { assert } from "../lib/result.ts";
import { withTx } from "../store/tx.ts";
import type { AccessExpression } from "./class.ts";
import { internClass } from "./intern.ts";
import { mayRead, readableOf } from "./readable.ts";
import { freshen, freshenAll } from "./refresh.ts";

let base: FreshDatabase;
let count = 0;
beforeAll(async () => {
  base = await freshDatabase();
});
afterAll(() => base.close());

/** An organisation of its own, with people p0…p4 and groups g0…g3 that nest as said. */
async function organisation(members: readonly (readonly [group: string, member: string])[]) {
  const ctx = { db: base.db, orgId: `org_${count++}` };
  const { orgId } = ctx;
  for (let i = 0; i < 5; i++)
    await sql`insert into person (org_id, id, name, email)
      values (${orgId}, ${`p${i}`}, ${`P${i}`}, ${`p${i}@x`})`.execute(base.db);
  for (let i = 0; i < 4; i++)
    await sql`insert into grp (org_id, id, name)
      values (${orgId}, ${`g${i}`}, ${`G${i}`})`.execute(base.db);
  for (const [group, member] of members) await join(orgId, group, member);
  return ctx;
}

const isPerson = (member: string) => member.startsWith("p");

async function join(orgId: string, group: string, member: string): Promise<void> {
  await sql`insert into membership (org_id, group_id, person_id, member_group_id)
    values (${orgId}, ${group}, ${isPerson(member) ? member : null},
      ${isPerson(member) ? null : member}) on conflict do nothing`.execute(base.db);
}

async function leave(orgId: string, group: string, member: string): Promise<void> {
  await sql`delete from membership where org_id = ${orgId} and group_id = ${group}
    and coalesce(person_id, member_group_id) = ${member}`.execute(base.db);
}

async function intern(orgId: string, expression: AccessExpression): Promise<string> {
  const interned = await withTx(base.db, (tx) => internClass({ orgId }, tx, expression));
  assert(interned.ok, "interned");
  return interned.value;
}

/** What a search's join would find. */
async function joined(orgId: string, classId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select person_id as id from person_class
    where org_id = ${orgId} and class_id = ${classId} order by 1`.execute(base.db);
  return rows.map(({ id }) => id);
}

describe("a class", () => {
  it("is interned once, with its readers through nested groups and loops", async () => {
    const { orgId, ...rest } = await organisation([
      ["g0", "p0"],
      ["g0", "g1"],
      ["g1", "p1"],
      ["g1", "g2"],
      ["g2", "p2"],
      ["g2", "g0"],
    ]);
    const first = await intern(orgId, { any: [{ group: "g0" }, { person: "p4" }] });
    const again = await intern(orgId, { any: [{ person: "p4" }, { group: "g0" }] });
    expect(again).toBe(first);
    expect(await joined(orgId, first)).toEqual(["p0", "p1", "p2", "p4"]);
    const ctx = { ...rest, orgId };
    expect(await mayRead(ctx, "p2", [first])).toBe(true);
    expect(await mayRead(ctx, "p3", [first])).toBe(false);
  });

  it("of everyone is everyone who is active, and of one person that person", async () => {
    const ctx = await organisation([]);
    await sql`update person set active = false where org_id = ${ctx.orgId} and id = 'p3'`.execute(
      base.db,
    );
    const everyone = await intern(ctx.orgId, "everyone");
    expect(await joined(ctx.orgId, everyone)).toEqual(["p0", "p1", "p2", "p4"]);
    expect(await mayRead(ctx, "p3", [everyone])).toBe(false);
    expect(await mayRead(ctx, "p0", ["only:p0", everyone])).toBe(true);
    expect(await mayRead(ctx, "p1", ["only:p0"])).toBe(false);
    expect(await mayRead(ctx, "p0", [])).toBe(true);
  });

  it("that nobody interned, or of another organisation, is read by nobody", async () => {
    const ctx = await organisation([["g0", "p0"]]);
    const other = await organisation([["g0", "p0"]]);
    const classId = await intern(other.orgId, { group: "g0" });
    expect(await mayRead(ctx, "p0", [classId])).toBe(false);
    expect(await mayRead(ctx, "p0", ["cls_unknown"])).toBe(false);
  });
});

describe("a change", () => {
  it("takes rights away in its own transaction, and freshening gives the rest back", async () => {
    const ctx = await organisation([
      ["g0", "g1"],
      ["g1", "p1"],
      ["g3", "p1"],
    ]);
    const lost = await intern(ctx.orgId, { group: "g0" });
    const kept = await intern(ctx.orgId, { group: "g3" });
    await leave(ctx.orgId, "g0", "g1");
    expect(await joined(ctx.orgId, lost)).toEqual([]);
    expect(await mayRead(ctx, "p1", [lost])).toBe(false);
    expect(await readableOf(ctx, "p1", [lost, kept])).toEqual(new Set([kept]));
    await freshen(ctx, "p1");
    expect(await joined(ctx.orgId, lost)).toEqual([]);
    expect(await joined(ctx.orgId, kept)).toEqual(["p1"]);
  });

  it("that puts a person into a denied group takes away too", async () => {
    const ctx = await organisation([]);
    const classId = await intern(ctx.orgId, { all: ["everyone", { not: { group: "g2" } }] });
    expect(await joined(ctx.orgId, classId)).toContain("p2");
    await join(ctx.orgId, "g2", "p2");
    expect(await joined(ctx.orgId, classId)).not.toContain("p2");
    await freshenAll(ctx);
    expect(await joined(ctx.orgId, classId)).toEqual(["p0", "p1", "p3", "p4"]);
  });

  it("that removes a denied group leaves nobody who could read by its absence", async () => {
    const ctx = await organisation([]);
    const classId = await intern(ctx.orgId, { not: { group: "g2" } });
    expect(await joined(ctx.orgId, classId)).toHaveLength(5);
    await sql`delete from grp where org_id = ${ctx.orgId} and id = 'g2'`.execute(base.db);
    expect(await joined(ctx.orgId, classId)).toEqual([]);
    await freshenAll(ctx);
    expect(await joined(ctx.orgId, classId)).toEqual([]);
    expect(await mayRead(ctx, "p0", [classId])).toBe(false);
  });

  it("of any kind leaves the table with no right too many, and right once freshened", async () => {
    const nodes = ["p0", "p1", "p2", "p3", "p4", "g0", "g1", "g2", "g3"];
    const edge = fc.tuple(fc.constantFrom("g0", "g1", "g2", "g3"), fc.constantFrom(...nodes));
    const change = fc.oneof(
      fc.record({ op: fc.constantFrom("join", "leave"), edge }),
      fc.record({ op: fc.constant("refresh"), edge }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(edge, { maxLength: 8 }),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        async (start, changes) => {
          const ctx = await organisation(start);
          const rules: AccessExpression[] = [
            { group: "g0" },
            { all: [{ group: "g1" }, { not: { group: "g2" } }] },
            { any: [{ person: "p0" }, { all: ["everyone", { not: { group: "g3" } }] }] },
          ];
          const classes: string[] = [];
          for (const rule of rules) classes.push(await intern(ctx.orgId, rule));
          for (const {
            op,
            edge: [group, member],
          } of changes) {
            if (op === "join") await join(ctx.orgId, group, member);
            else if (op === "leave") await leave(ctx.orgId, group, member);
            else if (isPerson(member)) await freshen(ctx, member);
            await compare(ctx, classes, (inTable, allowed) => inTable <= allowed);
          }
          await freshenAll(ctx);
          await compare(ctx, classes, (inTable, allowed) => inTable === allowed);
        },
      ),
      { numRuns: 15 },
    );
  });
});

async function compare(
  ctx: Awaited<ReturnType<typeof organisation>>,
  classes: readonly string[],
  agree: (inTable: boolean, allowed: boolean) => boolean,
): Promise<void> {
  for (const classId of classes) {
    const table = await joined(ctx.orgId, classId);
    for (const personId of ["p0", "p1", "p2", "p3", "p4"]) {
      const allowed = await mayRead(ctx, personId, [classId]);
      expect(agree(table.includes(personId), allowed)).toBe(true);
    }
  }
}
