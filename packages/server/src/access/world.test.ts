// Random worlds under random changes: what searches join with, what is checked, who the readers are and what
// is explained all agree with a reading of the rules by brute force.
import * as fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import { assert } from "../lib/result.ts";
import { withTx } from "../store/tx.ts";
import type { AccessExpression } from "./class.ts";
import { explain } from "./explain/explain.ts";
import { internClasses } from "./intern.ts";
import { onlyPerson } from "./label.ts";
import { readableOf } from "./readable.ts";
import { readersOf } from "./readers.ts";
import { freshen } from "./refresh.ts";
import {
  DOMAINS,
  GROUPS,
  ITEMS,
  OWN,
  PEOPLE,
  SOURCES,
  USERS,
  World,
  type Step,
} from "./world.fixture.ts";

let base: FreshDatabase;
let count = 0;
beforeAll(async () => {
  base = await freshDatabase();
});
afterAll(() => base.close());

const source = fc.constantFrom("src_a", "src_a", "src_a", ...SOURCES);
const person = fc.constantFrom(...PEOPLE);
const user = fc.constantFrom(...USERS);
const group = fc.constantFrom(...GROUPS);
const own = fc.constantFrom(...OWN);
const item = fc.constantFrom(...ITEMS);
const scoped = (kind: string, id: fc.Arbitrary<string>) =>
  fc.tuple(source, id).map(([of, name]) => ({ principal: `${of}/${kind}:${name}` }));

const rules: fc.Arbitrary<AccessExpression> = fc.letrec<{ node: AccessExpression }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthIdentifier: "rule" },
    fc.record({ person }),
    fc.record({ group: own }),
    { weight: 2, arbitrary: scoped("user", user) },
    { weight: 4, arbitrary: scoped("group", group) },
    scoped("domain", fc.constantFrom(...DOMAINS)),
    fc.tuple(source, item).map(([of, id]) => ({ ask: `${of}/${id}` })),
    fc.tuple(source, item).map(([of, id]) => ({ link: `${of}/${id}` })),
    source.map((id) => ({ public: id })),
    { weight: 3, arbitrary: fc.record({ not: tie("node") }) },
    { weight: 3, arbitrary: fc.record({ any: fc.array(tie("node"), { maxLength: 3 }) }) },
    {
      weight: 4,
      arbitrary: fc.record({ all: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
    },
  ),
})).node;

/** Users mostly have their person's address, so that links come about. */
const users = fc.uniqueArray(
  fc.record(
    {
      id: user,
      email: fc.constantFrom("P0@x.com", "p1@x.com", "p2@x.com", "p1@y.com", "not an address"),
      domain: fc.constantFrom(...DOMAINS),
      active: fc.constantFrom(true, true, true, false),
    },
    { requiredKeys: ["id", "active"] },
  ),
  { selector: ({ id }) => id },
);
const members = fc.uniqueArray(fc.oneof(user, group), { maxLength: 4 });
const op = <T extends string>(...names: T[]) => fc.constantFrom(...names);
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ op: op("users"), source, users }) },
  {
    weight: 5,
    arbitrary: fc.record({
      op: op("group"),
      source,
      id: group,
      members,
      complete: fc.constantFrom(true, true, false),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({ op: op("shrink"), source, id: group, nth: fc.nat(3) }),
  },
  fc.record({ op: op("gone"), source, id: group }),
  { weight: 2, arbitrary: fc.record({ op: op("directory"), source }) },
  { weight: 3, arbitrary: fc.record({ op: op("sign-in"), source, user, person }) },
  fc.record({ op: op("unlink"), source, person }),
  {
    weight: 3,
    arbitrary: fc.record({
      op: op("answer"),
      source,
      item,
      person,
      answer: op("yes", "no", "unknown"),
    }),
  },
  fc.record({ op: op("old"), source }),
  { weight: 2, arbitrary: fc.record({ op: op("close", "open", "open"), source }) },
  fc.record({ op: op("forget"), source }),
  {
    weight: 3,
    arbitrary: fc.record({ op: op("join", "leave"), group: own, member: fc.oneof(person, own) }),
  },
  fc.record({ op: op("own"), group: own, there: fc.boolean() }),
  fc.record({ op: op("person"), person, active: fc.boolean() }),
);

/** Lists of users, links and whole groups first: an empty world knows nothing of anybody. */
const opening: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.array(fc.tuple(source, user, person), { maxLength: 5 }),
    fc.array(fc.tuple(source, group, members), { maxLength: 6 }),
  )
  .map(([links, groups]) => [
    ...SOURCES.map((of): Step => ({
      op: "users",
      source: of,
      users: USERS.map((id, i) => ({ id, email: `p${i}@x.com`, domain: "x.com", active: true })),
    })),
    { op: "directory", source: "src_a" },
    ...links.map(([of, id, who]): Step => ({ op: "sign-in", source: of, user: id, person: who })),
    ...groups.map(([of, id, inside]): Step => ({
      op: "group",
      source: of,
      id,
      members: inside,
      complete: true,
    })),
  ]);

async function intern(world: World, expressions: readonly AccessExpression[]): Promise<string[]> {
  const made = await withTx(base.db, (tx) => internClasses(world.ctx, tx, expressions));
  assert(made.ok, "small rules");
  return made.value;
}

/** What a search's join would find, as `person class`. */
async function joined(world: World): Promise<Set<string>> {
  const { rows } = await sql<{ pair: string }>`
    select person_id || ' ' || class_id as pair from person_class
    where org_id = ${world.ctx.orgId}`.execute(base.db);
  return new Set(rows.map(({ pair }) => pair));
}

describe("a world that changes", () => {
  it("is read everywhere as by brute force, and never with a right too many", async () => {
    let yes = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(rules, { minLength: 4, maxLength: 10 }),
        opening,
        fc.array(steps, { minLength: 3, maxLength: 10 }),
        async (expressions, first, changes) => {
          const world = new World({ db: base.db, orgId: `org_${count++}` });
          await world.begin();
          const half = Math.floor(first.length / 2);
          for (const step of first.slice(0, half)) await world.apply(step);
          const ids = await intern(world, expressions);
          const expected = (): Set<string> =>
            new Set(
              expressions.flatMap((expression, i) =>
                PEOPLE.flatMap((who) =>
                  world.mayRead(expression, who) ? [`${who} ${ids[i]}`] : [],
                ),
              ),
            );
          expect(await joined(world)).toEqual(expected());
          for (const step of [...first.slice(half), ...changes]) {
            const isSettled = await world.apply(step);
            const right = expected();
            // Age takes a right away by itself: whoever searches is freshened first.
            if (step.op !== "old")
              expect([...(await joined(world))].filter((pair) => !right.has(pair))).toEqual([]);
            if (!isSettled) await freshen(world.ctx, "p0");
            if (!isSettled) for (const who of PEOPLE) await freshen(world.ctx, who);
            expect(await joined(world)).toEqual(right);
          }
          const right = expected();
          yes += right.size;
          for (const who of PEOPLE) {
            const readable = await readableOf(world.ctx, who, ids);
            // A person's own class is theirs without a look: whoever left has no way to ask.
            const isRight = (id: string) => id === onlyPerson(who) || right.has(`${who} ${id}`);
            expect(readable).toEqual(new Set(ids.filter(isRight)));
          }
          const [one, other] = [ids[0] ?? "", ids.at(-1) ?? ""];
          const reads = (who: string) => right.has(`${who} ${one}`) && right.has(`${who} ${other}`);
          expect(await readersOf(world.ctx, [one, other])).toEqual(PEOPLE.filter(reads));
          for (const [i, classId] of ids.entries()) {
            const who = PEOPLE[i % PEOPLE.length] ?? "p0";
            const told = await explain(world.ctx, who, { classId });
            expect(told.readable).toBe(right.has(`${who} ${classId}`));
            expect(told.chain.length).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: RUNS },
    );
    // Worlds in which nobody reads anything would prove little.
    expect(yes).toBeGreaterThan(RUNS);
  }, 120_000);
});

const RUNS = 20;
