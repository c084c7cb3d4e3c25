// Events to the frames that a client of the stream receives. Pure; who may see what comes in as `sight`.
import type { ApprovalCard, Label, RunEvent, StreamFrame } from "@stead/protocol";
import { cardIn, citationsIn, coverageIn, linksIn, plain, record, shownArguments } from "./body.ts";

/** What one reader may see of a run. */
export interface Sight {
  /** May the reader see content with this label now? */
  readonly sees: (label: Label) => boolean;
  /** May the reader see that there is this call (the asker, an auditor, its approver)? */
  readonly seesCall: (callId: string) => boolean;
  /** And what is in it: for the asker, while they may read everything that it was made from. */
  readonly seesArguments: (callId: string) => boolean;
  /** Why the reader may not answer this card; null when they may. */
  readonly blocked: (card: ApprovalCard) => string | null;
}

/** What people call a tool. */
export type TitleOf = (tool: string) => string;

export const WITHHELD = "[withheld: you may not read this]";
export const WITHHELD_ARGUMENTS = { withheld: WITHHELD };

export function framesOf(event: RunEvent, sight: Sight, titleOf: TitleOf): StreamFrame[] {
  switch (event.type) {
    case "run.started": {
      const input = sight.sees(event.data.input) ? plain(event.bodies, "input") : WITHHELD;
      return [{ type: "run-start", runId: "", input }];
    }
    case "run.claimed":
      return [{ type: "run-status", status: "running", note: "" }];
    case "model.requested":
      return event.data.purpose === "answer" ? [{ type: "step-start", step: event.data.step }] : [];
    case "model.attempted":
      return event.data.code === null
        ? []
        : [{ type: "run-status", status: "running", note: attemptNote(event.data) }];
    case "model.answered":
      return event.data.purpose === "answer" ? [stepEnd(event, sight)] : [];
    case "call.rejected":
    case "call.decided":
    case "call.started":
    case "call.finished":
      return callFrames(event, sight, titleOf);
    case "sub-run.ended": {
      const { callId, runId, status, done, total } = event.data;
      if (!sight.seesCall(callId)) return [];
      return [{ type: "sub-run-end", callId, runId, status, done, total }];
    }
    case "approval.requested":
    case "approval.answered":
      return approvalFrames(event, sight);
    case "context.compacted": {
      const { how, replaced } = event.data;
      return [{ type: "compaction", how, replaced: replaced.length }];
    }
    case "run.cancel-requested":
      return [{ type: "run-status", status: "running", note: "Stopping before the next effect." }];
    case "run.finished":
      return [runEnd(event, sight)];
    case "label.declassification-revoked":
      return revokedFrames(event, sight);
    case "egress.cleared":
      return clearedFrames(event, sight);
    case "label.declassified":
    case "label.endorsement-revoked":
    case "model.failed":
    case "egress.sent":
    case "egress.settled":
      return [];
    default:
      return event satisfies never;
  }
}

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

function attemptNote(data: Of<"model.attempted">["data"]): string {
  return `${data.model} could not answer (${data.code}); trying again or the next model.`;
}

function stepEnd({ data, bodies }: Of<"model.answered">, sight: Sight): StreamFrame {
  const text = sight.sees(data.label) ? plain(record(bodies, "content"), "text") : WITHHELD;
  return { type: "step-end", step: data.step, model: data.model, text, usage: data.usage };
}

function callFrames(
  event: Of<"call.rejected" | "call.decided" | "call.started" | "call.finished">,
  sight: Sight,
  titleOf: TitleOf,
): StreamFrame[] {
  const { callId, tool } = event.data;
  const title = titleOf(tool);
  if (!sight.seesCall(callId)) return [];
  switch (event.type) {
    case "call.rejected": {
      const { code, detail } = event.data.failure;
      const text = `${code}: ${detail}`;
      const shown = { callId, tool, title, arguments: {}, actingAs: "", decision: null };
      return [
        { type: "tool-call", ...shown },
        { type: "tool-end", callId, status: "error", text, durationMs: 0 },
      ];
    }
    case "call.decided": {
      const { actingAs, actsAs, decision } = event.data;
      const args = record(event.bodies, "arguments");
      const call = {
        callId,
        tool,
        title,
        arguments: sight.seesArguments(callId) ? shownArguments(args) : WITHHELD_ARGUMENTS,
        actingAs,
        actsAs,
        decision,
      };
      const frames: StreamFrame[] = [{ type: "tool-call", ...call }];
      if (decision.kind === "deny") {
        const text = decision.reason;
        frames.push({ type: "tool-end", callId, status: "denied", text, durationMs: 0 });
      }
      return frames;
    }
    case "call.started":
      return [{ type: "tool-start", callId }];
    case "call.finished": {
      const { status, durationMs, label } = event.data;
      const text = sight.sees(label) ? plain(event.bodies, "result") : WITHHELD;
      return [{ type: "tool-end", callId, status, text, durationMs }];
    }
    default:
      return event satisfies never;
  }
}

function approvalFrames(
  event: Of<"approval.requested" | "approval.answered">,
  sight: Sight,
): StreamFrame[] {
  if (event.type === "approval.answered") {
    if (!sight.seesCall(event.data.callId)) return [];
    const { approvalId, answer, callId, edited } = event.data;
    const byName = plain(event.bodies, "byName");
    const note = plain(event.bodies, "note");
    const given = record(event.bodies, "arguments");
    const seen = sight.seesArguments(callId) ? shownArguments(given) : WITHHELD_ARGUMENTS;
    const changed = edited ? { arguments: seen } : {};
    return [{ type: "approval-answer", approvalId, answer, byName, note, ...changed }];
  }
  const waiting: StreamFrame = { type: "run-status", status: "waiting", note: "" };
  const card = cardIn(event.bodies);
  if (!card || !sight.seesCall(event.data.callId)) return [waiting];
  const seen = sight.seesArguments(event.data.callId) ? card.arguments : WITHHELD_ARGUMENTS;
  const shown = { ...card, arguments: seen, blockedBecause: sight.blocked(card) };
  const asking: StreamFrame = { type: "approval-request", card: shown };
  if (card.kind !== "send") return [asking, waiting];
  // Of no call of a turn: what waits is shown in the place of one.
  const { callId, tool, decision } = card;
  const question = { callId, tool: tool.name, title: tool.title, arguments: {}, actingAs: "" };
  return [{ type: "tool-call", ...question, decision }, asking, waiting];
}

function clearedFrames({ data }: Of<"egress.cleared">, sight: Sight): StreamFrame[] {
  const { callId, scope } = data;
  if (scope === "call" || !sight.seesCall(callId)) return [];
  return [{ type: "tool-end", callId, status: "ok", text: "It was sent.", durationMs: 0 }];
}

function revokedFrames(
  { data }: Of<"label.declassification-revoked">,
  sight: Sight,
): StreamFrame[] {
  const { approvalId, callId } = data;
  if (!sight.seesCall(callId)) return [];
  const note = "The permission to share this was taken back.";
  return [
    { type: "approval-answer", approvalId, answer: "refused", byName: "", note },
    { type: "tool-end", callId, status: "denied", text: note, durationMs: 0 },
  ];
}

function runEnd({ data, bodies }: Of<"run.finished">, sight: Sight): StreamFrame {
  const answer = record(bodies, "answer");
  const seen = sight.sees(data.label);
  return {
    type: "run-end",
    status: data.status,
    text: seen ? plain(answer, "text") : WITHHELD,
    citations: seen ? citationsIn(answer["citations"]) : [],
    coverage: seen ? coverageIn(answer["coverage"]) : [],
    links: seen ? linksIn(answer["links"]) : [],
    failure: data.failure ?? null,
  };
}
