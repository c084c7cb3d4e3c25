// A source that alone knows who may read, over the whole server: of more records than it is asked about at once
// everybody gets what it says of them, whoever is nobody there gets nothing, and silence hides.
import { SourceError } from "@stead/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PEOPLE, send } from "../src/http/edge.fixture.ts";
import { systemClock } from "../src/lib/clock.ts";
import { assert } from "../src/lib/result.ts";
import { rngOf, type Reader } from "./oracle/judge.ts";
import { openSalesforce, SELLER, USERS, type OpenSalesforce } from "./oracle/judges/salesforce.ts";
import {
  askAs,
  explainedTo,
  findAs,
  lookAs,
  type Looking,
  type Placed,
  type Seen,
} from "./oracle/look.ts";
import { ageAnswers, answersOf, documentsIn } from "./oracle/queries.ts";
import { Score } from "./oracle/score.ts";
import { connect, openStage, type Stage } from "./oracle/stage.ts";

const MORE = 240;
/** Few enough for one answer of an agent's search. */
const SHARED = 9;
const LINKED = ["employee", "approver"] as const;
const ROUNDS = 6;
/** Of what is missed, before it counts as lost. */
const LOOKS = 4;
/** A source that was silent is asked again after this. */
const RESTS_MS = 5_500;
const rng = rngOf(41);

let judge: OpenSalesforce;
let stage: Stage;
let placed: Placed;

beforeAll(async () => {
  judge = await openSalesforce();
  const { crm } = judge;
  const ids = Array.from({ length: MORE }, (_, i) => `0019${String(i).padStart(11, "0")}`);
  for (const id of ids) crm.record(id, "Account", SELLER).fields["Name"] = `ferry more ${id}`;
  for (const reader of LINKED)
    for (const id of rng.shuffled(ids).slice(0, SHARED)) crm.at(id).shared.add(USERS[reader]);
  // Her user reads everything, and nothing says that it is hers.
  const user = crm.people.get(USERS.builder);
  assert(user, "the builder's user is there");
  user.mail = "somebody@example.com";
  stage = await openStage([judge]);
  const sourceId = await connect(stage, judge);
  const known = await documentsIn(stage.yard.ctx.db, sourceId);
  placed = { judge, sourceId, known };
}, 120_000);
afterAll(async () => {
  await stage?.yard.close();
  await judge?.close();
});

const looking = (reader: Reader): Looking => ({ stage, reader, all: [placed] });
const age = () => ageAnswers(stage.yard.ctx.db);

interface Round {
  readonly at: string;
  readonly isWhole: boolean;
}

/**
 * What somebody got beside what the source says, and the other way round. Where it was silent for a while
 * its items are hidden, so what is missed is looked for again; what nobody may see is never to be seen.
 */
async function compare(
  score: Score,
  reader: (typeof LINKED)[number],
  { at, isWhole }: Round,
): Promise<void> {
  const truth = new Set(judge.readable(reader));
  const all = looking(reader);
  for (let look = 1; ; look++) {
    // oxlint-disable-next-line no-await-in-loop -- one look after another
    const seen = await (isWhole ? wholly(all, `${at}.${look}`) : findAs(all).then((one) => [one]));
    const now = new Score();
    for (const each of seen) now.compare(each, { truth, of: placed, who: `${at}: ${reader}` });
    const isLast = now.losses.length === 0 || look === LOOKS;
    score.leaks.push(...now.leaks);
    if (isLast) score.losses.push(...now.losses);
    if (isLast) score.reads += now.reads;
    if (isLast) return;
    // oxlint-disable-next-line no-await-in-loop -- so long it is left in peace
    await systemClock.sleep(RESTS_MS);
  }
}

async function wholly(all: Looking, at: string): Promise<Seen[]> {
  return [await lookAs(all), (await askAs(all, at)).seen];
}

test("everybody gets what it says of them, through changes of all kinds, and nobody what it says of another", async () => {
  expect(placed.known.size).toBeGreaterThan(MORE);
  const score = new Score();
  const kinds = ["share", "deny", "move", "lock", "unlock"] as const;
  for (let round = 0; round < ROUNDS; round++) {
    const isLast = round === ROUNDS - 1;
    await Promise.all(
      LINKED.map((one) => compare(score, one, { at: `${round}`, isWhole: isLast })),
    );
    const people = new Map<string, Reader>(LINKED.map((reader) => [PEOPLE[reader].id, reader]));
    for (const { personId, title, answer } of await answersOf(stage.yard.ctx.db, placed.sourceId)) {
      const reader = people.get(personId);
      assert(reader, `${personId} was asked about`);
      expect([reader, title, answer]).toEqual([
        reader,
        title,
        judge.readable(reader).includes(title),
      ]);
    }
    for (let i = 0; i < 8; i++) await judge.change(rng.pick(kinds), rng);
    await age();
  }
  const { leaks, losses, reads } = score;
  expect({ leaks, losses }).toEqual({ leaks: [], losses: [] });
  expect(reads).toBeGreaterThan(150);
}, 180_000);

test("whoever is nobody there gets nothing by any way, and nothing is asked about her", async () => {
  const { yard, people } = stage;
  const bea = people.get("builder");
  assert(bea, "she has entered");
  expect(judge.readable("builder").length).toBeGreaterThan(200);
  const seen = [
    await lookAs(looking("builder")),
    (await askAs(looking("builder"), "attack")).seen,
    await explainedTo({ ...looking("builder"), all: [few()] }),
  ];
  for (const each of seen) for (const [way, ids] of each) expect([...ids], way).toEqual([]);

  const path = `/api/sources/${placed.sourceId}`;
  const herself = { userId: USERS.builder, personId: PEOPLE.builder.id };
  const tries = [
    await send(yard, `${path}/people`, { as: bea, method: "PUT", body: herself }),
    await send(yard, `${path}/account`, { as: bea, method: "PUT", body: { fields: { id: "x" } } }),
    await send(yard, `/api/people/${PEOPLE.employee.id}/documents?query=ferry`, { as: bea }),
    await send(yard, `/api/people/${PEOPLE.builder.id}/documents?query=ferry`, { as: bea }),
    await send(yard, `${path}/items?limit=10`, { as: bea }),
  ];
  for (const { status, body } of tries) {
    expect(status, JSON.stringify(body)).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(body)).not.toContain("ferry");
  }
  // Where somebody else's list goes on.
  const ada = people.get("employee");
  const page = await send(yard, "/api/document-list?limit=1", { as: ada });
  const next = encodeURIComponent(String(page.body["next"]));
  const on = await send(yard, `/api/document-list?limit=50&after=${next}`, { as: bea });
  expect(JSON.stringify(on.body)).not.toContain("ferry");
  for (const [way, ids] of await lookAs(looking("builder"))) expect([...ids], way).toEqual([]);
  const about = judge.crm.asked.map(({ query }) => String(query?.["q"]));
  expect(about.filter((q) => q.includes("UserRecordAccess")).join()).not.toContain(USERS.builder);
});

async function listedToAda(): Promise<number | undefined> {
  return (await findAs(looking("employee"))).get("list")?.size;
}

function few(): Placed {
  return { ...placed, known: new Map([...placed.known].slice(0, 5)) };
}

test("what it does not say is hidden, and it is found again when it says it", async () => {
  await age();
  await judge.change("unlock", rng);
  judge.crm.fail = ({ query }) => {
    if (String(query?.["q"]).includes("UserRecordAccess"))
      throw new SourceError("unavailable", "no answer of ferry");
  };
  for (const reader of LINKED) {
    const seen = await lookAs({ ...looking(reader), all: [few()] });
    for (const [way, ids] of seen) expect([...ids], `${reader} ${way}`).toEqual([]);
  }
  const as = stage.people.get("employee");
  const { body } = await send(stage.yard, "/api/documents?query=ferry", { as });
  expect(JSON.stringify(body["unanswered"])).toContain("it did not say");
  expect(JSON.stringify(body)).not.toContain("ferry");
  judge.crm.fail = () => {};
  const truth = judge.readable("employee").length;
  expect(truth).toBeGreaterThan(0);
  await expect.poll(listedToAda, { timeout: 60_000, interval: 500 }).toBe(truth);
}, 120_000);
