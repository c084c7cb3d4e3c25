// An agent that is taken back from a person does nothing more for them, also in a run that is going: not
// after a yes that was given before, and not as the next call.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { PEOPLE, send, type Entered } from "../../src/http/edge.fixture.ts";
import { answer, cardOf, startRun } from "../loop/ask.ts";
import { addMember, removeMember } from "../loop/queries.ts";
import { makeAgent, openYard, type Yard } from "../loop/yard.ts";

const support = { groupId: "grp_support", personId: PEOPLE.employee.id };
let yard: Yard;
let ada: Entered;
let agentId: string;

beforeAll(async () => {
  yard = await openYard({
    script: ({ plan, turn }) => {
      const pay = { name: "payment.make", arguments: { amountCents: 900, to: "Acme" } };
      if (plan === "pay") return turn === 0 ? { calls: [pay] } : { text: "Done." };
      const calls = [{ name: "effect.write", arguments: { n: turn } }];
      return turn < 2 ? { calls } : { text: "Done." };
    },
  });
  ada = await yard.enter("employee");
});
afterAll(() => yard.close());
beforeEach(async () => {
  agentId = await makeAgent(yard, { name: yard.ctx.ids.next("name") });
  yard.world.attempts.length = 0;
  yard.world.before = async () => undefined;
  await removeMember(yard.ctx.db, support);
  await addMember(yard.ctx, support);
});

async function unshare(): Promise<void> {
  const amy = await yard.enter("administrator");
  const done = await send(yard, `/api/agents/${agentId}/usable-by`, {
    as: amy,
    method: "PUT",
    body: { usableBy: [] },
  });
  expect(done.status).toBe(200);
}

const WAYS = {
  "the agent is shared with nobody any more": unshare,
  "the person has left the group it is shared with": () => removeMember(yard.ctx.db, support),
};

test.each(Object.entries(WAYS))("when %s, a yes comes too late", async (_what, takeBack) => {
  const runId = await startRun(yard, ada, { agentId, input: "pay" });
  const finn = await yard.enter("approver");
  const card = await cardOf(yard, finn, runId);
  await takeBack();
  await answer(yard, finn, { card });
  const events = await yard.ended(runId);
  expect(events.map(({ type }) => type)).not.toContain("call.started");
  expect(yard.world.attempts).toEqual([]);
});

test.each(Object.entries(WAYS))("when %s, the next call is denied", async (_what, takeBack) => {
  yard.world.before = async ({ args }) => {
    if (JSON.stringify(args) === `{"n":0}`) await takeBack();
  };
  const runId = await startRun(yard, ada, { agentId, input: "write" });
  const events = await yard.ended(runId);
  const kinds = events.flatMap((event) =>
    event.type === "call.decided" ? [event.data.decision.kind] : [],
  );
  expect(kinds).toEqual(["permit", "deny"]);
  expect(yard.world.attempts).toHaveLength(1);
});
