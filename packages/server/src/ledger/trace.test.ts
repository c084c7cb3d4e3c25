// A run's events as a tree: parents, times, states and names; each event in one span.
import type { RunEvent, RunEventData, RunEventType, TraceSpan } from "@stead/protocol";
import { describe, expect, it } from "vitest";
import { traceOf } from "./trace.ts";

const label = { audience: [], classes: ["pii"], trust: "record" as const };
const usage = {
  inputTokens: 9,
  outputTokens: 4,
  cachedTokens: 2,
  reasoningTokens: 1,
  costMicros: 70,
};
const call = { callId: "call_1", tool: "refund.create" };
const failure = { code: "tool.failed", detail: "no" };
const decision = (kind: "permit" | "ask" | "deny") => ({
  kind,
  policies: [{ id: "p1", hash: "h", effect: "forbid" as const, annotations: {} }],
  reason: "because",
  approvers: [],
});

class Log {
  readonly events: RunEvent[] = [];
  add<T extends RunEventType>(type: T, data: Partial<RunEventData<T>>, bodies = {}): this {
    const seq = this.events.length + 1;
    const event: object = { type, seq, at: seq * 10, data, bodies };
    this.events.push(...[event].filter(isRunEvent));
    return this;
  }
}
function isRunEvent(event: object): event is RunEvent {
  return "type" in event;
}

const started = () =>
  new Log()
    .add(
      "run.started",
      { agentId: "agt_1", versionId: "ver_1", threadId: "thr_1", personId: "usr_1" },
      { input: { text: "hi" } },
    )
    .add("run.claimed", { workerId: "w1" });
const asked = () =>
  started()
    .add("model.requested", {
      step: 1,
      purpose: "answer",
      models: ["openai/gpt"],
      spans: [],
      label,
      inputTokens: 5,
      policies: [],
    })
    .add(
      "egress.sent",
      {
        sendId: "snd_1",
        destination: "api.openai.example",
        url: "https://x/",
        method: "POST",
        bytes: 3,
        classes: [],
        detector: "",
      },
      { bytes: "…" },
    )
    .add("model.attempted", {
      step: 1,
      attempt: 1,
      model: "openai/gpt",
      destination: "d",
      status: 200,
      code: null,
      durationMs: 12,
      waitedMs: 0,
    })
    .add("egress.settled", { sendId: "snd_1", status: 200, code: null, bytes: 5, durationMs: 9 })
    .add(
      "model.answered",
      { step: 1, purpose: "answer", model: "openai/gpt", finish: "calls", usage, label, calls: [] },
      { content: { text: "" } },
    );
const decided = (kind: "permit" | "ask" | "deny") =>
  asked().add(
    "call.decided",
    {
      ...call,
      decision: decision(kind),
      actsAs: "caller",
      actingAs: "Ada",
      destination: "crm",
      digest: "d",
      toolHash: "h",
      label,
    },
    { arguments: { id: 1 } },
  );
const approval = { ...call, approvalId: "apr_1", digest: "d" };
const waiting = (quorum = 1) =>
  decided("ask").add(
    "approval.requested",
    {
      ...approval,
      kind: "policy",
      approvers: [{ group: "finance", quorum }],
      expiresAt: "2030-01-01T00:00:00Z",
    },
    { card: {} },
  );
const yes: RunEventData<"approval.answered"> = {
  ...approval,
  answer: "approved",
  by: "usr_2",
  edited: false,
  meets: ["finance"],
};

const outline = (log: Log): string[] =>
  traceOf(log.events).map(
    ({ id, parentId, status, seqs }) => `${id} < ${parentId}: ${status} ${seqs.join(",")}`,
  );
const spanOf = (log: Log, id: string): TraceSpan | undefined =>
  traceOf(log.events).find((span) => span.id === id);

describe("traceOf", () => {
  it("gives nothing for nothing", () => expect(traceOf([])).toEqual([]));

  it("puts a whole run in order", () => {
    const log = waiting()
      .add("approval.answered", yes, { note: "ok" })
      .add("call.started", {
        ...call,
        key: "k",
        keyed: true,
        digest: "d",
        approvalId: "apr_1",
        policies: [],
      })
      .add("egress.sent", {
        sendId: "snd_2",
        destination: "crm",
        url: "https://c/",
        method: "POST",
        bytes: 1,
        classes: [],
        detector: "",
      })
      .add("egress.settled", {
        sendId: "snd_2",
        status: 500,
        code: "egress.timeout",
        bytes: 0,
        durationMs: 1,
      })
      .add(
        "call.finished",
        { ...call, status: "ok", label, citations: 0, origins: [], bytes: 4, durationMs: 20 },
        { result: { text: "done" } },
      )
      .add(
        "context.compacted",
        { step: 2, how: "summary", replaced: ["a"], tokensBefore: 9, tokensAfter: 2, label },
        { summary: "s" },
      )
      .add("run.finished", { status: "answered", label }, { answer: { text: "done" } });
    expect(outline(log)).toEqual([
      "run < null: ok 1,2,16",
      "model:3 < run: ok 3,7",
      "egress:snd_1 < model:3: ok 4,6",
      "attempt:5 < model:3: ok 5",
      "call:call_1 < run: ok ",
      "decision:8 < call:call_1: ok 8",
      "approval:apr_1 < call:call_1: ok 9,10",
      "execution:11 < call:call_1: ok 11,14",
      "egress:snd_2 < execution:11: error 12,13",
      "context:15 < run: ok 15",
    ]);
    const seqs = traceOf(log.events).flatMap((span) => span.seqs);
    expect(seqs.toSorted((a, b) => a - b)).toEqual(log.events.map(({ seq }) => seq));
  });

  it("names things as OpenTelemetry does, and keeps times and bodies", () => {
    const model = spanOf(asked(), "model:3");
    expect(model).toMatchObject({
      name: "chat openai/gpt",
      startedAt: 30,
      endedAt: 70,
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt",
        "gen_ai.response.model": "gpt",
        "gen_ai.usage.input_tokens": 9,
        "gen_ai.usage.output_tokens": 4,
        "gen_ai.response.finish_reasons": ["calls"],
      },
      bodies: { "model.answered.content": { text: "" } },
    });
    expect(spanOf(asked(), "attempt:5")).toMatchObject({ startedAt: 38, endedAt: 50 });
    expect(spanOf(decided("ask"), "call:call_1")?.attributes).toMatchObject({
      "gen_ai.tool.name": "refund.create",
      "gen_ai.tool.call.id": "call_1",
      "stead.acting_as": "Ada",
    });
  });

  it("says what is running and what waits", () => {
    expect(outline(started())).toEqual(["run < null: running 1,2"]);
    expect(spanOf(waiting(), "run")).toMatchObject({ status: "waiting", endedAt: null });
    expect(spanOf(waiting(), "call:call_1")).toMatchObject({ status: "waiting", endedAt: null });
    expect(spanOf(waiting(), "approval:apr_1")).toMatchObject({ status: "waiting" });
    const once = waiting(2).add("approval.answered", yes);
    expect(spanOf(once, "run")?.status).toBe("waiting");
    expect(spanOf(once.add("approval.answered", yes), "run")?.status).toBe("waiting");
    const twice = once.add("approval.answered", { ...yes, by: "usr_3" });
    expect(spanOf(twice, "approval:apr_1")?.status).toBe("ok");
    expect(spanOf(twice, "run")?.status).toBe("running");
  });

  it("shows what was denied, refused or could not be decided", () => {
    expect(spanOf(decided("deny"), "call:call_1")).toMatchObject({ status: "denied", endedAt: 80 });
    const refused = waiting().add("approval.answered", { ...yes, answer: "refused" });
    expect(spanOf(refused, "call:call_1")?.status).toBe("denied");
    const outcome = decided("deny").add("call.finished", {
      ...call,
      status: "denied",
      label,
      citations: 0,
      origins: [],
      bytes: 0,
      durationMs: 0,
    });
    expect(outline(outcome).at(-2)).toBe("call:call_1 < run: denied 9");
    expect(spanOf(asked().add("call.rejected", { ...call, failure }), "call:call_1")).toMatchObject(
      {
        status: "error",
        attributes: { "error.type": "tool.failed" },
      },
    );
  });

  it("breaks off what a dead worker left, and all at the end", () => {
    const lost = started()
      .add("model.requested", { step: 1, models: [], spans: [], label, policies: [] })
      .add("run.claimed", { workerId: "w2" });
    expect(spanOf(lost, "model:3")).toMatchObject({
      status: "error",
      endedAt: 40,
      attributes: { "stead.broken_off": true },
    });
    const again = lost
      .add("model.requested", { step: 1, models: ["a/b"], spans: [], label, policies: [] })
      .add("model.failed", { step: 1, purpose: "answer", failure });
    expect(spanOf(again, "model:5")).toMatchObject({ status: "error", endedAt: 60 });
    const cancelled = waiting()
      .add("run.cancel-requested", { by: "usr_1" })
      .add("run.finished", {
        status: "cancelled",
        label,
        failure: { code: "run.cancelled", detail: "x" },
      });
    expect(outline(cancelled)).toEqual(
      expect.arrayContaining([
        "run < null: error 1,2,10,11",
        "approval:apr_1 < call:call_1: error 9",
      ]),
    );
  });
});

it("a parent contains its children, also when one commit gave their events one time", () => {
  const attempt = { step: 1, attempt: 1, model: "m", destination: "d", status: 200, code: null };
  const log = started()
    .add("model.requested", { step: 1, purpose: "answer", models: ["m"], spans: [], label })
    .add("model.attempted", { ...attempt, durationMs: 500, waitedMs: 0 })
    .add("model.answered", { step: 1, purpose: "answer", model: "m", usage, label, calls: [] });
  const events = log.events.map((event) => ({ ...event, at: 1000 }));
  const spans = traceOf(events);
  const model = spans.find((span) => span.kind === "model" && span.parentId === "run");
  expect(model?.endedAt).toBe(1000);
  expect(model?.startedAt).toBe(500);
});
