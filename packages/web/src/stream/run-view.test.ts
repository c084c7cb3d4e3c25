// A run's view is the same however its stream came: whole, resumed, or with frames twice.
import type { ApprovalCard, StreamFrame } from "@stead/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EMPTY_RUN, foldFrame } from "./run-view.ts";
import type { RunView } from "./run-view.ts";

const usage = {
  inputTokens: 1,
  outputTokens: 1,
  cachedTokens: 0,
  reasoningTokens: 0,
  costMicros: 0,
};
const delta = (attempt: number, offset: number, text: string): StreamFrame => ({
  type: "text-delta",
  step: 1,
  attempt,
  offset,
  kind: "text",
  text,
});
const call: StreamFrame = {
  type: "tool-call",
  callId: "call_1",
  tool: "order.find",
  title: "Find an order",
  arguments: { id: "O-1" },
  actingAs: "Ada Park",
  decision: null,
};
const CARD: ApprovalCard = {
  id: "apr_1",
  runId: "run_1",
  callId: "call_1",
  kind: "policy",
  state: "requested",
  digest: "d",
  agent: { id: "agt_1", name: "Orders", version: 1 },
  asker: { id: "per_1", name: "Ada Park", department: "Care" },
  tool: { name: "order.find", title: "Find an order", effect: "read", reviewed: true },
  actsAs: { kind: "caller", name: "Ada Park" },
  destination: "crm",
  arguments: {},
  sinks: [],
  classes: [],
  decision: { kind: "ask", policies: [], reason: "", approvers: [] },
  requestedAt: "2026-01-01T00:00:00Z",
  expiresAt: "2026-01-01T04:00:00Z",
  answeredBy: null,
  answeredAt: null,
  note: "",
  edited: false,
  blockedBecause: null,
};
const FRAMES: StreamFrame[] = [
  { type: "run-start", runId: "run_1", input: "Where is my order?" },
  { type: "run-status", status: "running", note: "" },
  { type: "step-start", step: 1 },
  delta(1, 0, "I will "),
  delta(1, 7, "look it up."),
  { type: "step-end", step: 1, model: "m", text: "I will look it up.", usage },
  call,
  { type: "tool-start", callId: "call_1" },
  {
    type: "sub-run-end",
    callId: "call_1",
    runId: "run_2",
    status: "answered",
    done: 1,
    total: 2,
  },
  { type: "tool-end", callId: "call_1", status: "ok", text: "on its way", durationMs: 12 },
  { type: "step-start", step: 2 },
  { type: "step-end", step: 2, model: "m", text: "It is on its way.", usage },
  {
    type: "run-end",
    status: "answered",
    text: "It is on its way.",
    citations: [],
    coverage: [],
    failure: null,
  },
];
const fold = (frames: StreamFrame[], from: RunView = EMPTY_RUN): RunView =>
  frames.reduce(foldFrame, from);

describe("the view of a run", () => {
  test("holds the steps, the calls with their outcome, and the answer", () => {
    const run = fold(FRAMES);
    expect(run.ended).toBe(true);
    expect(run.answer).toBe("It is on its way.");
    expect(run.steps.map((step) => step.text)).toEqual(["I will look it up.", "It is on its way."]);
    expect(run.steps[0]?.calls).toMatchObject([
      { state: "ok", text: "on its way", parts: { done: 1, total: 2 } },
    ]);
  });

  test("is the same when a line breaks anywhere and takes up some frames earlier", () => {
    fc.assert(
      fc.property(fc.nat(FRAMES.length), fc.nat(FRAMES.length), (a, b) => {
        const [again, broke] = a < b ? [a, b] : [b, a];
        const resumed = fold(FRAMES.slice(again), fold(FRAMES.slice(0, broke)));
        expect(resumed).toEqual(fold(FRAMES));
      }),
    );
  });

  test("forgets the text of an attempt that was given up, and never takes it back", () => {
    const start: StreamFrame[] = [{ type: "step-start", step: 1 }];
    const reset: StreamFrame = { type: "text-reset", step: 1, attempt: 2 };
    const text = (frames: StreamFrame[]): string | undefined =>
      fold([...start, ...frames]).steps[0]?.text;
    expect(text([delta(1, 0, "wrong"), reset])).toBe("");
    expect(text([delta(1, 0, "wrong"), reset, delta(2, 0, "right")])).toBe("right");
    expect(text([reset, delta(2, 0, "right"), delta(1, 5, " late")])).toBe("right");
    // The reset may be lost with the line; a delta of a later attempt says the same.
    expect(text([delta(1, 0, "wrong"), delta(2, 0, "right")])).toBe("right");
  });

  test("shows a call waiting with its card, then what was answered", () => {
    const asked = foldFrame(fold([call]), { type: "approval-request", card: CARD });
    expect(asked.steps[0]?.calls[0]?.state).toBe("waiting");
    const answer = { type: "approval-answer", approvalId: "apr_1", byName: "Ines" } as const;
    const refused = foldFrame(asked, { ...answer, answer: "refused", note: "No." });
    expect(refused.steps[0]?.calls[0]).toMatchObject({
      state: "denied",
      answer: { answer: "refused", byName: "Ines", note: "No.", edited: false },
    });
    const edit = { answer: "approved", note: "", arguments: { amountCents: 5 } } as const;
    expect(foldFrame(asked, { ...answer, ...edit }).steps[0]?.calls[0]).toMatchObject({
      arguments: { amountCents: 5 },
      answer: { answer: "approved", edited: true },
    });
  });
});
