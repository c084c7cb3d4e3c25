// Whatever happens in a source, after each change that was received everybody reads here what the source
// itself says that they read: leaks are looked for before the rest has been worked out, losses after it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { connectorOf, plain, Shelf, type Principal } from "./shelf.fixture.ts";
import { truthOf, underSync, type Under } from "./sync.fixture.ts";

let base: FreshDatabase;
let keysDir = "";
beforeAll(async () => {
  base = await freshDatabase();
  keysDir = mkdtempSync(join(tmpdir(), "stead-keys-"));
});
afterAll(async () => {
  rmSync(keysDir, { recursive: true });
  await base.close();
});

const PEOPLE = ["ann", "bob", "eve"];
const GROUPS = ["g0", "g1", "g2"];
const CONTAINERS = ["c0", "c1", "c2", "c3"];
const DOCUMENTS = ["d0", "d1", "d2", "d3", "d4"];
const NODES = [...CONTAINERS, ...DOCUMENTS];

const principal: fc.Arbitrary<Principal> = fc.oneof(
  fc.constantFrom(...PEOPLE).map((user) => ({ user })),
  fc.constantFrom(...GROUPS).map((group) => ({ group })),
);
const some = fc.uniqueArray(principal, { maxLength: 2, selector: (one) => JSON.stringify(one) });
const mutation = fc.oneof(
  fc.record({
    op: fc.constant("members" as const),
    id: fc.constantFrom(...GROUPS),
    members: fc.subarray([...PEOPLE, ...GROUPS]),
  }),
  fc.record({ op: fc.constant("allow" as const), id: fc.constantFrom(...NODES), to: some }),
  fc.record({ op: fc.constant("deny" as const), id: fc.constantFrom(...NODES), to: some }),
  fc.record({
    op: fc.constant("lock" as const),
    id: fc.constantFrom(...NODES),
    to: fc.option(some),
  }),
  fc.record({
    op: fc.constant("inherit" as const),
    id: fc.constantFrom(...NODES),
    inherits: fc.boolean(),
  }),
  fc.record({
    op: fc.constant("move" as const),
    id: fc.constantFrom(...NODES),
    to: fc.constantFrom(...CONTAINERS),
  }),
  fc.record({ op: fc.constant("delete" as const), id: fc.constantFrom(...NODES) }),
  fc.record({
    op: fc.constant("create" as const),
    id: fc.constantFrom(...NODES),
    to: fc.constantFrom(...CONTAINERS),
    allow: some,
  }),
  fc.record({ op: fc.constant("write" as const), id: fc.constantFrom(...DOCUMENTS) }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function isBelow(shelf: Shelf, id: string, top: string): boolean {
  for (let at: string | null = id; at !== null; at = shelf.nodes.get(at)?.parentId ?? null)
    if (at === top) return true;
  return false;
}

function apply(shelf: Shelf, change: Mutation): void {
  const { op, id } = change;
  if (op === "members") return shelf.group(id, change.members);
  const isThere = shelf.nodes.has(id);
  if (op === "create") {
    if (isThere || !shelf.nodes.has(change.to) || id === "c0") return;
    return shelf.put(id, { parentId: change.to, access: plain({ allow: change.allow }) });
  }
  if (!isThere || (id === "c0" && (op === "delete" || op === "move"))) return;
  if (op === "allow") shelf.share(id, { allow: change.to });
  else if (op === "deny") shelf.share(id, { deny: change.to });
  else if (op === "lock") shelf.share(id, { lock: change.to });
  else if (op === "inherit") shelf.share(id, { inherits: change.inherits });
  else if (op === "write") shelf.change(id, { revision: (shelf.nodes.get(id)?.revision ?? 0) + 1 });
  else if (op === "delete") shelf.remove(id);
  else if (shelf.nodes.has(change.to) && !isBelow(shelf, change.to, id))
    shelf.change(id, { parentId: change.to });
}

function filled(): Shelf {
  const shelf = new Shelf();
  for (const id of PEOPLE) shelf.user(id);
  shelf.group("g0", ["ann"]);
  shelf.group("g1", ["bob", "g0"]);
  shelf.group("g2", []);
  shelf.put("c0", { parentId: null, access: plain({ allow: [{ group: "g1" }] }) });
  shelf.put("c1", { parentId: "c0" });
  shelf.put("c2", { parentId: "c1", access: plain({ lock: [{ group: "g0" }, { user: "eve" }] }) });
  shelf.put("c3", { parentId: "c0", access: plain({ inherits: false, allow: [{ user: "eve" }] }) });
  for (const [at, id] of DOCUMENTS.entries())
    shelf.put(id, { parentId: CONTAINERS[at % CONTAINERS.length] ?? "c0" });
  return shelf;
}

interface Score {
  leaks: string[];
  losses: string[];
  reads: number;
}

async function judge(
  under: Under,
  shelf: Shelf,
  { score, isSettled }: { score: Score; isSettled: boolean },
): Promise<void> {
  const truth = truthOf(shelf, PEOPLE);
  const found = await under.readable();
  score.reads += truth.length;
  score.leaks.push(...found.filter((each) => !truth.includes(each)));
  if (isSettled) score.losses.push(...truth.filter((each) => !found.includes(each)));
}

/** How the source tells of it: at its next poll, or by an event for each thing that changed. */
async function tell(under: Under, shelf: Shelf, { from, by }: { from: number; by: string }) {
  if (by === "poll") return under.request(["changes"]);
  const events = shelf.log.slice(from).map((change, at) => {
    const id = change.kind === "item" ? change.item.id : change.id;
    const wasGone = shelf.log.slice(from).some((one) => one.kind === "gone" && one.id === id);
    const itself = wasGone ? ("subtree" as const) : ("item" as const);
    const kind = change.kind === "group" ? ("group" as const) : itself;
    return { id: `${from + at}`, change: { kind, id } };
  });
  if (by === "backwards") events.reverse();
  expect((await under.push(events)).ok).toBe(true);
  if (by === "twice") expect((await under.push(events)).ok).toBe(true);
  return undefined;
}

const RUNS = Number(process.env["STEAD_SYNC_RUNS"] ?? 8);

describe.each([
  { name: "worked out at once", batch: 1_000 },
  { name: "closed first and worked out in pieces", batch: 1 },
])("everybody reads what the source says, subtrees $name", ({ batch }) => {
  test("through random changes, told of by polls and by events", async () => {
    let reads = 0;
    const told = fc.record({
      changes: fc.array(mutation, { minLength: 1, maxLength: 3 }),
      by: fc.constantFrom("poll", "event", "backwards", "twice"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(told, { minLength: 1, maxLength: 8 }), async (rounds) => {
        const score: Score = { leaks: [], losses: [], reads: 0 };
        const shelf = filled();
        const connector = connectorOf(shelf);
        const under = await underSync(base.db, {
          connector,
          people: PEOPLE,
          keysDir,
          bounds: { batch },
        });
        await under.request();
        await under.settle();
        await judge(under, shelf, { score, isSettled: true });
        for (const { changes, by } of rounds) {
          const from = shelf.log.length;
          for (const each of changes) apply(shelf, each);
          await tell(under, shelf, { from, by });
          await under.drain(["changes"]);
          await judge(under, shelf, { score, isSettled: false });
          await under.settle();
          await judge(under, shelf, { score, isSettled: true });
        }
        reads += score.reads;
        expect({ leaks: score.leaks, losses: score.losses }).toEqual({ leaks: [], losses: [] });
      }),
      { numRuns: RUNS },
    );
    expect(reads).toBeGreaterThan(0);
  }, 300_000);
});
