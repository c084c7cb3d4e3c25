// A research over hundreds of documents: what is read, by whom, in which contexts, and what is said of the
// rest; broken off, cancelled, bounded, and with rights that go while it works.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Coverage, RunEvent } from "@stead/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AccessExpression } from "../src/access/class.ts";
import { internClasses } from "../src/access/intern.ts";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { upsertDocument } from "../src/knowledge/queries.ts";
import { coverageIn } from "../src/runs/body.ts";
import { openSubRunsOf } from "../src/runs/queries.ts";
import { assert } from "../src/lib/result.ts";
import { withTx } from "../src/store/tx.ts";
import { freshDatabase } from "./database.ts";
import { startRun } from "./loop/ask.ts";
import { startModel, type Turn } from "./loop/model.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const OPEN = 120;
const CLOSED = 30;
let yard: Yard;
let agentId: string;
let ada: Entered;
let open = "";
let closed = "";
/** What the model of a sub-run says instead, by the question. */
const instead = new Map<string, (turn: number, results: readonly string[]) => Turn | undefined>();

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;
const only = <T extends RunEvent["type"]>(events: readonly RunEvent[], type: T): Of<T>[] =>
  events.filter((event): event is Of<T> => event.type === type);

/** Ward n of a text, quoted with the number that its document has there. */
const wardsIn = (text: string): string[] =>
  [...text.matchAll(/\[(\d+)\] Ward (\d+) [^[]*?beds: (\d+)/gs)].map(
    ([, number, ward, beds]) => `Ward ${ward} has ${beds} beds [${number}].`,
  );

/** Every tenth is longer than what a model is shown at once. */
async function putWards(
  { ctx }: Yard,
  { from, to, classId }: { from: number; to: number; classId: string },
): Promise<void> {
  for (let i = from; i <= to; i++)
    await upsertDocument(ctx.db, ctx.orgId, {
      id: `doc_ward_${i}`,
      title: `Ward ${i}`,
      path: `wards/${String(i).padStart(3, "0")}.md`,
      text: `${"Nothing of note. ".repeat(i % 10 === 0 ? 1500 : 20)}\nbeds: ${i}`,
      classes: [],
      classId,
      revision: "1",
      trust: "colleague",
      updatedAt: new Date(0),
    });
}

async function classesOf({ ctx }: Yard, expressions: AccessExpression[]): Promise<string[]> {
  let ids: string[] = [];
  await withTx(ctx.db, async (tx) => {
    const made = await internClasses(ctx, tx, expressions);
    if (made.ok) ids = made.value;
    return made;
  });
  return ids;
}

beforeAll(async () => {
  yard = await openYard({
    script: ({ plan, turn, last, body }) => {
      const question = /Question: (\S+)/.exec(plan)?.[1];
      if (question !== undefined) {
        const results = body.messages.flatMap(({ role, content }) =>
          role === "tool" ? [content ?? ""] : [],
        );
        const other = instead.get(question)?.(turn, results);
        return other ?? { text: wardsIn(results.join("\n")).join("\n") };
      }
      const [what = "", question_ = "", max = "400"] = plan.split(" ");
      if (what === "research" && turn === 0)
        return {
          calls: [
            {
              name: "documents.research",
              arguments: { question: question_, folder: "wards/", documentsMax: Number(max) },
            },
          ],
        };
      return { text: last };
    },
  });
  agentId = await makeAgent(yard, { name: "Researcher" });
  ada = await yard.enter("employee");
  [open = "", closed = ""] = await classesOf(yard, [
    { group: "grp_support" },
    { person: PEOPLE.administrator.id },
  ]);
  await putWards(yard, { from: 1, to: OPEN, classId: open });
  await putWards(yard, { from: OPEN + 1, to: OPEN + CLOSED, classId: closed });
});
afterAll(() => yard.close());

interface Finished {
  readonly events: RunEvent[];
  readonly text: string;
  readonly coverage: Coverage;
}

async function research(plan: string): Promise<Finished> {
  const runId = await startRun(yard, ada, { agentId, input: plan });
  const events = await yard.ended(runId, 120_000);
  const result = only(events, "call.finished")[0];
  const [coverage] = coverageIn(result?.bodies["coverage"]);
  assert(coverage, "there is a coverage");
  return { events, text: String(result?.bodies["result"]), coverage };
}

test("all that the person may read is read, whole, and nothing else is named", async () => {
  const { events, text, coverage } = await research("research all");
  expect(coverage).toEqual({
    question: "all",
    inScope: OPEN,
    more: false,
    read: OPEN,
    skipped: [],
    unanswered: [],
  });
  for (let i = 1; i <= OPEN; i++) expect(text).toContain(`Ward ${i} has ${i} beds [`);
  for (let i = OPEN + 1; i <= OPEN + CLOSED; i++) expect(text).not.toContain(`Ward ${i} `);
  const ends = only(events, "sub-run.ended");
  expect(ends.length).toBeGreaterThan(10);
  expect(ends.map(({ data }) => data.done)).toEqual(ends.map((_, i) => i + 1));
  expect(new Set(ends.map(({ data }) => data.total))).toEqual(new Set([ends.length]));
});

test("what is left out is named with its reason, and the most likely is read first", async () => {
  const { coverage, text } = await research("research Ward 7");
  expect(coverage).toMatchObject({ inScope: OPEN, read: 7 });
  expect(coverage.skipped).toHaveLength(1);
  expect(coverage.skipped[0]?.why).toContain("Beyond");
  expect(coverage.skipped[0]?.documents).toHaveLength(OPEN - 7);
  expect(text).toContain(`Not read: ${OPEN - 7}. Beyond`);
});

test("a sub-run that fails costs its own documents, by name", async () => {
  instead.set("fails", (_, results) =>
    results.some((text) => text.includes("Ward 5 ")) ? { status: 400 } : undefined,
  );
  const { coverage, events } = await research("research fails");
  const failed = only(events, "sub-run.ended").filter(({ data }) => data.status === "failed");
  expect(failed).toHaveLength(1);
  const [left] = coverage.skipped;
  expect(left?.documents.map(({ title }) => title)).toContain("Ward 5");
  expect(coverage.read).toBe(OPEN - (left?.documents.length ?? 0));
});

test("a sub-run has the tools that it was given and no other, and asks nobody", async () => {
  instead.set("acts", (turn) =>
    turn === 1 ? { calls: [{ name: "effect.write", arguments: { n: 1 } }] } : undefined,
  );
  const { events, coverage } = await research("research acts 5");
  const [end] = only(events, "sub-run.ended");
  const own = await yard.events(end?.data.runId ?? "");
  expect(only(own, "call.rejected").map(({ data }) => data.failure.code)).toEqual(["tool.unknown"]);
  expect(coverage.read).toBe(5);
  expect(yard.world.attempts).toEqual([]);
});

test("sub-runs are in no list and in no thread, and can be opened by whoever may see their run", async () => {
  const { events } = await research("research lists 5");
  const [end] = only(events, "sub-run.ended");
  const id = end?.data.runId ?? "";
  const listed = await send(yard, "/api/runs?limit=100", { as: ada });
  expect(JSON.stringify(listed.body)).not.toContain(id);
  const [started] = only(events, "run.started");
  const thread = await send(yard, `/api/threads/${started?.data.threadId}`, { as: ada });
  expect(JSON.stringify(thread.body)).not.toContain(id);
  expect((await send(yard, `/api/runs/${id}/trace`, { as: ada })).status).toBe(200);
  const other = await yard.enter("builder");
  expect((await send(yard, `/api/runs/${id}/trace`, { as: other })).status).toBe(404);
});

test("a cancel ends the run and every sub-run of it", async () => {
  instead.set("slow", () => ({ text: "NOTHING", delayMs: 60_000 }));
  const runId = await startRun(yard, ada, { agentId, input: "research slow" });
  await yard.until(runId, (events) => only(events, "call.started").length > 0);
  const begun = await untilBegun(runId);
  const cancelled = await send(yard, `/api/runs/${runId}/cancel`, { as: ada, method: "POST" });
  expect(cancelled.status).toBe(200);
  const events = await yard.ended(runId);
  expect(only(events, "run.finished")[0]?.data.status).toBe("cancelled");
  for (const id of begun)
    expect(only(await yard.ended(id), "run.finished")[0]?.data.status).toBe("cancelled");
});

test("a right that goes while it works: what was not opened by then is not read", async () => {
  let gone: Promise<void> | undefined;
  instead.set("loses", () => {
    gone ??= putWards(yard, { from: 100, to: OPEN, classId: closed });
    return { text: "NOTHING", delayMs: 500 };
  });
  const { coverage } = await research("research loses");
  await gone;
  expect(coverage.inScope).toBe(OPEN);
  const [left, ...others] = coverage.skipped;
  expect(others).toEqual([]);
  expect(left?.why).toContain("you may not read it");
  expect(left?.documents.map(({ documentId }) => documentId)).toContain(`doc_ward_${OPEN}`);
  expect(coverage.read).toBe(OPEN - (left?.documents.length ?? 0));
});

test("a worker that goes in the middle: the next goes on with the same sub-runs", async () => {
  const database = await freshDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), "stead-research-"));
  let slow = true;
  let asked = 0;
  const model = await startModel(({ plan, turn, last }) => {
    if (!plan.startsWith("The documents"))
      return turn === 0
        ? { calls: [{ name: "documents.research", arguments: { question: "again" } }] }
        : { text: last };
    asked++;
    return { text: "NOTHING", ...(slow && asked > 4 ? { delayMs: 60_000 } : {}) };
  });
  const options = {
    script: () => ({}),
    connection: database.connection,
    dataDir,
    provider: { baseUrl: `http://${model.host}` },
    alsoPrivate: [model.host],
  };
  const first = await openYard(options);
  const [readers = ""] = await classesOf(first, [{ group: "grp_support" }]);
  await putWards(first, { from: 1, to: OPEN, classId: readers });
  const again = await makeAgent(first, { name: "Again" });
  const asker = await first.enter("employee");
  const runId = await startRun(first, asker, { agentId: again, input: "go" });
  const early = await first.until(runId, (found) => only(found, "sub-run.ended").length >= 3);
  await first.close();
  slow = false;
  const second = await openYard({ ...options, fill: false });
  try {
    const events = await second.ended(runId, 60_000);
    const ids = only(events, "sub-run.ended").map(({ data }) => data.runId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { data } of only(early, "sub-run.ended")) {
      expect(ids).toContain(data.runId);
      expect(only(await second.events(data.runId), "model.answered")).toHaveLength(1);
    }
    expect(only(events, "run.finished")[0]?.data.status).toBe("answered");
  } finally {
    await second.close();
    await model.close();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

async function untilBegun(runId: string): Promise<string[]> {
  for (let look = 0; look < 1000; look++) {
    const { db, orgId, clock } = yard.ctx;
    const ids = await openSubRunsOf(db, orgId, runId);
    if (ids.length > 0) return ids;
    await clock.sleep(10);
  }
  throw new Error("no sub-run has begun");
}
