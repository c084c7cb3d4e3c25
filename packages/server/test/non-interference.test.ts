// What somebody may not read changes nothing for them: in two worlds that differ in that alone, the bytes
// that the model gets, the calls that it makes, their results and the answer are the same.
import {
  array,
  constantFrom,
  nat,
  oneof,
  option,
  record,
  sample,
  subarray,
  tuple,
  type Arbitrary,
} from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AccessExpression } from "../src/access/class.ts";
import { internClass } from "../src/access/intern.ts";
import { mayRead } from "../src/access/readable.ts";
import { PEOPLE, type Entered } from "../src/http/edge.fixture.ts";
import type { DocumentInput } from "../src/knowledge/document.ts";
import { upsertDocument } from "../src/knowledge/queries.ts";
import { sha256 } from "../src/lib/json.ts";
import { assert, ok } from "../src/lib/result.ts";
import { withTx } from "../src/store/tx.ts";
import { startRun } from "./loop/ask.ts";
import type { Turn } from "./loop/model.ts";
import { addMember, deleteDocuments } from "./loop/queries.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";
import { deep, progress } from "./deep.ts";

const READERS = ["employee", "approver", "builder", "administrator"] as const;
type Reader = (typeof READERS)[number];
const WORDS = "merger salary ward insulin budget tender audit lease pension recall".split(" ");
const DOCUMENTS = 10;
const NOBODY: AccessExpression = { person: "usr_nobody" };
const PAIRS = deep ? 10_000 : 200;
const TURNS = 4;

let yard: Yard;
let agentId: string;
const entered = new Map<Reader, Entered>();

/** What it does next follows from every byte that it was sent. */
function next({ turn, asked }: { turn: number; asked: string }): Turn {
  if (turn >= TURNS) return { text: `Answer ${sha256(asked)} [1]` };
  const bytes = Buffer.from(sha256(`${turn} ${asked}`), "hex");
  const at = (i: number): number => bytes[i] ?? 0;
  const word = (i: number): string => WORDS[at(i) % WORDS.length] ?? "";
  const documentId = `doc_${at(1) % (DOCUMENTS + 3)}`;
  const calls = [
    { name: "documents.search", arguments: { query: `${word(2)} ${word(3)}` } },
    { name: "documents.search", arguments: { query: word(4) } },
    { name: "documents.open", arguments: { documentId } },
    { name: "documents.list", arguments: {} },
  ];
  return { calls: [calls[at(0) % calls.length] ?? { name: "", arguments: {} }] };
}

beforeAll(async () => {
  yard = await openYard({
    script: ({ turn, body }) => next({ turn, asked: JSON.stringify(body) }),
  });
  agentId = await makeAgent(yard, { name: "Reader" });
  for (const reader of READERS) {
    const personId = PEOPLE[reader].id;
    if (reader !== "employee") await addMember(yard.ctx, { groupId: "grp_support", personId });
    entered.set(reader, await yard.enter(reader));
  }
});
afterAll(() => yard.close());

const leaf: Arbitrary<AccessExpression> = constantFrom<AccessExpression>(
  "everyone",
  { group: "grp_support" },
  { group: "grp_finance" },
  ...READERS.map((reader) => ({ person: PEOPLE[reader].id })),
);
const rule: Arbitrary<AccessExpression> = oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 2, arbitrary: array(leaf, { minLength: 1, maxLength: 3 }).map((any) => ({ any })) },
  tuple(leaf, leaf).map(([one, other]) => ({ all: [one, { not: other }] })),
);
const content = record({
  title: array(constantFrom(...WORDS), { minLength: 1, maxLength: 3 }),
  text: array(constantFrom(...WORDS), { minLength: 1, maxLength: 40 }),
  revision: nat(9),
  path: constantFrom("/a", "/b", "/a/c"),
  classes: subarray(["phi", "pii"]),
});
type Content = typeof content extends Arbitrary<infer C> ? C : never;
const world = record({
  documents: array(record({ rule, content }), { minLength: DOCUMENTS, maxLength: DOCUMENTS }),
  /** What becomes of what the people looked at may not read: gone, or another. */
  others: array(option(content, { freq: 3 }), { minLength: DOCUMENTS, maxLength: DOCUMENTS }),
  added: array(content, { maxLength: 3 }),
  people: subarray([...READERS], { minLength: 1, maxLength: 3 }),
});

async function classOf(expression: AccessExpression): Promise<string> {
  const made = await withTx(yard.ctx.db, (tx) => internClass(yard.ctx, tx, expression));
  assert(made.ok, "a class is made");
  return made.value;
}

function document(id: number, classId: string, given: Content): DocumentInput {
  const { title, text, revision, path, classes } = given;
  return {
    id: `doc_${id}`,
    title: title.join(" "),
    path: `${path}/${id}`,
    text: text.join(" "),
    classes,
    classId,
    revision: String(revision),
    trust: "colleague",
    updatedAt: new Date(revision * 86_400_000),
  };
}

async function put(documents: readonly DocumentInput[]): Promise<void> {
  await withTx(yard.ctx.db, async (tx) => {
    for (const each of documents) await upsertDocument(tx, yard.ctx.orgId, each);
    return ok();
  });
}

/** All that one of them gets and does, without what names the run itself. */
async function played(reader: Reader, input: string): Promise<string> {
  const as = entered.get(reader);
  assert(as, "somebody of the yard");
  const before = yard.model.asked.length;
  const runId = await startRun(yard, as, { agentId, input });
  const events = await yard.ended(runId);
  // Others' runs go on beside it.
  const asked = yard.model.asked.slice(before).filter((body) => body.includes(input));
  expect(asked).toHaveLength(TURNS + 1);
  const told = events.flatMap(({ type, data, bodies }): object[] => {
    if (type === "call.finished") return [{ data: { ...data, durationMs: 0 }, bodies }];
    if (type === "call.decided") return [{ data: { ...data, digest: "" }, bodies }];
    return type === "model.answered" || type === "run.finished" ? [{ bodies }] : [];
  });
  return JSON.stringify({ asked, told }, null, 1).replaceAll(runId, "run");
}

test(`in ${PAIRS} pairs of worlds`, { timeout: deep ? 7_200_000 : 300_000 }, async () => {
  let pairs = 0;
  let hidden = 0;
  while (pairs < PAIRS) {
    yard.model.asked.length = 0;
    const [given] = sample(world, 1);
    assert(given, "a world");
    await deleteDocuments(yard.ctx);
    const first = await Promise.all(
      given.documents.map(async (each, id) => document(id, await classOf(each.rule), each.content)),
    );
    await put(first);
    const ids = given.people.map((reader) => PEOPLE[reader].id);
    const readable = await Promise.all(
      first.map(async ({ classId }) => {
        const each = await Promise.all(ids.map((id) => mayRead(yard.ctx, id, [classId])));
        return each.some(Boolean);
      }),
    );
    const inputs = given.people.map((reader) => ({
      reader,
      input: `World ${pairs} of ${reader}.`,
    }));
    const before = await Promise.all(inputs.map(({ reader, input }) => played(reader, input)));
    const gone: string[] = [];
    const second: DocumentInput[] = [];
    const nobody = await classOf(NOBODY);
    for (const [id, other] of given.others.entries())
      if (readable[id] === true) continue;
      else if (other === null) gone.push(`doc_${id}`);
      else second.push(document(id, first[id]?.classId ?? nobody, other));
    for (const [i, added] of given.added.entries())
      second.push(document(DOCUMENTS + i, nobody, added));
    hidden += gone.length + second.length;
    await deleteDocuments(yard.ctx, gone);
    await put(second);
    const after = await Promise.all(inputs.map(({ reader, input }) => played(reader, input)));
    expect(after, JSON.stringify(given)).toEqual(before);
    for (const _ of inputs) progress(++pairs, PAIRS);
  }
  expect(hidden).toBeGreaterThan(PAIRS);
});

test("a difference in what somebody may read is seen", async () => {
  await deleteDocuments(yard.ctx);
  const open = await classOf({ person: PEOPLE.employee.id });
  const given: Content = { title: WORDS, text: WORDS, revision: 1, path: "/a", classes: [] };
  await put(Array.from({ length: DOCUMENTS }, (_, id) => document(id, open, given)));
  const before = await played("employee", "the same");
  await put(
    Array.from({ length: DOCUMENTS }, (_, id) => document(id, open, { ...given, text: ["lease"] })),
  );
  expect(await played("employee", "the same")).not.toBe(before);
});
