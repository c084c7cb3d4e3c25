// Every past context can be rebuilt from the log: the exact bytes that went to the model, and the receipt
// that names each span of it, across both ways of making the window smaller.
import type { RunEvent } from "@stead/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRun } from "../../test/loop/ask.ts";
import { script } from "../../test/loop/scripts.ts";
import { makeAgent, openYard, type Yard } from "../../test/loop/yard.ts";
import { upsertDestination } from "../egress/gate/queries.ts";
import { assert } from "../lib/result.ts";
import { openaiBody } from "../models/wire/openai-request.ts";
import { toolNames } from "../models/names.ts";
import { providerSchema } from "../models/provider.ts";
import { SUMMARY_REQUEST } from "./compact.ts";
import type { Driving } from "./driving.ts";
import { fold } from "./fold.ts";
import { openForReading } from "./open.ts";
import { messagesOf, modelTools } from "./perform-model.ts";
import { labelOf, windowOf, type Span } from "./window.ts";

let yard: Yard;
let agentId: string;

beforeAll(async () => {
  yard = await openYard({ script, contextTokens: 2600 });
  agentId = await makeAgent(yard, { name: "Rebuilt" });
  // What left is the context itself only where nothing in it needs a placeholder.
  const cleared = { id: "127.0.0.1", name: "", region: "", retention: "", agreement: "" };
  await upsertDestination(
    yard.stead.ctx,
    { ...cleared, rules: { pii: "allow", financial: "allow" }, set_by: "", set_at: new Date(0) },
    [],
  );
});
afterAll(() => yard.close());

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

/** What a request held, from nothing but the events before it (and the plan of a summary). */
function spansOf(run: Driving, events: readonly RunEvent[], asked: Of<"model.requested">): Span[] {
  const before = events.filter(({ seq }) => seq < asked.seq);
  const { version, principal } = run;
  const spans = windowOf({ state: fold(run.runId, before), version, principal, past: [] });
  if (asked.data.purpose === "answer") return spans;
  const made = events.find((event) => event.seq > asked.seq && event.type === "context.compacted");
  assert(made?.type === "context.compacted", "the summary took its place");
  const request: Span = {
    id: `summary-request:${asked.data.step}`,
    role: "user",
    origin: { kind: "kernel", reason: "compaction" },
    label: labelOf([]),
    text: SUMMARY_REQUEST,
  };
  return [...spans.filter(({ id }) => made.data.replaced.includes(id)), request];
}

function bytesOf(run: Driving, spans: readonly Span[], purpose: string): string {
  const provider = providerSchema.parse({
    id: "peer",
    wire: "openai-chat",
    baseUrl: `http://${yard.model.host}`,
    models: [{ id: "m", contextTokens: 2600 }],
  });
  const [model] = provider.models;
  assert(model, "there is a model");
  const tools = purpose === "answer" ? modelTools(run) : [];
  const call = { messages: messagesOf(spans), tools, stream: true, threadKey: run.runId };
  const names = toolNames(tools.map(({ name }) => name));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return openaiBody({ provider, model, call, names } as unknown as Parameters<
    typeof openaiBody
  >[0]);
}

for (const plan of ["long", "parallel"])
  test(`each context of a run (${plan}) is rebuilt byte for byte, and its receipt is whole`, async () => {
    const ada = await yard.enter("employee");
    const runId = await startRun(yard, ada, { agentId, input: plan });
    const events = await yard.ended(runId);
    const opened = await openForReading(yard.stead.runs, runId);
    assert(opened.ok, "the run can be read");
    const ways = events.flatMap((e) => (e.type === "context.compacted" ? [e.data.how] : []));
    expect(new Set(ways)).toEqual(new Set(plan === "long" ? ["tool-results", "summary"] : []));
    const named = new Set<string>();
    let requests = 0;
    for (const asked of events) {
      if (asked.type !== "model.requested") continue;
      const sent = events.find(({ seq, type }) => seq > asked.seq && type === "egress.sent");
      const spans = spansOf(opened.value, events, asked);
      const bytes = bytesOf(opened.value, spans, asked.data.purpose);
      expect(sent?.bodies["bytes"]).toMatchObject({ text: bytes });
      expect(yard.model.asked).toContain(bytes);
      requests++;
      if (asked.data.purpose !== "answer") {
        expect(asked.data.spans.map(({ id }) => id)).toEqual(spans.map(({ id }) => id));
        continue;
      }
      for (const { id } of asked.data.spans) named.add(id);
      for (const id of asked.data.dropped) named.delete(id);
      expect([...named].toSorted()).toEqual(spans.map(({ id }) => id).toSorted());
    }
    expect(requests).toBeGreaterThan(1);
  });
