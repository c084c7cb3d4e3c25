// Upkeep of who satisfies which class: 500 people, 2,000 nested groups of one source, 100,000 classes. The
// floor is PostgreSQL writing as many rows of that size into an empty table.
import { freshenAll } from "../../packages/server/src/access/refresh.ts";
import { internClasses } from "../../packages/server/src/access/intern.ts";
import { scopeRule } from "../../packages/server/src/access/scope.ts";
import { mayRead } from "../../packages/server/src/access/readable.ts";
import { readersOf } from "../../packages/server/src/access/readers.ts";
import { replaceGroup, replaceGroups } from "../../packages/server/src/access/source/groups.ts";
import { linkByDirectory, linkBySignIn } from "../../packages/server/src/access/source/links.ts";
import { closeSource, openSource } from "../../packages/server/src/access/source/state.ts";
import { replaceUsers } from "../../packages/server/src/access/source/users.ts";
import { openDatabase } from "../../packages/server/src/store/db.ts";
import { migrate } from "../../packages/server/src/store/migrate.ts";
import { withTx } from "../../packages/server/src/store/tx.ts";

const settings = JSON.parse(process.argv[2] ?? "{}");
const PEOPLE = 500;
const [LEAVES, MIDDLE, TOP] = [1_600, 320, 79];
const CLASSES = settings.classes ?? 100_000;
const log = () => undefined;
const migrated = await migrate(settings.connection, { log });
if (!migrated.ok) throw new Error(migrated.failure.detail);
const bounds = { log, statementTimeoutMs: 300_000 };
const { db, pool, close } = openDatabase(settings.connection, bounds);
const ctx = { db, orgId: "org_1" };
const sourceId = "src_1";

// The same world each time (mulberry32).
let seed = 42;
function random(below) {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
}
const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const some = (count, make) => [
  ...new Map(times(count, make).map((each) => [each.id, each])).values(),
];
const user = () => ({ kind: "user", id: `u${random(PEOPLE)}` });
const leaf = () => ({ kind: "group", id: `leaf${random(LEAVES)}` });
const middle = () => ({ kind: "group", id: `middle${random(MIDDLE)}` });
const group = (id, members) => ({ id, name: id, members, complete: true });
const all = (people) =>
  group(
    "all",
    people.map((i) => ({ kind: "user", id: `u${i}` })),
  );

async function inTx(work) {
  const done = await withTx(db, work);
  if (done?.ok === false) throw new Error(done.failure.detail);
  return done;
}

async function timed(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function median(rounds, work) {
  const took = [];
  for (let i = 0; i < rounds; i++) took.push(await timed(() => work(i)));
  return took.toSorted((a, b) => a - b)[Math.floor(rounds / 2)];
}

/** Unions, intersections up a tree, and denies, over one to four principals. */
function rule() {
  const kinds = [leaf, leaf, leaf, middle, user];
  const pick = () => {
    const { kind, id } = kinds[random(kinds.length)]();
    return { [kind]: id };
  };
  const shape = random(10);
  const any = { any: times(1 + random(3), pick) };
  if (shape < 6) return any;
  if (shape < 8) return { all: [{ group: `top${random(TOP)}` }, any] };
  if (shape < 9) return { all: [any, { not: pick() }] };
  return { any: [{ group: `top${random(TOP)}` }, any] };
}
const expression = () => scopeRule(rule(), { sourceId, itemId: "item" });

await pool.query(
  `insert into person (org_id, id, name, email)
   select 'org_1', 'usr_' || i, 'Person ' || i, 'u' || i || '@x.com'
   from generate_series(0, $1 - 1) i`,
  [PEOPLE],
);
const users = times(PEOPLE, (i) => ({
  id: `u${i}`,
  name: `u${i}`,
  email: `u${i}@x.com`,
  domain: "x.com",
  active: true,
}));
await inTx((tx) => replaceUsers(ctx, tx, { sourceId, users }));
await inTx((tx) => linkByDirectory(ctx, tx, { sourceId, trustedDomains: ["x.com"] }));
const groups = [
  ...times(LEAVES, (i) => group(`leaf${i}`, some(4 + random(12), user))),
  ...times(MIDDLE, (i) => group(`middle${i}`, some(3 + random(3), leaf))),
  ...times(TOP, (i) => group(`top${i}`, some(3 + random(3), middle))),
  all(times(PEOPLE, (i) => i)),
];
// A few loops, as sources have them.
for (let i = 0; i < 10; i++) groups[i].members.push({ kind: "group", id: `middle${i}` });
await inTx((tx) => replaceGroups(ctx, tx, { sourceId, groups }));
const everyExpression = times(CLASSES, (i) =>
  i % 200 === 0
    ? scopeRule({ all: [{ group: "all" }, rule()] }, { sourceId, itemId: "" })
    : expression(),
);
const internMs = await timed(async () => {
  for (let from = 0; from < CLASSES; from += 5_000)
    await inTx((tx) => internClasses(ctx, tx, everyExpression.slice(from, from + 5_000)));
});
await pool.query("vacuum analyze");

const newClassMs = await median(51, () => inTx((tx) => internClasses(ctx, tx, [expression()])));
const newBatchMs = await median(11, () =>
  inTx((tx) => internClasses(ctx, tx, times(1_000, expression))),
);
const people = times(PEOPLE, (i) => i);
const leaveMs = await median(11, (i) =>
  inTx((tx) => replaceGroup(ctx, tx, { sourceId, group: all(people.filter((p) => p !== i)) })),
);
const wholeMs = await median(11, (i) =>
  inTx((tx) =>
    replaceGroup(ctx, tx, { sourceId, group: all(people.filter((p) => p % 2 === i % 2)) }),
  ),
);
await inTx((tx) => replaceGroup(ctx, tx, { sourceId, group: all(people) }));
const leafMs = await median(11, () =>
  inTx((tx) => replaceGroup(ctx, tx, { sourceId, group: group("leaf7", some(10, user)) })),
);
const linkMs = await median(5, (i) =>
  inTx((tx) => linkBySignIn(ctx, tx, { sourceId, userId: `u${i}`, personId: `usr_${i}` })),
);
const closeMs = await timed(() => inTx((tx) => closeSource(ctx, tx, sourceId)));
const openMs = await timed(() => inTx((tx) => openSource(ctx, tx, sourceId)));

const cold = async () => {
  await pool.query("update class_reader set people = null");
  await pool.query("insert into access_stale (org_id, person_id) select org_id, id from person");
  await pool.query("vacuum analyze class_reader");
};
const colds = [];
for (let i = 0; i < 4; i++) {
  await cold();
  colds.push(await timed(() => freshenAll(ctx)));
}
const ids = (await pool.query("select class_id from class_reader order by 1")).rows.map(
  (row) => row.class_id,
);
await pool.query(
  "create table floor (org_id text, class_id text, people bytea, primary key (org_id, class_id))",
);
const floorMs = await timed(() =>
  pool.query(
    "insert into floor select 'org_1', id, decode(repeat('5a', 64), 'hex') from unnest($1::text[]) id",
    [ids],
  ),
);
const perPerson = (
  await pool.query("select count(*)::int as n from person_class group by person_id order by 1")
).rows.map((row) => row.n);
const checkMs = await median(201, () =>
  mayRead(ctx, `usr_${random(PEOPLE)}`, [ids[random(ids.length)]]),
);
const readersMs = await median(51, () =>
  readersOf(
    ctx,
    times(3, () => ids[random(ids.length)]),
  ),
);
await close();
const figures = {
  classes: ids.length,
  pairs: perPerson.reduce((sum, n) => sum + n, 0),
  perPersonMin: perPerson[0],
  perPersonMax: perPerson.at(-1),
  internMs,
  newClassMs,
  newBatchMs,
  leaveMs,
  wholeMs,
  leafMs,
  linkMs,
  closeMs,
  openMs,
  coldMs: Math.min(...colds),
  coldWorstMs: Math.max(...colds),
  floorMs,
  checkMs,
  readersMs,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit(0);
