// Every prefix of a recorded log resumes to the same end: the same answer, the same keyed effects, each
// once; a prefix that ends in a keyless start resumes to the question.
import type { NewRunEvent, RunEvent } from "@stead/protocol";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { usableVersion } from "../src/agents/version.ts";
import { principalOf } from "../src/identity/principal.ts";
import { assert } from "../src/lib/result.ts";
import { PEOPLE } from "../src/http/edge.fixture.ts";
import { answerApproval, type AnswerInput } from "../src/runs/approve.ts";
import { drive } from "../src/runs/drive.ts";
import { insertRun, type RunRow, runRow } from "../src/runs/queries.ts";
import { startRun } from "../src/runs/start.ts";
import { openEraser } from "./loop/queries.ts";
import { script } from "./loop/scripts.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

let yard: Yard;
let agentId: string;
let eraser: Awaited<ReturnType<typeof openEraser>>;
const never = new AbortController().signal;

beforeAll(async () => {
  yard = await openYard({ script, role: "api", contextTokens: 2600 });
  agentId = await makeAgent(yard, { name: "Prefixes" });
  const { database } = yard.connection;
  eraser = await openEraser({ ...inject("superConnection"), database });
});
afterAll(async () => {
  await eraser.close();
  await yard.close();
});

type Reply = Pick<AnswerInput, "answer" | "arguments">;
const YES: Reply = { answer: "approved" };
const CASES: readonly { plan: string; reply: Reply; compacts?: boolean }[] = [
  { plan: "keyed", reply: YES },
  { plan: "keyless", reply: YES },
  { plan: "parallel", reply: YES },
  { plan: "pay approved", reply: YES },
  { plan: "pay edited", reply: { answer: "approved", arguments: { amountCents: 100, to: "Bo" } } },
  { plan: "pay refused", reply: { answer: "refused" } },
  { plan: "wrong", reply: YES },
  { plan: "long", reply: YES, compacts: true },
];

async function person(persona: "employee" | "approver") {
  const found = await principalOf(yard.ctx, PEOPLE[persona].id, { kind: "run", runId: "" });
  assert(found.ok, "the person is there");
  return found.value;
}

/** Questions that nobody has answered yet. */
function openQuestions(events: readonly RunEvent[]) {
  const settled = new Set<string>();
  for (const event of events)
    if (event.type === "approval.answered") settled.add(event.data.approvalId);
  return events.flatMap((event) =>
    event.type === "approval.requested" && !settled.has(event.data.approvalId) ? [event.data] : [],
  );
}

/** Drives to the end, answering what is asked; the kinds of questions that came up. */
async function toEnd(runId: string, reply: Reply): Promise<string[]> {
  const asked: string[] = [];
  for (let i = 0; i < 20; i++) {
    const end = await drive(yard.stead.runs, runId, never);
    assert(end.ok, end.ok ? "" : end.failure.detail);
    if (end.value.kind === "ended") return asked;
    for (const { approvalId, kind, digest } of openQuestions(await yard.events(runId))) {
      asked.push(kind);
      const principal = await person(kind === "repeat" ? "employee" : "approver");
      const given = kind === "repeat" ? YES : reply;
      const input = { principal, approvalId, digest, note: "", ...given };
      const done = await answerApproval(yard.stead.runs, input);
      assert(done.ok, done.ok ? "" : done.failure.detail);
    }
  }
  throw new Error("the run does not end");
}

interface End {
  readonly status: string;
  readonly answer: unknown;
  readonly effects: string[];
}

async function endOf(runId: string): Promise<End> {
  const last = (await yard.events(runId)).find(({ type }) => type === "run.finished");
  assert(last?.type === "run.finished", "the run has ended");
  const effects = [...yard.world.keyed.values()].map((effect) => JSON.stringify(effect)).toSorted();
  return { status: last.data.status, answer: last.bodies["answer"], effects };
}

function clearWorld(): void {
  yard.world.keyed.clear();
  yard.world.attempts.length = 0;
  yard.world.keyless.length = 0;
}

/** What had been done for certain when the log ended here. */
function settledKeys(events: readonly RunEvent[]): Set<string> {
  const finished = new Set<string>();
  for (const event of events) if (event.type === "call.finished") finished.add(event.data.callId);
  const keys = events.flatMap((event) =>
    event.type === "call.started" && finished.has(event.data.callId) ? [event.data.key] : [],
  );
  return new Set(keys);
}

function unsureKeyless(events: readonly RunEvent[]): boolean {
  const open = new Set<string>();
  for (const event of events) {
    if (event.type === "call.started" && !event.data.keyed) open.add(event.data.callId);
    if (event.type === "call.finished") open.delete(event.data.callId);
    if (event.type === "approval.requested") open.delete(event.data.callId);
  }
  return open.size > 0;
}

async function place(row: RunRow, events: readonly RunEvent[]): Promise<void> {
  await eraser.erase(row.id);
  yard.stead.ledger.heads.forget(row.id);
  await insertRun(yard.ctx.db, { ...row, status: "queued", ended_at: null });
  const log = yard.stead.runs.openLog(row.id, [row.person_id]);
  const again = events.map(({ seq: _seq, at: _at, ...event }): NewRunEvent => event);
  const done = await log.append(0, again);
  assert(done.ok, done.ok ? "" : done.failure.detail);
}

describe("every prefix of a log resumes to the same end", () => {
  for (const { plan, reply, compacts } of CASES)
    test(
      plan,
      async () => {
        clearWorld();
        const principal = await person("employee");
        const version = await usableVersion(yard.stead.agents, { principal, agentId });
        assert(version.ok, "the agent is there");
        const begun = await startRun(yard.stead.runs, {
          principal,
          version: version.value,
          input: plan,
          trial: false,
          surface: "test",
          idempotencyKey: plan,
        });
        assert(begun.ok, begun.ok ? "" : begun.failure.detail);
        const runId = begun.value.id;
        await toEnd(runId, reply);
        const recorded = await yard.events(runId);
        const wanted = await endOf(runId);
        const done = new Map(yard.world.keyed);
        expect(wanted.status).toBe("answered");
        expect(recorded.some(({ type }) => type === "context.compacted")).toBe(compacts === true);
        const row = await runRow(yard.ctx.db, yard.ctx.orgId, runId);
        assert(row, "the row is there");
        for (let length = 1; length <= recorded.length; length++) {
          const prefix = recorded.slice(0, length);
          const at = `${plan}, first ${length} of ${recorded.length}: ${prefix.at(-1)?.type ?? ""}`;
          clearWorld();
          const settled = settledKeys(prefix);
          for (const [key, effect] of done) if (settled.has(key)) yard.world.keyed.set(key, effect);
          await place(row, prefix);
          const questions = await toEnd(runId, reply);
          expect({ at, ...(await endOf(runId)) }).toEqual({ at, ...wanted });
          const repeated = yard.world.attempts.filter(({ key }) => settled.has(key));
          expect(repeated, `${at}: done before, so not again`).toEqual([]);
          if (unsureKeyless(prefix)) expect(questions, at).toContain("repeat");
          else if (!prefix.some((e) => e.type === "approval.requested" && e.data.kind === "repeat"))
            expect(questions, at).not.toContain("repeat");
        }
      },
      60_000,
    );
});
