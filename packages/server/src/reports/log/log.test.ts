// The log of sends by each of its filters, over real rows.
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { value } from "../../ledger/ledger.fixture.ts";
import { NO_USAGE } from "../../runs/run.ts";
import { World } from "../reports.fixture.ts";
import { listSends } from "./log.ts";

let base: FreshDatabase;
let world: World;

const ALL: Omit<Parameters<typeof listSends>[1], "limit"> = {};
const seen = async (filter: typeof ALL, limit = 50) =>
  value(await listSends(world.ledger, { limit, ...filter }));
const textsOf = async (filter: typeof ALL): Promise<string[]> =>
  (await seen(filter)).items.map(({ destination, stream }) => `${stream} ${destination}`);

beforeAll(async () => {
  base = await freshDatabase();
  world = new World(base);
  await world.send({ stream: "run_a", destination: "h.example:80", classes: ["pii"] });
  world.clock.ms += 1_000;
  await world.send({
    stream: "run_b",
    destination: "h.example:8080",
    replaced: [{ class: "phi", count: 2 }],
    found: ["phi"],
  });
  world.clock.ms += 1_000;
  await world.send({
    stream: "egress",
    destination: "h.example:80",
    settled: { status: 503, code: null },
  });
  world.clock.ms += 1_000;
  await world.send({ stream: "run_a", destination: "h.example:8080", settled: null, kept: false });
  const { db, orgId } = world.ledger;
  const run = { org_id: orgId, thread_id: "t", agent_id: "a", version_id: "v", status: "answered" };
  const more = { trial: false, started_at: new Date(), ended_at: null, steps: 1, sub_run_of: null };
  const own = { person_id: "usr_ada", usage: NO_USAGE };
  await db
    .insertInto("run")
    .values({ ...run, ...more, ...own, id: "run_a" })
    .execute();
});
afterAll(() => base.close());

test("newest first, with what came of each, page by page", async () => {
  const first = await seen(ALL, 3);
  expect(first.items.map(({ outcome, hasBytes }) => [outcome, hasBytes])).toEqual([
    [null, false],
    [{ status: 503, code: null }, true],
    [{ status: 200, code: null }, true],
  ]);
  expect(first.items[0]?.run).toEqual({
    id: "run_a",
    personId: "usr_ada",
    personName: "usr_ada",
  });
  expect(first.items[2]).toMatchObject({ run: null, replaced: [{ class: "phi", count: 2 }] });
  const cursor = first.next ?? "";
  expect((await seen({ cursor }, 3)).items.map(({ seq }) => seq)).toEqual([1]);
  const wrong = await listSends(world.ledger, { limit: 1, cursor: "made-up" });
  expect(wrong).toMatchObject({ ok: false, failure: { code: "request.invalid" } });
});

test.each<[string, typeof ALL, string[]]>([
  [
    "one destination, and none that begins alike",
    { destination: "h.example:80" },
    ["egress h.example:80", "run_a h.example:80"],
  ],
  ["a class by its label", { class: "pii" }, ["run_a h.example:80"]],
  ["a class that was found or replaced", { class: "phi" }, ["run_b h.example:8080"]],
  ["a person", { person: "usr_ada" }, ["run_a h.example:8080", "run_a h.example:80"]],
  ["a run", { run: "run_b" }, ["run_b h.example:8080"]],
  [
    "failures, and what nobody settled",
    { only: "failed" },
    ["run_a h.example:8080", "egress h.example:80"],
  ],
  ["what placeholders stand in", { only: "replaced" }, ["run_b h.example:8080"]],
  [
    "a time",
    { from: "2026-03-10T00:00:01.000Z", to: "2026-03-10T00:00:02.000Z" },
    ["egress h.example:80", "run_b h.example:8080"],
  ],
])("%s", async (_what, filter, rows) => {
  expect(await textsOf(filter)).toEqual(rows);
});
