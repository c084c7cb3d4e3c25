// A call for which its asker has no account yet waits for them to sign in, and goes on by itself: for them
// alone, once, for an hour, and with an account of theirs.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { comeBack, linkAccount, openDesk, type Desk } from "./fixtures/desk.ts";
import { answer, cardOf, startRun } from "./loop/ask.ts";
import { makeAgent } from "./loop/yard.ts";

const NOTE = { name: "desk.note", actsAs: "caller" as const, presets: {} };

const actsSchema = z.object({
  acts: z.array(z.object({ runId: z.string(), state: z.string(), whoActs: z.string() })),
});
const listSchema = z.object({ items: z.array(z.object({ data: z.unknown() })) });

let desk: Desk;
let ada: Entered;
let bea: Entered;
let agentId = "";

beforeAll(async () => {
  desk = await openDesk({
    script: ({ turn, plan, last }) =>
      turn === 0 || (turn === 1 && plan.startsWith("twice"))
        ? { calls: [{ name: "desk.note", arguments: { text: plan } }] }
        : { text: `It says: ${last}` },
  });
  ada = await desk.yard.enter("employee");
  bea = await desk.yard.enter("builder");
  agentId = await makeAgent(desk.yard, { name: "Notes", tools: [NOTE] });
});
afterAll(() => desk.close());
beforeEach(async () => {
  await unlink();
  desk.peer.notes.length = 0;
});

const account = (): string => `/api/sources/${desk.sourceId}/account`;
const unlink = () => send(desk.yard, account(), { as: ada, method: "DELETE" });
const ask = (input: string) => startRun(desk.yard, ada, { agentId, input });
const begin = (as: Entered, id: string) =>
  send(desk.yard, `/api/approvals/${id}/consent`, { as, method: "POST", body: {} });

async function told(runId: string): Promise<string> {
  const ended = await desk.yard.ended(runId);
  const finished = ended.findLast(({ type }) => type === "run.finished");
  return JSON.stringify(finished?.bodies["answer"]);
}

async function audited(type: string): Promise<unknown[]> {
  const as = await desk.yard.enter("auditor");
  const { body } = await send(desk.yard, `/api/ledger/events?type=${type}&limit=50`, { as });
  return listSchema.parse(body).items.map(({ data }) => data);
}

test("it waits for the sign-in and goes on by itself", async () => {
  const runId = await ask("milk");
  const card = await cardOf(desk.yard, ada, runId);
  expect(card).toMatchObject({
    kind: "consent",
    consent: { sourceId: desk.sourceId, where: "Desk" },
    actsAs: { name: "Ada Park <ada.park@example.org>, with their own account in Desk" },
  });
  // A yes without an account is none.
  expect(await answer(desk.yard, ada, { card })).toBe("request.invalid");
  const begun = await begin(ada, card.id);
  await comeBack(desk, ada, { reply: begun.body, user: "ada.p" });
  expect(await told(runId)).toContain("ada.p");
  expect(desk.peer.notes).toEqual([{ user: "ada.p", text: "milk" }]);
  // The link was good once.
  expect((await begin(ada, card.id)).body).toMatchObject({ error: { code: "approval.answered" } });
});

test("nobody else can use the link, and that they came is recorded", async () => {
  const runId = await ask("eggs");
  const { id } = await cardOf(desk.yard, ada, runId);
  expect((await begin(bea, id)).body).toMatchObject({ error: { code: "resource.not_found" } });
  expect(await audited("consent.misdirected")).toContainEqual({
    by: PEOPLE.builder.id,
    approvalId: id,
    runId,
    askerId: PEOPLE.employee.id,
  });
  // Nor finish in their browser what she began in hers: it is used up, and hers counts no more.
  const begun = await begin(ada, id);
  const back = await comeBack(desk, bea, { reply: begun.body, user: "bea.h" });
  expect(back.headers.get("location")).toContain("problem=auth.invalid");
  expect(await audited("source.sign-in-misdirected")).toContainEqual(
    expect.objectContaining({ by: PEOPLE.builder.id, begunBy: PEOPLE.employee.id }),
  );
  await comeBack(desk, ada, { reply: begun.body, user: "bea.h" });
  expect(desk.peer.notes).toEqual([]);
  const again = await begin(ada, id);
  await comeBack(desk, ada, { reply: again.body, user: "ada.p" });
  await desk.yard.ended(runId);
  expect(desk.peer.notes).toEqual([{ user: "ada.p", text: "eggs" }]);
});

test("a no ends the call with words that the model can go on from", async () => {
  const runId = await ask("salt");
  const card = await cardOf(desk.yard, ada, runId);
  expect(await answer(desk.yard, ada, { card, answer: "refused" })).toBe("yes");
  expect(await told(runId)).toContain("does not want to sign in");
  expect(desk.peer.notes).toEqual([]);
});

test("an account that was linked elsewhere lets it go on as well", async () => {
  const runId = await ask("tea");
  await cardOf(desk.yard, ada, runId);
  await linkAccount(desk, ada, "ada.p");
  await desk.yard.ended(runId);
  expect(desk.peer.notes).toEqual([{ user: "ada.p", text: "tea" }]);
});

test("withdrawn while a run goes on, nothing more is done with it", async () => {
  await linkAccount(desk, ada, "ada.p");
  desk.peer.mode = "late";
  const runId = await ask("twice: rye");
  await desk.peer.asked();
  expect((await unlink()).body).toEqual({ left: [] });
  desk.peer.mode = "well";
  desk.peer.let();
  // The one under way ends as it may; the next asks first.
  const card = await cardOf(desk.yard, ada, runId);
  expect(card).toMatchObject({ kind: "consent" });
  expect(desk.peer.notes).toHaveLength(1);
  expect(desk.peer.revoked).toEqual(expect.arrayContaining(desk.peer.tokens));
  await answer(desk.yard, ada, { card, answer: "refused" });
  await desk.yard.ended(runId);
  expect(desk.peer.notes).toHaveLength(1);
});

test("a page of one's own says what was done, what may be, and with which accounts", async () => {
  await linkAccount(desk, ada, "ada.p");
  const runId = await ask("jam");
  await desk.yard.ended(runId);
  const mine = await send(desk.yard, "/api/me/acting", { as: ada });
  const words = "Ada Park, with their own account ada.p in Desk";
  expect(mine.body).toMatchObject({
    may: [{ agentName: "Notes", tools: [{ name: "desk.note", whoActs: `will act as ${words}` }] }],
    accounts: [{ sourceId: desk.sourceId, state: "good" }],
  });
  const acts = actsSchema.parse(mine.body).acts;
  expect(acts[0]).toMatchObject({ runId, state: "done", whoActs: `acted as ${words}` });
  expect(acts.map(({ state }) => state)).toContain("denied");
  const other = await send(desk.yard, "/api/me/acting", { as: bea });
  expect(actsSchema.parse(other.body).acts).toEqual([]);
});
