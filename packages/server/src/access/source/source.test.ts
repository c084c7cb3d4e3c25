// What a source says, by example: links that are proved and not guessed, lists that are not whole, answers
// that age, a source that closes; and many changes at once.
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { assert } from "../../lib/result.ts";
import { withTx, type Tx } from "../../store/tx.ts";
import type { AccessExpression } from "../class.ts";
import { explain } from "../explain/explain.ts";
import { internClass, internClasses } from "../intern.ts";
import { mayRead, readableOf } from "../readable.ts";
import { readersOf } from "../readers.ts";
import { freshen, freshenAll } from "../refresh.ts";
import { scopeRule } from "../scope.ts";
import { recordAnswers } from "./answers.ts";
import { removeGroup, removeGroupsBut, replaceGroup, replaceGroups } from "./groups.ts";
import { linkByDirectory, linkBySignIn, unlink } from "./links.ts";
import { closeSource, forgetSource, openSource } from "./state.ts";
import { mergeUsers, replaceUsers } from "./users.ts";

let base: FreshDatabase;
let count = 0;
beforeAll(async () => {
  base = await freshDatabase();
});
afterAll(() => base.close());

const sourceId = "src_1";
const user = (id: string, email?: string) => ({
  id,
  name: id,
  active: true,
  ...(email === undefined ? {} : { email }),
});
const group = (id: string, members: readonly string[], complete = true) => ({
  id,
  name: `Group ${id}`,
  complete,
  members: members.map((member) => ({
    kind: member.startsWith("g") ? ("group" as const) : ("user" as const),
    id: member,
  })),
});

/** People ann, bob and eve; the source has users ua, ub and ue with their addresses. */
async function company() {
  const orgId = `org_${count++}`;
  const ctx = { db: base.db, orgId };
  for (const id of ["ann", "bob", "eve"])
    await sql`insert into person (org_id, id, name, email)
      values (${orgId}, ${id}, ${id}, ${`${id}@x.com`})`.execute(base.db);
  const tx = <T>(work: (tx: Tx) => Promise<T>) => withTx(base.db, work);
  const users = ["ann", "bob", "eve"].map((id) => user(`u${id[0]}`, `${id}@x.com`));
  await tx((t) => replaceUsers(ctx, t, { sourceId, users }));
  const link = () => tx((t) => linkByDirectory(ctx, t, { sourceId, trustedDomains: ["x.com"] }));
  const rule = async (expression: AccessExpression): Promise<string> => {
    const made = await tx((t) => internClass(ctx, t, expression));
    assert(made.ok, "a small rule");
    return made.value;
  };
  const inTable = async (classId: string): Promise<string[]> => {
    const { rows } = await sql<{ id: string }>`select person_id as id from person_class
      where org_id = ${orgId} and class_id = ${classId} order by 1`.execute(base.db);
    return rows.map(({ id }) => id);
  };
  /** The table and the check, which have to agree. */
  const readers = async (classId: string): Promise<string[]> => {
    const found = await readersOf(ctx, [classId]);
    expect(await inTable(classId)).toEqual(found);
    return found;
  };
  return { ctx, tx, users, link, rule, inTable, readers };
}

const ofGroup = (id: string): AccessExpression => ({ principal: `${sourceId}/group:${id}` });
const ofUser = (id: string): AccessExpression => ({ principal: `${sourceId}/user:${id}` });

describe("a link", () => {
  it("comes from an address of a trusted domain that the source vouches for, and of no other", async () => {
    const { ctx, tx, link, rule, readers } = await company();
    const classId = await rule({ any: [ofUser("ua"), ofUser("ub"), ofUser("ue")] });
    expect(await readers(classId)).toEqual([]);
    const other = await tx((t) =>
      linkByDirectory(ctx, t, { sourceId, trustedDomains: ["y.com", "com"] }),
    );
    expect(other.added).toBe(0);
    expect(await link()).toEqual({ added: 3, removed: 0 });
    expect(await readers(classId)).toEqual(["ann", "bob", "eve"]);
    expect(await link()).toEqual({ added: 0, removed: 0 });
  });

  it("is not made by a look-alike, a shared address or one that is not an address", async () => {
    const { ctx, tx, users, link, rule, readers } = await company();
    const odd = [
      user("u1", "\u212aann@x.com"),
      user("u2", "ann@x.com@x.com"),
      user("u3", " ann@x.com"),
      user("u4", "BOB@X.com"),
      user("u5", "eve@x.com.evil.com"),
    ];
    await tx((t) => replaceUsers(ctx, t, { sourceId, users: [...users.slice(1), ...odd] }));
    // Bob's address is now that of two users; only Eve's is left.
    expect(await link()).toEqual({ added: 1, removed: 0 });
    const all = [...users, ...odd].map(({ id }) => ofUser(id));
    expect(await readers(await rule({ any: all }))).toEqual(["eve"]);
  });

  it("goes when the source moves the address or the user, and with it every right", async () => {
    const { ctx, tx, users, link, rule, readers } = await company();
    await link();
    const classId = await rule({ any: [ofUser("ua"), ofUser("ub")] });
    const moved = [user("ua", "bob@x.com"), user("ub", "ann@x.com")];
    await tx((t) => mergeUsers(ctx, t, { sourceId, users: moved }));
    expect(await link()).toEqual({ added: 2, removed: 2 });
    const onlyA = await rule(ofUser("ua"));
    expect(await readers(onlyA)).toEqual(["bob"]);
    await tx((t) => replaceUsers(ctx, t, { sourceId, users: users.slice(2) }));
    expect(await readers(classId)).toEqual([]);
  });

  it("by signing in is one's own: a second person can't take it, the directory gives way", async () => {
    const { ctx, tx, link, rule, readers } = await company();
    const onlyA = await rule(ofUser("ua"));
    const signIn = (personId: string, userId: string) =>
      tx((t) => linkBySignIn(ctx, t, { sourceId, userId, personId }));
    expect((await signIn("eve", "ua")).ok).toBe(true);
    await link();
    expect(await readers(onlyA)).toEqual(["eve"]);
    const refused = await signIn("bob", "ua");
    expect(refused).toMatchObject({ ok: false, failure: { code: "request.conflict" } });
    expect(await readers(onlyA)).toEqual(["eve"]);
    expect((await signIn("eve", "guest")).ok).toBe(true);
    expect(await readers(await rule(ofUser("guest")))).toEqual(["eve"]);
    await tx((t) => unlink(ctx, t, { sourceId, personId: "eve" }));
    expect(await readers(await rule(ofUser("guest")))).toEqual([]);
  });
});

describe("a group", () => {
  it("that was read in part adds nobody, keeps whom it had, and denies all others", async () => {
    const { ctx, tx, link, rule, readers } = await company();
    await link();
    const put = (members: string[], complete: boolean) =>
      tx((t) => replaceGroup(ctx, t, { sourceId, group: group("g", members, complete) }));
    const inside = await rule(ofGroup("g"));
    const outside = await rule({ not: ofGroup("g") });
    await put(["ua"], false);
    expect(await readers(inside)).toEqual([]);
    expect(await readers(outside)).toEqual([]);
    await put(["ua"], true);
    expect(await readers(inside)).toEqual(["ann"]);
    expect(await readers(outside)).toEqual(["bob", "eve"]);
    await put(["ub"], false);
    expect(await readers(inside)).toEqual(["ann"]);
    expect(await readers(outside)).toEqual([]);
    await put(["ub"], true);
    expect(await readers(inside)).toEqual(["bob"]);
    expect(await readers(outside)).toEqual(["ann", "eve"]);
  });

  it("loses whoever leaves it, or leaves a group in it, and nobody else", async () => {
    const { ctx, tx, link, rule, readers } = await company();
    await link();
    const put = (id: string, members: string[]) =>
      tx((t) => replaceGroup(ctx, t, { sourceId, group: group(id, members) }));
    await put("g1", ["ua", "g2"]);
    await put("g2", ["ub", "ue"]);
    const top = await rule(ofGroup("g1"));
    expect(await readers(top)).toEqual(["ann", "bob", "eve"]);
    await put("g2", ["ub"]);
    expect(await readers(top)).toEqual(["ann", "bob"]);
    await put("g1", ["g2"]);
    expect(await readers(top)).toEqual(["bob"]);
    await put("g1", []);
    expect(await readers(top)).toEqual([]);
  });

  it("of the same name in another source is another", async () => {
    const { ctx, tx, link, rule, readers } = await company();
    await link();
    await tx((t) => replaceGroup(ctx, t, { sourceId: "src_2", group: group("g", ["ua"]) }));
    expect(await readers(await rule(ofGroup("g")))).toEqual([]);
  });

  it("holds through loops, and lets nobody in by what is gone below it", async () => {
    const { ctx, tx, link, rule, readers } = await company();
    await link();
    const groups = [group("g1", ["g2", "ua"]), group("g2", ["g3"]), group("g3", ["g1", "ub"])];
    await tx((t) => replaceGroups(ctx, t, { sourceId, groups }));
    const top = await rule(ofGroup("g1"));
    const outside = await rule({ not: ofGroup("g1") });
    expect(await readers(top)).toEqual(["ann", "bob"]);
    expect(await readers(outside)).toEqual(["eve"]);
    await tx((t) => removeGroup(ctx, t, { sourceId, groupId: "g3" }));
    expect(await readers(top)).toEqual(["ann"]);
    expect(await readers(outside)).toEqual([]);
    await tx((t) => removeGroupsBut(ctx, t, { sourceId, groupIds: ["g2"] }));
    expect(await readers(top)).toEqual([]);
  });

  it("with ids that no database keeps, or named twice, is not believed to be whole", async () => {
    const { ctx, tx, link, rule, readers } = await company();
    await link();
    const groups = [group("g1", ["ua", "u\0"]), group("g2", ["ua"]), group("g2", ["ub"])];
    await tx((t) => replaceGroups(ctx, t, { sourceId, groups }));
    expect(await readers(await rule({ not: ofGroup("g1") }))).toEqual([]);
    expect(await readers(await rule({ any: [ofGroup("g1"), ofGroup("g2")] }))).toEqual([]);
  });
});

describe("a source", () => {
  it("that is closed lets nobody read, not even what it made public, until it is open", async () => {
    const { ctx, tx, link, rule, readers } = await company();
    await link();
    const scope = { sourceId, itemId: "i" };
    const open = await rule(scopeRule("public", scope));
    const odd = await rule(scopeRule({ not: { any: [] } }, scope));
    const own = await rule(scopeRule({ any: [{ user: "ua" }] }, scope));
    expect(await readers(open)).toEqual(["ann", "bob", "eve"]);
    await tx((t) => closeSource(ctx, t, sourceId));
    for (const classId of [open, odd, own]) expect(await readers(classId)).toEqual([]);
    await tx((t) => openSource(ctx, t, sourceId));
    expect(await readers(odd)).toEqual(["ann", "bob", "eve"]);
    expect(await readers(own)).toEqual(["ann"]);
    await tx((t) => forgetSource(ctx, t, sourceId));
    for (const classId of [open, odd, own]) expect(await readers(classId)).toEqual([]);
  });

  it("is believed about an item for a while, and for the account that asked", async () => {
    const { ctx, tx, link, rule, readers, inTable } = await company();
    await link();
    const classId = await rule({ ask: `${sourceId}/i/1` });
    const say = (personId: string, answer: "yes" | "no" | "unknown", freshMs?: number) =>
      tx((t) =>
        recordAnswers(ctx, t, {
          sourceId,
          answers: [{ itemId: "i/1", personId, answer }],
          ...(freshMs === undefined ? {} : { freshMs }),
        }),
      );
    await say("ann", "yes");
    await say("bob", "no");
    expect(await readers(classId)).toEqual(["ann"]);
    await say("ann", "unknown");
    expect(await readers(classId)).toEqual([]);
    await say("ann", "yes");
    await sql`update source_answer set fresh_until = clock_timestamp()
      where org_id = ${ctx.orgId}`.execute(base.db);
    expect(await mayRead(ctx, "ann", [classId])).toBe(false);
    await freshen(ctx, "ann");
    expect(await inTable(classId)).toEqual([]);
    const eve = { sourceId, userId: "ue", personId: "eve" };
    await tx((t) => linkBySignIn(ctx, t, eve));
    await say("eve", "yes");
    await tx((t) => linkBySignIn(ctx, t, eve));
    expect(await readers(classId)).toEqual(["eve"]);
    await tx((t) => linkBySignIn(ctx, t, { sourceId, userId: "other", personId: "eve" }));
    expect(await readers(classId)).toEqual([]);
  });
});

describe("an explanation", () => {
  it("names account, group, nesting, inheritance, deny and what is not known", async () => {
    const { ctx, tx, link, rule } = await company();
    await link();
    const groups = [group("gAll", ["gIn"]), group("gIn", ["ua"]), group("gPart", ["ub"], false)];
    await tx((t) => replaceGroups(ctx, t, { sourceId, groups }));
    const nested = await rule({ all: [ofGroup("gAll"), { not: ofUser("ub") }] });
    const told = await explain(ctx, "ann", { classId: nested, inheritedFrom: ["Finance"] });
    expect(told.readable).toBe(true);
    expect(told.chain.map(({ kind, truth }) => `${kind} ${truth}`)).toEqual([
      "inheritance true",
      "link true",
      "group true",
      "nesting true",
      "user false",
    ]);
    const step = told.chain.find(({ kind }) => kind === "nesting");
    expect(step?.path).toEqual(["Group gIn", "Group gAll"]);
    expect(step?.ageMs).toBeGreaterThanOrEqual(0);
    expect(told.chain.at(-1)).toMatchObject({ denies: true });
    expect((await explain(ctx, "bob", { classId: nested })).readable).toBe(false);

    const unsure = await rule({ all: ["everyone", { not: ofGroup("gPart") }] });
    const why = await explain(ctx, "eve", { classId: unsure });
    expect(why.readable).toBe(false);
    expect(why.chain.at(-1)).toMatchObject({ kind: "group", truth: "unknown", denies: true });
    expect(why.chain.at(-1)?.text).toContain("not known whole");
  });

  it("says who has no account, whom nothing names, and that a source is closed", async () => {
    const { ctx, tx, rule } = await company();
    const classId = await rule(ofGroup("g"));
    const told = await explain(ctx, "ann", { classId });
    expect(told.chain[0]).toMatchObject({ kind: "link", truth: "unknown" });
    expect((await explain(ctx, "nobody", { classId })).chain[0]?.kind).toBe("person");
    expect((await explain(ctx, "ann", { classId: "cls_none" })).chain[0]?.kind).toBe("rule");
    const none = await rule({ any: [] });
    expect((await explain(ctx, "ann", { classId: none })).chain[0]?.kind).toBe("nobody");
    await tx((t) => closeSource(ctx, t, sourceId));
    expect((await explain(ctx, "ann", { classId })).chain[0]?.kind).toBe("closed");
  });
});

describe("many changes at once", () => {
  it("leave the table as the rules have it, whoever came first", async () => {
    const { ctx, tx, link, inTable } = await company();
    await link();
    const rules = Array.from({ length: 12 }, (_, i): AccessExpression => ({
      all: [ofGroup(`g${i % 3}`), { not: ofGroup(`g${(i + 1) % 4}`) }, ofGroup(`g${i % 5}`)],
    }));
    const changes = Array.from({ length: 24 }, (_, i) => async () => {
      const members = ["ua", "ub", "ue", "g0", "g1", "g2"].filter((_m, k) => (i * 7 + k) % 3 > 0);
      if (i % 3 === 0)
        await tx((t) => replaceGroup(ctx, t, { sourceId, group: group(`g${i % 5}`, members) }));
      else if (i % 3 === 1)
        await tx((t) => internClasses(ctx, t, rules.slice(i % 6, (i % 6) + 6).toReversed()));
      else await freshen(ctx, "ann");
    });
    await Promise.all(changes.map((change) => change()));
    const ids = await tx((t) => internClasses(ctx, t, rules));
    assert(ids.ok, "interned");
    await freshenAll(ctx);
    for (const id of ids.value) {
      const readable = await Promise.all(
        ["ann", "bob", "eve"].map(async (who) =>
          (await readableOf(ctx, who, [id])).has(id) ? [who] : [],
        ),
      );
      expect(await inTable(id)).toEqual(readable.flat());
    }
  });

  it("fail together when one rule is no rule", async () => {
    const { ctx, tx } = await company();
    const bad = ofUser("x".repeat(1_000));
    const made = await tx((t) => internClasses(ctx, t, ["everyone", ofUser("ua"), bad]));
    expect(made).toMatchObject({ ok: false, failure: { data: { index: 2 } } });
  });
});
