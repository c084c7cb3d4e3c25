// What a thread shows of a run, folded from its stream. Pure, and safe to fold the same frame twice.
import type {
  ApprovalCard,
  Citation,
  Coverage,
  Decision,
  RunStatus,
  StreamFrame,
  Usage,
} from "@stead/protocol";

type Frame<T extends StreamFrame["type"]> = Extract<StreamFrame, { type: T }>;
export type CallState = "proposed" | "waiting" | "running" | "ok" | "error" | "denied";

export interface CallView {
  callId: string;
  tool: string;
  title: string;
  arguments: Frame<"tool-call">["arguments"];
  actingAs: string;
  actsAs?: Frame<"tool-call">["actsAs"];
  decision: Decision | null;
  state: CallState;
  text: string;
  durationMs: number | null;
  /** Of a call that fans out. */
  parts: { done: number; total: number } | null;
  card: ApprovalCard | null;
  answer: { answer: string; byName: string; note: string; edited: boolean } | null;
}

export interface StepView {
  step: number;
  attempt: number;
  text: string;
  reasoning: string;
  model: string;
  usage: Usage | null;
  ended: boolean;
  calls: CallView[];
  /** What happened to the context before this step, in words. */
  notes: string[];
}

export interface RunView {
  input: string;
  status: RunStatus;
  note: string;
  steps: StepView[];
  answer: string;
  citations: Citation[];
  coverage: Coverage[];
  links: string[];
  failure: Frame<"run-end">["failure"];
  ended: boolean;
}

export const EMPTY_RUN: RunView = {
  input: "",
  status: "queued",
  note: "",
  steps: [],
  answer: "",
  citations: [],
  coverage: [],
  links: [],
  failure: null,
  ended: false,
};

/** What waits is no call of the turn: whether what was read may go to the model at all. */
export function isQuestionBefore({ card }: CallView): boolean {
  return card?.kind === "send";
}

function newStep(step: number): StepView {
  return {
    step,
    attempt: 0,
    text: "",
    reasoning: "",
    model: "",
    usage: null,
    ended: false,
    calls: [],
    notes: [],
  };
}

function withStep(run: RunView, step: number, change: (step: StepView) => StepView): RunView {
  const known = run.steps.some((item) => item.step === step);
  const steps = known ? run.steps : [...run.steps, newStep(step)];
  return { ...run, steps: steps.map((item) => (item.step === step ? change(item) : item)) };
}

function lastStep(run: RunView): number {
  return run.steps.at(-1)?.step ?? 1;
}

function withCall(
  run: RunView,
  find: (call: CallView) => boolean,
  change: (call: CallView) => CallView,
): RunView {
  return {
    ...run,
    steps: run.steps.map((step) =>
      step.calls.some(find)
        ? { ...step, calls: step.calls.map((call) => (find(call) ? change(call) : call)) }
        : step,
    ),
  };
}

/** A delta that starts before the end of what is known repeats it; only the rest is new. */
function spliced(known: string, offset: number, text: string): string {
  return offset > known.length ? known + text : known.slice(0, offset) + text;
}

function onDelta(run: RunView, frame: Frame<"text-delta">): RunView {
  return withStep(run, frame.step, (step) => {
    const fresh =
      frame.attempt > step.attempt
        ? { ...step, attempt: frame.attempt, text: "", reasoning: "" }
        : step;
    if (frame.attempt < fresh.attempt || fresh.ended) return fresh;
    return frame.kind === "text"
      ? { ...fresh, text: spliced(fresh.text, frame.offset, frame.text) }
      : { ...fresh, reasoning: spliced(fresh.reasoning, frame.offset, frame.text) };
  });
}

function onCall(run: RunView, frame: Frame<"tool-call">): RunView {
  const { type: _, ...shown } = frame;
  const same = (call: CallView): boolean => call.callId === frame.callId;
  if (run.steps.some((step) => step.calls.some(same))) {
    return withCall(run, same, (call) => ({ ...call, ...shown }));
  }
  const call: CallView = {
    ...shown,
    state: frame.decision?.kind === "deny" ? "denied" : "proposed",
    text: "",
    durationMs: null,
    parts: null,
    card: null,
    answer: null,
  };
  return withStep(run, lastStep(run), (step) => ({ ...step, calls: [...step.calls, call] }));
}

function onAnswer(run: RunView, frame: Frame<"approval-answer">): RunView {
  const { answer, byName, note, arguments: edited } = frame;
  return withCall(
    run,
    (call) => call.card?.id === frame.approvalId,
    (call) => ({
      ...call,
      state: answer === "approved" ? "proposed" : "denied",
      arguments: edited ?? call.arguments,
      answer: { answer, byName, note, edited: edited !== undefined },
    }),
  );
}

function onEnd(run: RunView, frame: Frame<"run-end">): RunView {
  const { status, text, citations, coverage, links = [], failure } = frame;
  const end = { status, answer: text, citations, coverage, links, failure };
  return { ...run, ...end, ended: true, note: "" };
}

function onTool(run: RunView, frame: Frame<"tool-start"> | Frame<"tool-end">): RunView {
  return withCall(
    run,
    (call) => call.callId === frame.callId,
    (call) =>
      frame.type === "tool-start"
        ? { ...call, state: "running" }
        : { ...call, state: frame.status, text: frame.text, durationMs: frame.durationMs },
  );
}

export function foldFrame(run: RunView, frame: StreamFrame): RunView {
  switch (frame.type) {
    case "run-start":
      return { ...EMPTY_RUN, input: frame.input };
    case "run-status":
      return { ...run, status: frame.status, note: frame.note };
    case "step-start":
      return withStep(run, frame.step, (step) => step);
    case "text-reset":
      return withStep(run, frame.step, (step) =>
        step.ended ? step : { ...step, attempt: frame.attempt, text: "", reasoning: "" },
      );
    case "text-delta":
      return onDelta(run, frame);
    case "step-end":
      return withStep(run, frame.step, (step) => ({
        ...step,
        ended: true,
        model: frame.model,
        text: frame.text,
        usage: frame.usage,
      }));
    case "tool-call":
      return onCall(run, frame);
    case "tool-start":
    case "tool-end":
      return onTool(run, frame);
    case "sub-run-end":
      return withCall(
        run,
        (call) => call.callId === frame.callId,
        (call) => ({ ...call, parts: { done: frame.done, total: frame.total } }),
      );
    case "approval-request":
      return withCall(
        run,
        (call) => call.callId === frame.card.callId,
        (call) => ({ ...call, state: "waiting", card: frame.card }),
      );
    case "approval-answer":
      return onAnswer(run, frame);
    case "compaction":
      return withStep(run, lastStep(run), (step) => ({
        ...step,
        notes: [...step.notes, `${frame.replaced} older parts left the window: ${frame.how}`],
      }));
    case "run-end":
      break;
  }
  return onEnd(run, frame);
}
