// What happens between a yes and the act: policy becomes stricter or looser, approvers leave, several are
// asked. Runs are driven by hand, so that there is a between.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunEvent } from "@stead/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { asJsonObject } from "../src/lib/json.ts";
import { assert } from "../src/lib/result.ts";
import { drive } from "../src/runs/drive.ts";
import { answer, cardOf, cardsOf, startRun, type Card } from "./loop/ask.ts";
import { addMember, removeMember, setActive } from "./loop/queries.ts";
import { script } from "./loop/scripts.ts";
import { POLICIES } from "./loop/wiring.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const never = new AbortController().signal;
const finance = (persona: "approver" | "builder") => ({
  groupId: "grp_finance",
  personId: PEOPLE[persona].id,
});
const policiesDir = mkdtempSync(join(tmpdir(), "stead-policies-"));
const file = join(policiesDir, "loop.cedar");
const original = readFileSync(join(POLICIES, "loop.cedar"), "utf8");
let yard: Yard;
let agentId: string;
let ada: Entered;
let finn: Entered;
let bea: Entered;

beforeAll(async () => {
  cpSync(POLICIES, policiesDir, { recursive: true });
  yard = await openYard({ script, role: "api", policyDirs: [policiesDir] });
  agentId = await makeAgent(yard, { name: "Payer" });
  // A second person in Finance.
  await addMember(yard.ctx, finance("builder"));
  [ada, finn, bea] = await Promise.all([
    yard.enter("employee"),
    yard.enter("approver"),
    yard.enter("builder"),
  ]);
});
afterAll(async () => {
  await yard.close();
  rmSync(policiesDir, { recursive: true });
});
beforeEach(() => yard.world.keyed.clear());
afterEach(() => withPolicies(original));

async function withPolicies(text: string): Promise<void> {
  writeFileSync(file, text);
  const read = await yard.stead.policies.reload();
  assert(read.ok, read.ok ? "" : read.failure.detail);
}

/** As far as it goes without anybody's answer. */
async function driven(runId: string): Promise<RunEvent[]> {
  const done = await drive(yard.stead.runs, runId, never);
  assert(done.ok, done.ok ? "" : done.failure.detail);
  return yard.events(runId);
}

async function waiting(as = ada, inbox = finn): Promise<{ runId: string; card: Card }> {
  const runId = await startRun(yard, as, { agentId, input: "pay" });
  await driven(runId);
  return { runId, card: await cardOf(yard, inbox, runId) };
}

function payments(): object[] {
  const all = [...yard.world.keyed.values()].map(({ args }) => asJsonObject(args));
  return all.filter((args) => "amountCents" in args);
}

function told(events: readonly RunEvent[]) {
  const of = events.filter((event) => "tool" in event.data && event.data.tool === "payment.make");
  const started = of.flatMap((event) => (event.type === "call.started" ? [event.data] : []));
  return {
    decided: of.flatMap((event) =>
      event.type === "call.decided" ? [event.data.decision.kind] : [],
    ),
    asked: of.filter(({ type }) => type === "approval.requested").length,
    startedUnder: started.map(({ approvalId }) => approvalId),
    ended: events.some(({ type }) => type === "run.finished"),
  };
}

const ASKS = `@id("loop.payments")
@reason("Payments need a yes from Finance")
@approvers("group:Finance")
@expires("4h")
@contact("the Finance desk")
forbid (principal, action == Action::"unapproved:payment.make", resource);
`;

test("the rule that these tests change is the yard's", () => {
  expect(original).toContain(ASKS);
});

describe("policy after the yes and before the act", () => {
  test("forbids it: denied, not done, and the run goes on", async () => {
    const { runId, card } = await waiting();
    expect(await answer(yard, finn, { card })).toBe("yes");
    await withPolicies(
      `${original}\n@id("loop.none")\n@reason("No payments any more")\n` +
        `forbid (principal, action in Action::"call:payment.make", resource);`,
    );
    const events = await driven(runId);
    expect(told(events)).toEqual({
      decided: ["ask", "deny"],
      asked: 1,
      startedUnder: [],
      ended: true,
    });
    expect(payments()).toEqual([]);
  });

  test("asks others as well: asked anew, and the old yes alone does nothing", async () => {
    const { runId, card } = await waiting();
    expect(await answer(yard, finn, { card })).toBe("yes");
    await withPolicies(
      `${original}\n@id("loop.counted")\n@reason("The auditors count along")\n@approvers("role:builder")\n` +
        `forbid (principal, action == Action::"unapproved:payment.make", resource);`,
    );
    expect(told(await driven(runId))).toEqual({
      decided: ["ask", "ask"],
      asked: 2,
      startedUnder: [],
      ended: false,
    });
    expect(payments()).toEqual([]);
    const again = await cardOf(yard, finn, runId);
    expect(again.id).not.toBe(card.id);
    expect(await answer(yard, finn, { card: again })).toBe("yes");
    expect(told(await driven(runId)).startedUnder).toEqual([]);
    expect(await answer(yard, bea, { card: again })).toBe("yes");
    expect(told(await driven(runId)).startedUnder).toEqual([again.id]);
    expect(payments()).toHaveLength(1);
  });

  test("no longer asks: done once, under the yes that was given", async () => {
    const { runId, card } = await waiting();
    expect(await answer(yard, finn, { card })).toBe("yes");
    await withPolicies(
      `${original.replace(ASKS, "")}\n@id("loop.free")\n@reason("Payments are free now")\n` +
        `permit (principal, action == Action::"unapproved:payment.make", resource);`,
    );
    expect(told(await driven(runId))).toMatchObject({ startedUnder: [card.id], ended: true });
    expect(payments()).toHaveLength(1);
    await driven(runId);
    expect(await answer(yard, finn, { card })).toBe("run.finished");
    expect(payments()).toHaveLength(1);
  });

  test("is one with an error: what stands stays, and the yes holds", async () => {
    const { runId, card } = await waiting();
    expect(await answer(yard, finn, { card })).toBe("yes");
    writeFileSync(file, `${original}\nforbid (principal, action`);
    const read = await yard.stead.policies.reload();
    expect(read).toMatchObject({ ok: false, failure: { code: "policy.invalid" } });
    expect(read.ok ? "" : read.failure.detail).toMatch(/^loop\.cedar:\d+: /);
    expect(told(await driven(runId)).startedUnder).toEqual([card.id]);
    expect(payments()).toHaveLength(1);
  });
});

describe("an approver who leaves the group", () => {
  afterEach(() => addMember(yard.ctx, finance("approver")));

  test("before the answer has none to give", async () => {
    const { runId, card } = await waiting();
    await removeMember(yard.ctx.db, finance("approver"));
    expect(await answer(yard, finn, { card })).toBe("resource.not_found");
    expect(told(await driven(runId))).toMatchObject({ startedUnder: [], ended: false });
    expect(await answer(yard, bea, { card })).toBe("yes");
    expect(told(await driven(runId)).startedUnder).toEqual([card.id]);
  });

  test("after the yes and before the act: it no longer counts, and others are asked", async () => {
    const { runId, card } = await waiting();
    expect(await answer(yard, finn, { card })).toBe("yes");
    await removeMember(yard.ctx.db, finance("approver"));
    expect(told(await driven(runId))).toMatchObject({ asked: 2, startedUnder: [], ended: false });
    expect(payments()).toEqual([]);
    const again = await cardOf(yard, bea, runId);
    expect(await answer(yard, bea, { card: again })).toBe("yes");
    expect(told(await driven(runId)).startedUnder).toEqual([again.id]);
    expect(payments()).toHaveLength(1);
  });
});

test("an approver who has left altogether: the yes no longer counts", async () => {
  const { runId, card } = await waiting();
  expect(await answer(yard, finn, { card })).toBe("yes");
  await setActive(yard.ctx.db, PEOPLE.approver.id, false);
  const events = await driven(runId);
  await setActive(yard.ctx.db, PEOPLE.approver.id, true);
  expect(told(events)).toMatchObject({ asked: 2, startedUnder: [] });
  expect(payments()).toEqual([]);
});

test("an approver who asked can't answer, an equal can", async () => {
  const body = { usableBy: ["grp_support", "grp_finance"] };
  const shared = await send(yard, `/api/agents/${agentId}/usable-by`, {
    as: bea,
    method: "PUT",
    body,
  });
  expect(shared.status, JSON.stringify(shared.body)).toBe(200);
  const { runId, card } = await waiting(finn, bea);
  expect(await answer(yard, finn, { card })).toBe("approval.own");
  const [own] = await cardsOf(yard, finn, runId);
  expect(own?.blockedBecause).toMatch(/somebody else/);
  expect(told(await driven(runId)).startedUnder).toEqual([]);
  expect(await answer(yard, bea, { card })).toBe("yes");
  expect(told(await driven(runId)).startedUnder).toEqual([card.id]);
});

describe("a quorum of two", () => {
  beforeEach(() =>
    withPolicies(original.replace('@expires("4h")', '@quorum("2")\n@expires("4h")')),
  );

  test("is two people, never one of them twice", async () => {
    const { runId, card } = await waiting();
    expect(await answer(yard, finn, { card })).toBe("yes");
    expect(told(await driven(runId))).toMatchObject({ startedUnder: [], ended: false });
    expect(await answer(yard, finn, { card })).toBe("approval.answered");
    expect(told(await driven(runId)).startedUnder).toEqual([]);
    expect((await cardOf(yard, bea, runId)).state).toBe("requested");
    expect(await answer(yard, bea, { card })).toBe("yes");
    expect(told(await driven(runId)).startedUnder).toEqual([card.id]);
    expect(payments()).toHaveLength(1);
  });

  test("is not met by a yes to other arguments", async () => {
    const { runId, card } = await waiting();
    expect(await answer(yard, finn, { card })).toBe("yes");
    const edit = { amountCents: 300, to: "Acme" };
    expect(await answer(yard, bea, { card, arguments: edit })).toBe("yes");
    expect(told(await driven(runId)).startedUnder).toEqual([]);
    const changed = await cardOf(yard, finn, runId);
    expect(changed.arguments).toEqual(edit);
    expect(await answer(yard, finn, { card: changed })).toBe("yes");
    expect(told(await driven(runId)).startedUnder).toEqual([card.id]);
    expect(payments()).toEqual([edit]);
  });

  test("is refused by one", async () => {
    const { runId, card } = await waiting();
    expect(await answer(yard, finn, { card })).toBe("yes");
    expect(await answer(yard, bea, { card, answer: "refused" })).toBe("yes");
    expect(told(await driven(runId))).toMatchObject({ startedUnder: [], ended: true });
    expect(payments()).toEqual([]);
  });

  test("that was one when the first answered: the second is asked too", async () => {
    await withPolicies(original);
    const { runId, card } = await waiting();
    expect(await answer(yard, finn, { card })).toBe("yes");
    await withPolicies(original.replace('@expires("4h")', '@quorum("2")\n@expires("4h")'));
    expect(told(await driven(runId))).toMatchObject({ asked: 2, startedUnder: [], ended: false });
  });
});
