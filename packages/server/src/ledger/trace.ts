// A run's events as a tree of timed spans, named as OpenTelemetry's GenAI conventions name them.
// Pure, and blind to who reads: each event is in exactly one span, whose `bodies` are that event's.
import type { RunEvent, TraceSpan } from "@stead/protocol";
import { attributesOf } from "./attributes.ts";
import { ROOT, SpanTree } from "./span-tree.ts";

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

type CallEvent = Extract<RunEvent, { data: { callId: string } }>;
interface Asked {
  readonly approvers: Of<"approval.requested">["data"]["approvers"];
  readonly yes: Of<"approval.answered">["data"][];
}

/** Spans in the order in which they began; a parent comes before its children. */
export function traceOf(events: readonly RunEvent[]): TraceSpan[] {
  const tracer = new Tracer();
  for (const event of events) tracer.take(event);
  return tracer.spans();
}

class Tracer {
  readonly #tree = new SpanTree();
  /** Span of the model call under way. */
  #model: string | null = null;
  /** Calls being executed: where each goes, for the egress that it causes. */
  readonly #executing = new Map<string, { id: string; destination: string }>();
  readonly #destinations = new Map<string, string>();
  /** Who must say yes to each question, and who has. */
  readonly #asked = new Map<string, Asked>();

  take(event: RunEvent): void {
    switch (event.type) {
      case "run.started":
      case "run.claimed":
      case "run.cancel-requested":
        return this.#root(event);
      case "run.finished":
        return this.#finish(event);
      case "model.requested":
        return this.#request(event);
      case "model.attempted":
        return this.#attempt(event);
      case "model.answered":
      case "model.failed":
        return this.#answer(event);
      case "context.compacted":
        return this.#compact(event);
      case "egress.sent":
        return this.#send(event);
      case "egress.settled":
        return this.#settle(event);
      case "call.decided":
        return this.#decide(event);
      case "call.rejected":
        return this.#reject(event);
      case "approval.requested":
        return this.#ask(event);
      case "approval.answered":
        return this.#answerTo(event);
      case "label.declassified":
      case "label.declassification-revoked":
        return this.#share(event);
      case "label.endorsement-revoked":
        return this.#root(event);
      case "egress.cleared":
        return this.#clear(event);
      case "call.started":
        return this.#execute(event);
      case "sub-run.ended":
        return this.#endSubRun(event);
      case "call.finished":
        return this.#finishCall(event);
    }
  }

  spans(): TraceSpan[] {
    return this.#tree.spans();
  }

  #root(event: RunEvent): void {
    const span = this.#tree.get(ROOT);
    if (span) this.#tree.add(span, event);
    else this.#tree.open({ id: ROOT, parentId: null, name: "invoke_agent", kind: "run" }, event);
    // Whoever claims a run finds nothing under way: what its last worker was doing broke off.
    if (event.type === "run.claimed") this.#breakOff(event.at, /^(model|egress|execution):/);
  }

  /** The last event: what is still open then never came to an end of its own. */
  #finish(event: Of<"run.finished">): void {
    this.#root(event);
    this.#breakOff(event.at, /:/);
    this.#tree.end(
      this.#tree.get(ROOT),
      event.at,
      event.data.status === "answered" ? "ok" : "error",
    );
  }

  #breakOff(at: number, ids: RegExp): void {
    this.#tree.breakOff(at, ids);
    this.#model = null;
    this.#executing.clear();
  }

  #request(event: Of<"model.requested">): void {
    const name = `chat ${event.data.models[0] ?? ""}`.trimEnd();
    const id = `model:${event.seq}`;
    this.#tree.open({ id, parentId: ROOT, name, kind: "model" }, event);
    this.#model = id;
  }

  #attempt(event: Of<"model.attempted">): void {
    const parentId = this.#model ?? ROOT;
    const { model, attempt, code, durationMs } = event.data;
    const span = this.#tree.open(
      { id: `attempt:${event.seq}`, parentId, name: `attempt ${attempt} ${model}`, kind: "model" },
      event,
      event.at - durationMs,
    );
    this.#tree.end(span, event.at, code === null ? "ok" : "error");
  }

  #answer(event: Of<"model.answered"> | Of<"model.failed">): void {
    const opening = {
      id: `model:${event.seq}`,
      parentId: ROOT,
      name: "chat",
      kind: "model",
    } as const;
    const open = this.#model && this.#tree.get(this.#model);
    const span = open ? this.#tree.add(open, event) : this.#tree.open(opening, event);
    this.#tree.end(span, event.at, event.type === "model.answered" ? "ok" : "error");
    this.#model = null;
  }

  #compact(event: Of<"context.compacted">): void {
    const name = `compact ${event.data.how}`;
    const opening = { id: `context:${event.seq}`, parentId: ROOT, name, kind: "context" } as const;
    this.#tree.end(this.#tree.open(opening, event), event.at, "ok");
  }

  #send(event: Of<"egress.sent">): void {
    const { sendId, destination } = event.data;
    const name = `send ${destination}`;
    this.#tree.open(
      { id: `egress:${sendId}`, parentId: this.#senderOf(destination), name, kind: "egress" },
      event,
    );
  }

  /**
   * Sends name no cause: it is the call that goes to this destination, the model, the only call.
   */
  #senderOf(destination: string): string {
    const executing = [...this.#executing.values()];
    const call = executing.find((each) => each.destination === destination);
    return call?.id ?? this.#model ?? executing.at(-1)?.id ?? ROOT;
  }

  #settle(event: Of<"egress.settled">): void {
    const span = this.#tree.get(`egress:${event.data.sendId}`);
    if (!span) return this.#root(event);
    this.#tree.end(
      this.#tree.add(span, event),
      event.at,
      event.data.code === null ? "ok" : "error",
    );
  }

  /**
   * A call's own span holds its parts together and has no event; it ends with the part that does.
   */
  #call(event: CallEvent, status: TraceSpan["status"]): string {
    const { callId, tool } = event.data;
    const id = `call:${callId}`;
    const span =
      this.#tree.get(id) ??
      this.#tree.begin({ id, parentId: ROOT, name: tool, kind: "tool" }, event.at);
    Object.assign(span.attributes, attributesOf(event));
    const open = status === "running" || status === "waiting";
    Object.assign(span, { status, endedAt: open ? null : event.at });
    return id;
  }

  #decide(event: Of<"call.decided">): void {
    const { callId, decision, destination } = event.data;
    const denied = decision.kind === "deny";
    const parentId = this.#call(event, denied ? "denied" : "running");
    const opening = {
      id: `decision:${event.seq}`,
      parentId,
      name: "decide",
      kind: "decision",
    } as const;
    this.#tree.end(this.#tree.open(opening, event), event.at, denied ? "denied" : "ok");
    this.#destinations.set(callId, destination);
  }

  #reject(event: Of<"call.rejected">): void {
    const parentId = this.#call(event, "error");
    const opening = {
      id: `decision:${event.seq}`,
      parentId,
      name: "reject",
      kind: "decision",
    } as const;
    this.#tree.end(this.#tree.open(opening, event), event.at, "error");
  }

  #ask(event: Of<"approval.requested">): void {
    const { approvalId, approvers } = event.data;
    const opening = {
      parentId: this.#call(event, "waiting"),
      name: "approval",
      kind: "approval",
    } as const;
    this.#tree.open({ id: `approval:${approvalId}`, ...opening }, event).status = "waiting";
    this.#asked.set(approvalId, { approvers, yes: [] });
  }

  #answerTo(event: Of<"approval.answered">): void {
    const { approvalId, answer } = event.data;
    const span = this.#tree.get(`approval:${approvalId}`);
    if (!span) return this.#root(event);
    this.#tree.add(span, event);
    if (answer === "approved" && !this.#quorum(event)) return;
    this.#call(event, answer === "approved" ? "running" : "denied");
    this.#tree.end(span, event.at, answer === "approved" ? "ok" : "denied");
  }

  #share(event: Of<"label.declassified" | "label.declassification-revoked">): void {
    const isGiven = event.type === "label.declassified";
    const parentId = this.#call(event, isGiven ? "running" : "denied");
    const name = isGiven ? "declassify" : "take back";
    const opening = { id: `label:${event.seq}`, parentId, name, kind: "approval" } as const;
    this.#tree.end(this.#tree.open(opening, event), event.at, isGiven ? "ok" : "denied");
    if (isGiven) return;
    const asked = this.#tree.get(`approval:${event.data.approvalId}`);
    if (asked?.endedAt === null) this.#tree.end(asked, event.at, "denied");
  }

  #clear(event: Of<"egress.cleared">): void {
    const parentId = this.#call(event, event.data.scope === "run" ? "ok" : "running");
    const opening = {
      id: `clear:${event.seq}`,
      parentId,
      name: "clear",
      kind: "approval",
    } as const;
    this.#tree.end(this.#tree.open(opening, event), event.at, "ok");
  }

  /** True when with this answer every group that was asked has its number of different people. */
  #quorum({ data }: Of<"approval.answered">): boolean {
    const asked = this.#asked.get(data.approvalId);
    asked?.yes.push(data);
    return (asked?.approvers ?? []).every(({ group, quorum }) => {
      const yes = asked?.yes.filter(({ meets }) => meets.includes(group)) ?? [];
      return new Set(yes.map(({ by }) => by)).size >= quorum;
    });
  }

  #execute(event: Of<"call.started">): void {
    const { callId, tool } = event.data;
    const id = `execution:${event.seq}`;
    const parentId = this.#call(event, "running");
    this.#tree.open({ id, parentId, name: `execute_tool ${tool}`, kind: "tool" }, event);
    this.#executing.set(callId, { id, destination: this.#destinations.get(callId) ?? "" });
  }

  #endSubRun(event: Of<"sub-run.ended">): void {
    const { callId, runId, done, total, status } = event.data;
    const parentId = this.#executing.get(callId)?.id ?? this.#call(event, "running");
    const name = `sub-run ${done} of ${total}`;
    const opening = { id: `sub-run:${runId}`, parentId, name, kind: "run" } as const;
    const ended = status === "answered" ? "ok" : "error";
    this.#tree.end(this.#tree.open(opening, event), event.at, ended);
  }

  /** Without an execution (it was denied) the outcome belongs to the call itself. */
  #finishCall(event: Of<"call.finished">): void {
    const { callId, status } = event.data;
    const call = this.#tree.get(this.#call(event, status));
    const span = this.#tree.get(this.#executing.get(callId)?.id ?? "") ?? call;
    if (span) this.#tree.end(this.#tree.add(span, event), event.at, status);
    this.#executing.delete(callId);
  }
}
