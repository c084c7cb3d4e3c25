// Sync of a made-up source in memory: 5,000 documents in 100 folders, 200 people in 50 groups. The source
// answers at once, so that what is measured is Stead's own part. Changes are pushed while a listing and
// contents are on their way.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  connectorOf,
  plain,
  Shelf,
} from "../../packages/server/src/knowledge/sync/shelf.fixture.ts";
import { SOURCE, underSync } from "../../packages/server/src/knowledge/sync/sync.fixture.ts";
import { upsertDocument } from "../../packages/server/src/knowledge/queries.ts";
import { systemClock } from "../../packages/server/src/lib/clock.ts";
import { openDatabase } from "../../packages/server/src/store/db.ts";
import { openListener } from "../../packages/server/src/store/listen.ts";
import { migrate } from "../../packages/server/src/store/migrate.ts";
import { startSync } from "../../packages/server/src/worker/sync.ts";

const settings = JSON.parse(process.argv[2] ?? "{}");
const DOCUMENTS = settings.documents ?? 5_000;
const [FOLDERS, PEOPLE, GROUPS, EVENTS] = [100, 200, 50, 300];
const log = () => undefined;
const migrated = await migrate(settings.connection, { log });
if (!migrated.ok) throw new Error(migrated.failure.detail);
const { db, pool } = openDatabase(settings.connection, { log, connectionsMax: 10 });

const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const people = times(PEOPLE, (i) => `u${i}`);
const shelf = new Shelf();
shelf.page = 500;
for (const id of people) shelf.user(id);
const members = (i) => people.filter((_, at) => (at * 7 + i) % 10 === 0);
for (let i = 0; i < GROUPS; i++) shelf.group(`g${i}`, members(i));
for (let i = 0; i < FOLDERS; i++)
  shelf.put(`c${i}`, {
    parentId: i < 10 ? null : `c${Math.floor(i / 10)}`,
    access: plain({ allow: [{ group: `g${i % GROUPS}` }] }),
  });
for (let i = 0; i < DOCUMENTS; i++)
  shelf.put(`d${i}`, { parentId: `c${i % FOLDERS}`, text: `Text ${i}. `.repeat(100) });
const order = [...shelf.nodes.keys()];
shelf.order = () => order;

const keysDir = mkdtempSync(join(tmpdir(), "stead-bench-keys-"));
const connector = connectorOf(shelf);
const under = await underSync(db, { connector, people, keysDir, orgId: "org_1" });

async function timed(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
const percentile = (sorted, part) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

await under.request(["people", "items", "changes"]);
const peopleMs = await timed(() => under.drain(["people"]));
const listMs = await timed(() => under.drain(["items", "changes"]));
await under.request(["content"]);
const contentMs = await timed(() => under.drain(["content"]));
const relistMs = await timed(async () => {
  await under.request(["items"]);
  await under.drain(["items"]);
});
const floorCount = 500;
const floorMs = await timed(async () => {
  for (let i = 0; i < floorCount; i++)
    await upsertDocument(db, "org_floor", {
      id: `doc_${i}`,
      title: "t",
      path: "p",
      revision: "1",
      text: `Text ${i}. `.repeat(100),
      classId: "everyone",
      classes: [],
      trust: "colleague",
      updatedAt: new Date(0),
    });
});

// Everything is read anew while changes are pushed.
await pool.query("update item set state = 'pending', due_at = now() where kind = 'document'");
const listener = openListener(settings.connection, { log, clock: systemClock });
const worker = await startSync(under.deps, { slots: 2, workerId: "wrk_bench", listener });
await under.request();
for (let i = 0; i < EVENTS; i++) {
  const kind = i % 3;
  let id = `d${(i * 31) % DOCUMENTS}`;
  if (kind === 0) {
    id = `g${i % GROUPS}`;
    shelf.group(id, members(i + 1));
  } else {
    if (kind === 1) id = `c${10 + ((i * 13) % (FOLDERS - 10))}`;
    shelf.share(id, { allow: [{ group: `g${(i * 3) % GROUPS}` }] });
  }
  await under.push([{ id: `e${i}`, change: { kind: kind === 0 ? "group" : "item", id } }]);
  if (i % 50 === 0) await under.request(["items"]);
  await sleep(30);
}
const open = () =>
  pool.query(
    "select count(*)::int as n from push_event where forced_at is null and id like 'push %'",
  );
while ((await open()).rows[0].n > 0) await sleep(20);
const { rows } = await pool.query(
  "select extract(epoch from forced_at - received_at)::float8 * 1000 as ms from push_event where id like 'push %' order by 1",
);
await worker.stop();
await listener.close();
const ms = rows.map((row) => row.ms);
const figures = {
  source: SOURCE,
  peopleMs,
  itemsPerSecond: (DOCUMENTS + FOLDERS) / (listMs / 1000),
  relistPerSecond: (DOCUMENTS + FOLDERS) / (relistMs / 1000),
  documentsPerSecond: DOCUMENTS / (contentMs / 1000),
  floorPerSecond: floorCount / (floorMs / 1000),
  events: ms.length,
  forceP50Ms: percentile(ms, 0.5),
  forceP99Ms: percentile(ms, 0.99),
  rssMb: process.memoryUsage().rss / 1024 / 1024,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit(0);
