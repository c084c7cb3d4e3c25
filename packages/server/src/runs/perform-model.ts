// Performs a model call: receipt first, then the call along the chain, then what came of it.
import type { Label, NewRunEvent, RunEventData } from "@stead/protocol";
import { ok, type Result } from "../lib/result.ts";
import type { ModelAnswer, ModelMessage, ModelTool } from "../models/model.ts";
import { complete } from "../models/complete.ts";
import { decideModel } from "../policy/decide.ts";
import { permitModel, type Permit } from "../policy/permit.ts";
import { modelSchema } from "../tools/presets.ts";
import { SUMMARY_REQUEST, type CompactionPlan } from "./compact.ts";
import { asksIn } from "../egress/gate/leave.ts";
import type { Driving } from "./driving.ts";
import { askToSend } from "./leave/ask.ts";
import { journalWith, leavesOfRun } from "./leave/stands.ts";
import { labelOf, type Span } from "./window.ts";

/** A model call may outlast the default life of a permit: retries, failover and a long answer. */
const MODEL_PERMIT_MS = 60 * 60_000;

type Purpose = RunEventData<"model.requested">["purpose"];

/** One turn of the run. */
export async function performModel(run: Driving, step: number): Promise<void> {
  if (!(await run.refreshPrincipal())) return;
  withhold(run, step);
  const spans = run.window();
  const tools = modelTools(run);
  const answer = await ask(run, { step, purpose: "answer", spans, tools, live: true });
  if (!answer) return;
  const calls = answer.calls.map((call, i) => ({ ...call, callId: `call_${step}_${i + 1}` }));
  run.journal.later([answered({ step, purpose: "answer", spans, answer, calls })]);
}

/** What the person has lost the right to read goes before the model is asked again, for good. */
function withhold(run: Driving, step: number): void {
  const lost = run.lost();
  if (lost.length === 0) return;
  const sum = (spans: readonly Span[]): number =>
    spans.reduce((all, span) => all + run.tokensOf(span), 0);
  const tokensBefore = sum(run.window());
  const replaced = lost.map(({ id }) => id);
  const tokensAfter = tokensBefore - sum(lost);
  const event = { step, how: "withheld", replaced, tokensBefore, tokensAfter } as const;
  run.journal.later([
    { type: "context.compacted", data: { ...event, replaced, label: labelOf([]) } },
  ]);
}

/** Makes the window smaller: old tool results are left out, or older turns summarised. */
export async function performCompaction(run: Driving, step: number): Promise<void> {
  if (!(await run.refreshPrincipal())) return;
  withhold(run, step);
  const plan = run.compaction();
  if (!plan) return;
  const before = run.window();
  const label = labelOf(before.filter((span) => plan.replaced.includes(span.id)));
  const summary = plan.how === "summary" ? await summarise(run, step, plan) : "";
  if (summary === undefined) return;
  const tokensBefore = before.reduce((sum, span) => sum + run.tokensOf(span), 0);
  const freed = before
    .filter((span) => plan.replaced.includes(span.id))
    .reduce((sum, span) => sum + run.tokensOf(span), 0);
  const tokensAfter = tokensBefore - freed + run.deps.models.countTokens(summary);
  const { how, replaced } = plan;
  run.journal.later([
    {
      type: "context.compacted",
      data: { step, how, replaced: [...replaced], tokensBefore, tokensAfter, label },
      ...(how === "summary" ? { bodies: { summary } } : {}),
    },
  ]);
}

async function summarise(
  run: Driving,
  step: number,
  plan: CompactionPlan,
): Promise<string | undefined> {
  const chosen = run.window().filter((span) => plan.replaced.includes(span.id));
  const request: Span = {
    id: `summary-request:${step}`,
    role: "user",
    origin: { kind: "kernel", reason: "compaction" },
    label: labelOf([]),
    text: SUMMARY_REQUEST,
  };
  const spans = [...chosen, request];
  const answer = await ask(run, { step, purpose: "summary", spans, tools: [], live: false });
  if (!answer) return undefined;
  run.journal.later([answered({ step, purpose: "summary", spans, answer, calls: [] })]);
  return answer.text;
}

interface Request {
  readonly step: number;
  readonly purpose: Purpose;
  readonly spans: readonly Span[];
  readonly tools: readonly ModelTool[];
  readonly live: boolean;
}

/** One permit a model of the chain; those that policy does not allow are left out of it. */
function permitsFor(run: Driving, label: Label): Result<Map<string, Permit>> {
  const { principal, version, state } = run;
  const permits = new Map<string, Permit>();
  let refusal: Result<Map<string, Permit>> | undefined;
  for (const model of version.spec.models) {
    const decision = decideModel(run.deps.policies(), {
      principal,
      agent: { id: version.agentId, version: version.version },
      model,
      label,
      attended: state.started?.attended ?? false,
      surface: state.started?.surface ?? "",
      spentMicros: state.usage.costMicros,
    });
    const permit = permitModel(decision, {
      nowMs: run.deps.ctx.clock.now(),
      lifetimeMs: MODEL_PERMIT_MS,
    });
    if (permit.ok) permits.set(model, permit.value);
    else refusal ??= permit;
  }
  return permits.size === 0 && refusal ? refusal : ok(permits);
}

async function ask(run: Driving, request: Request): Promise<ModelAnswer | undefined> {
  const { step, purpose, spans } = request;
  const { journal, deps, signal } = run;
  const label = labelOf(spans);
  const permits = permitsFor(run, label);
  if (!permits.ok) {
    journal.later([{ type: "model.failed", data: { step, purpose, failure: permits.failure } }]);
    return undefined;
  }
  const chain = [...permits.value.keys()];
  journal.later([
    {
      type: "model.requested",
      data: {
        step,
        purpose,
        models: chain,
        ...receiptOf(run, request),
        label,
        inputTokens: spans.reduce((sum, span) => sum + run.tokensOf(span), 0),
        policies: [...new Set([...permits.value.values()].flatMap((permit) => permit.policies))],
      },
    },
  ]);
  const answer: Result<ModelAnswer> = await complete(
    deps.models,
    permits.value,
    {
      chain,
      messages: messagesOf(spans),
      tools: request.tools,
      label,
      personId: run.principal.personId,
      threadKey: run.runId,
      journal: journalWith(run, leavesOfRun(run.state)),
      signal,
      stream: true,
    },
    sinkFor(run, request),
  );
  if (answer.ok) return answer.value;
  // Left off because a person cancelled or the worker stops: not the model's failure.
  if (signal.aborted) return undefined;
  const { data: wanted, ...failure } = answer.failure;
  const failed: NewRunEvent = { type: "model.failed", data: { step, purpose, failure } };
  const sends = asksIn(answer.failure);
  const asking = wanted?.["model"];
  const model = typeof asking === "string" ? asking : (chain[0] ?? "");
  journal.later(sends.length === 0 ? [failed] : [failed, askToSend(run, { model, sends, label })]);
  return undefined;
}

/** A summary is a request beside the run's line of requests, so its receipt names all its spans. */
function receiptOf(run: Driving, { purpose, spans }: Request) {
  if (purpose === "answer") return run.receipt(spans);
  return { spans: run.lines(spans), dropped: [] };
}

function sinkFor(run: Driving, { step, purpose, live }: Request) {
  let attempts = 0;
  return {
    attempt: (attempt: number): void => {
      if (live) run.deps.live.reset(run.runId, step, attempt);
    },
    delta: (part: "text" | "reasoning", text: string): void => {
      if (live) run.deps.live.delta(run.runId, part, text);
    },
    attempted: (attempt: Omit<RunEventData<"model.attempted">, "step" | "attempt">): void => {
      attempts++;
      const data = { ...attempt, step, attempt: attempts };
      if (purpose === "answer" || attempt.code !== null)
        run.journal.later([{ type: "model.attempted", data }]);
    },
  };
}

function answered(turn: {
  step: number;
  purpose: Purpose;
  spans: readonly Span[];
  answer: ModelAnswer;
  calls: readonly (ModelAnswer["calls"][number] & { callId: string })[];
}): NewRunEvent {
  const { answer, step, purpose } = turn;
  const calls = turn.calls.map(({ callId, tool, found }) => ({ callId, tool, found }));
  return {
    type: "model.answered",
    data: {
      step,
      purpose,
      model: answer.model,
      finish: answer.finish,
      usage: answer.usage,
      label: labelOf(turn.spans),
      calls,
    },
    bodies: {
      content: {
        text: answer.text,
        reasoning: answer.reasoning,
        ...(answer.provider ? { provider: answer.provider } : {}),
        calls: turn.calls.map((call) => ({ callId: call.callId, arguments: call.arguments })),
      },
    },
  };
}

export function modelTools(run: Driving): ModelTool[] {
  return run.grants().flatMap((granted) => {
    const found = run.deps.registry.get(granted.name);
    if (!found) return [];
    const { name, description } = found.tool;
    const inputSchema = modelSchema(found.tool.inputSchema, granted.presets);
    return [{ name, description, inputSchema }];
  });
}

/** The stable prefix ends with the instructions; the growing end is marked for the next call. */
export function messagesOf(spans: readonly Span[]): ModelMessage[] {
  const last = spans.length - 1;
  return spans.map((span, i) => ({
    role: span.role,
    text: span.text,
    ...(span.calls && span.calls.length > 0 ? { calls: span.calls } : {}),
    ...(span.callId ? { callId: span.callId } : {}),
    ...(span.reasoning ? { reasoning: span.reasoning } : {}),
    ...(span.provider ? { provider: span.provider } : {}),
    ...(span.model ? { model: span.model } : {}),
    ...(i === 0 || i === last ? { cache: true } : {}),
  }));
}
