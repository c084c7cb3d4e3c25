// A question whether to repeat an unsettled act is no way to make it another act: what Finance said yes
// to stays what they said yes to, whoever answers the second question.
import { defineTool } from "@stead/sdk";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { NewRunEvent } from "@stead/protocol";
import type { Entered } from "../../src/http/edge.fixture.ts";
import { assert } from "../../src/lib/result.ts";
import { drive } from "../../src/runs/drive.ts";
import { fold } from "../../src/runs/fold.ts";
import {
  answered,
  asked,
  begun,
  claimed,
  decided,
  logOf,
  replied,
  started,
} from "../../src/runs/runs.fixture.ts";
import { answer, cardOf, startRun } from "../loop/ask.ts";
import { POLICIES } from "../loop/wiring.ts";
import { makeAgent, openYard, type Yard } from "../loop/yard.ts";

const never = new AbortController().signal;
const policiesDir = mkdtempSync(join(tmpdir(), "stead-policies-"));
const wired: unknown[] = [];
let yard: Yard;
let ada: Entered;
let finn: Entered;

const wire = defineTool({
  name: "money.wire",
  title: "Wire money",
  description: "Wires money and takes no key",
  input: z.object({ amountCents: z.int(), to: z.string() }),
  contract: {
    effect: "money",
    result: { audience: [], classes: [], trust: "record" },
    resultForCallerOnly: false,
  },
  run: async (args) => {
    wired.push(args);
    return "wired";
  },
});

const POLICY = `
@id("attack.wire")
@reason("Wires need a yes from Finance")
@approvers("group:Finance")
forbid (principal, action == Action::"unapproved:money.wire", resource);

@id("attack.wire-at-all")
@reason("Wires may be proposed")
permit (principal, action == Action::"call:money.wire", resource);
`;

beforeAll(async () => {
  cpSync(POLICIES, policiesDir, { recursive: true });
  writeFileSync(join(policiesDir, "wire.cedar"), POLICY);
  yard = await openYard({
    role: "api",
    tools: [wire],
    policyDirs: [policiesDir],
    script: ({ turn }) =>
      turn === 0
        ? { calls: [{ name: "money.wire", arguments: { amountCents: 100, to: "Acme" } }] }
        : { text: "Done." },
  });
  ada = await yard.enter("employee");
  finn = await yard.enter("approver");
});
afterAll(async () => {
  await yard.close();
  rmSync(policiesDir, { recursive: true });
});

async function go(runId: string): Promise<void> {
  const end = await drive(yard.stead.runs, runId, never);
  assert(end.ok, end.ok ? "" : end.failure.detail);
}

/** Approved by Finance, begun by a worker that then died: nobody knows whether it happened. */
async function unsettled(agentId: string): Promise<string> {
  const runId = await startRun(yard, ada, { agentId, input: "wire it" });
  await go(runId);
  expect(await answer(yard, finn, { card: await cardOf(yard, finn, runId) })).toBe("yes");
  const events = await yard.events(runId);
  const question = events.find((event) => event.type === "approval.requested");
  assert(question?.type === "approval.requested", "it was asked about");
  const { callId, tool, digest, approvalId } = question.data;
  const began: NewRunEvent = {
    type: "call.started",
    data: {
      callId,
      tool,
      key: `${runId}/${callId}`,
      keyed: false,
      digest,
      policies: [],
      approvalId,
    },
  };
  const log = yard.stead.runs.openLog(runId, []);
  assert((await log.append(events.length, [began])).ok, "the worker began");
  await go(runId);
  return runId;
}

test("the asker can't change what Finance approved by way of a repeat", async () => {
  const agentId = await makeAgent(yard, { name: "Wirer" });
  const runId = await unsettled(agentId);
  const card = await cardOf(yard, ada, runId);
  expect(card["kind"]).toBe("repeat");
  const edit = { card, arguments: { amountCents: 9_999_900, to: "Ada" } };
  expect(await answer(yard, ada, edit)).toBe("request.invalid");
  await go(runId);
  expect(wired).toEqual([]);
  expect(await answer(yard, ada, { card })).toBe("yes");
  await go(runId);
  expect(wired).toEqual([{ amountCents: 100, to: "Acme" }]);
});

test("a yes keeps the digest of what was said yes to, whatever is written after it", () => {
  const id = "call_1_1";
  const log = [
    started,
    claimed("w1"),
    answered(1, ["a"]),
    decided(id, "ask"),
    asked(id),
    replied(id, "approved"),
    begun(id, false),
    claimed("w2"),
    asked(id, { kind: "repeat" }),
    replied(id, "approved", { kind: "repeat", by: "usr_1", edited: true }),
  ];
  const call = fold("run_1", logOf(log)).calls.get(id);
  expect([call?.digest, call?.consent?.digest]).toEqual([`edited:${id}`, `d:${id}`]);
});
