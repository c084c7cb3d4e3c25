// The right to read a document goes in the middle of a run that has read it: neither the next model call nor
// a call made from it sees or carries anything of it, and the answer is shut.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { RunEvent } from "@stead/protocol";
import { internClass } from "../src/access/intern.ts";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { upsertDocument } from "../src/knowledge/queries.ts";
import { assert, ok } from "../src/lib/result.ts";
import { withTx } from "../src/store/tx.ts";
import { answer, cardOf, startRun } from "./loop/ask.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const SECRET = "Bed 4 needs rest";
let yard: Yard;
let ada: Entered;
let agentId: string;
let shut = "";
let open = "";
/** Called while the model of a plan writes its answer to this turn. */
let meanwhile: (turn: number) => void = () => {};

async function put(classId: string): Promise<void> {
  await upsertDocument(yard.ctx.db, yard.ctx.orgId, {
    id: "doc_ward",
    title: "Ward notes",
    path: "/ward",
    text: SECRET,
    classes: [],
    classId,
    revision: "1",
    trust: "colleague",
    updatedAt: new Date(0),
  });
}

beforeAll(async () => {
  yard = await openYard({
    script: ({ turn, last }) => {
      meanwhile(turn);
      const pay = { name: "payment.make", arguments: { amountCents: 500, to: "acct" } };
      const read = { name: "documents.open", arguments: { documentId: "doc_ward" } };
      if (turn === 0) return { calls: [read] };
      if (turn === 1) return { calls: [pay], delayMs: 300 };
      return { text: `I know: ${last}` };
    },
  });
  agentId = await makeAgent(yard, { name: "Reader" });
  ada = await yard.enter("employee");
  await withTx(yard.ctx.db, async (tx) => {
    const made = await internClass(yard.ctx, tx, { person: PEOPLE.employee.id });
    const none = await internClass(yard.ctx, tx, { person: PEOPLE.administrator.id });
    assert(made.ok && none.ok, "the classes are made");
    [open, shut] = [made.value, none.value];
    return ok();
  });
});
afterAll(() => yard.close());
beforeEach(async () => {
  meanwhile = () => {};
  yard.world.attempts.length = 0;
  await put(open);
});

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;
const only = <T extends RunEvent["type"]>(events: readonly RunEvent[], type: T): Of<T>[] =>
  events.filter((event): event is Of<T> => event.type === type);

/** What the model was asked last in this test. */
const lastAsked = (): string => yard.model.asked.at(-1) ?? "";

test("unless it goes, the model sees it at every step", async () => {
  const runId = await startRun(yard, ada, { agentId, input: "as it is" });
  const events = await yard.until(runId, (found) => only(found, "approval.requested").length > 0);
  expect(only(events, "context.compacted")).toEqual([]);
  expect(yard.model.asked.at(-1)).toContain(SECRET);
});

test("the next model call sees nothing of it, nor of what was written of it", async () => {
  // The call is asked about; while nobody answers, the document goes to another class.
  const runId = await startRun(yard, ada, { agentId, input: "then a model" });
  await yard.until(runId, (found) => only(found, "approval.requested").length > 0);
  await put(shut);
  const card = await cardOf(yard, await yard.enter("approver"), runId);
  expect(await answer(yard, await yard.enter("approver"), { card, answer: "refused" })).toBe("yes");
  const events = await yard.ended(runId);
  expect(lastAsked()).not.toContain(SECRET);
  expect(lastAsked()).toContain("Withheld: the person may no longer read this");
  const [withheld] = only(events, "context.compacted");
  expect(withheld?.data.how).toBe("withheld");
  expect(withheld?.data.replaced).toContain("result:call_1_1");
  const shown = await send(yard, `/api/runs/${runId}/trace`, { as: ada });
  expect(JSON.stringify(shown.body)).not.toContain(SECRET);
});

test("a call that was made from it is not done, also when somebody says yes to it", async () => {
  const runId = await startRun(yard, ada, { agentId, input: "then a yes" });
  await yard.until(runId, (found) => only(found, "approval.requested").length > 0);
  const approver = await yard.enter("approver");
  const card = await cardOf(yard, approver, runId);
  await put(shut);
  expect(await answer(yard, approver, { card })).toBe("yes");
  const events = await yard.ended(runId);
  expect(yard.world.attempts).toEqual([]);
  const [, done] = only(events, "call.finished");
  expect(done?.data).toMatchObject({ status: "denied", failure: { code: "policy.denied" } });
});

test("a call that is proposed after it went is not even decided", async () => {
  let gone: Promise<void> | undefined;
  meanwhile = (turn) => {
    if (turn === 1) gone ??= put(shut);
  };
  const runId = await startRun(yard, ada, { agentId, input: "while it writes" });
  const events = await yard.ended(runId);
  await gone;
  expect(only(events, "approval.requested")).toEqual([]);
  expect(only(events, "call.rejected").map(({ data }) => data.failure.code)).toEqual([
    "policy.denied",
  ]);
  expect(lastAsked()).not.toContain(SECRET);
});

test("an answer made of it is shut once the document goes to another class, or away", async () => {
  const runId = await startRun(yard, ada, { agentId, input: "answers" });
  await yard.until(runId, (found) => only(found, "approval.requested").length > 0);
  const approver = await yard.enter("approver");
  const card = await cardOf(yard, approver, runId);
  expect(await answer(yard, approver, { card })).toBe("yes");
  const events = await yard.ended(runId);
  const [started] = only(events, "run.started");
  const path = `/api/threads/${started?.data.threadId}`;
  const before = await send(yard, path, { as: ada });
  expect(JSON.stringify(before.body)).toContain("I know");
  await put(shut);
  const after = await send(yard, path, { as: ada });
  expect(JSON.stringify(after.body)).not.toContain("I know");
});
