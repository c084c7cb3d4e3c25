// Events of runs for tests: a small vocabulary to write logs with, and a log in memory.
import type { Decision, Label, NewRunEvent, RunEvent } from "@stead/protocol";
import { fail, ok } from "../lib/result.ts";
import type { RunLog } from "./journal.ts";

export const LABEL: Label = { audience: [], classes: [], trust: "person" };
export const BOUNDS = {
  stepsMax: 5,
  wallTimeMs: 60_000,
  tokensMax: 1000,
  costMicrosMax: 1000,
  toolOutputBytesMax: 10_000,
  callsPerTurnMax: 4,
};

export const started: NewRunEvent = {
  type: "run.started",
  data: {
    agentId: "agt_1",
    versionId: "ver_1",
    versionHash: "h",
    personId: "usr_1",
    threadId: "thr_1",
    previousRunIds: [],
    trial: false,
    attended: true,
    surface: "test",
    bounds: BOUNDS,
    input: LABEL,
  },
  bodies: { input: "do it", receiptKey: "k" },
};

export function claimed(workerId = "w1"): NewRunEvent {
  return { type: "run.claimed", data: { workerId } };
}

export function answered(step: number, calls: readonly string[], tokens = 10): NewRunEvent {
  const callIds = calls.map((tool, i) => ({ callId: `call_${step}_${i + 1}`, tool }));
  return {
    type: "model.answered",
    data: {
      step,
      purpose: "answer",
      model: "m/1",
      finish: calls.length > 0 ? "calls" : "stop",
      usage: {
        inputTokens: tokens,
        outputTokens: 0,
        cachedTokens: 0,
        reasoningTokens: 0,
        costMicros: tokens,
      },
      label: LABEL,
      calls: callIds.map((call) => ({ ...call, found: "wire" as const })),
    },
    bodies: {
      content: {
        text: `turn ${step}`,
        reasoning: "",
        calls: callIds.map(({ callId }) => ({ callId, arguments: { n: step } })),
      },
    },
  };
}

export function decision(kind: Decision["kind"]): Decision {
  const approvers = kind === "ask" ? [{ group: "grp_a", quorum: 1 }] : [];
  return { kind, policies: [], reason: "because", approvers };
}

export function decided(callId: string, kind: Decision["kind"]): NewRunEvent {
  return {
    type: "call.decided",
    data: {
      callId,
      tool: "t",
      decision: decision(kind),
      actsAs: "caller",
      actingAs: "Ada",
      destination: "here",
      digest: `d:${callId}`,
      toolHash: "th",
      label: LABEL,
    },
    bodies: { arguments: { n: 1 } },
  };
}

export function asked(
  callId: string,
  more: { kind?: "policy" | "repeat"; quorum?: number; expiresMs?: number } = {},
): NewRunEvent {
  const kind = more.kind ?? "policy";
  return {
    type: "approval.requested",
    data: {
      callId,
      tool: "t",
      approvalId: `apr:${callId}:${kind}`,
      kind,
      digest: `d:${callId}`,
      approvers: kind === "repeat" ? [] : [{ group: "grp_a", quorum: more.quorum ?? 1 }],
      expiresAt: new Date(more.expiresMs ?? 10_000).toISOString(),
    },
    bodies: { card: {} },
  };
}

export function replied(
  callId: string,
  answer: "approved" | "refused" | "expired",
  more: { by?: string; kind?: "policy" | "repeat"; edited?: boolean } = {},
): NewRunEvent {
  const kind = more.kind ?? "policy";
  return {
    type: "approval.answered",
    data: {
      callId,
      tool: "t",
      approvalId: `apr:${callId}:${kind}`,
      answer,
      by: more.by ?? "usr_2",
      digest: more.edited ? `edited:${callId}` : `d:${callId}`,
      edited: more.edited ?? false,
      meets: kind === "repeat" ? [] : ["grp_a"],
    },
    bodies: { note: "", ...(more.edited ? { arguments: { n: 2 } } : {}) },
  };
}

export function begun(callId: string, keyed: boolean): NewRunEvent {
  return {
    type: "call.started",
    data: { callId, tool: "t", key: `k/${callId}`, keyed, digest: `d:${callId}`, policies: [] },
  };
}

export function done(callId: string, text = "result"): NewRunEvent {
  return {
    type: "call.finished",
    data: {
      callId,
      tool: "t",
      status: "ok",
      label: LABEL,
      citations: 0,
      origins: [],
      bytes: text.length,
      durationMs: 1,
    },
    bodies: { result: text },
  };
}

/** Events numbered from 1, a second apart. */
export function logOf(events: readonly NewRunEvent[], atMs = 0): RunEvent[] {
  return events.map((event, i) => ({
    ...event,
    seq: i + 1,
    at: atMs + i,
    bodies: event.bodies ?? {},
  }));
}

export interface MemoryLog extends RunLog {
  readonly events: RunEvent[];
  /** Makes the next appends fail in this way. */
  failing: ("outage" | "lost-answer")[];
}

/** Fenced like the ledger; an answer can be lost after the append took effect. */
export function memoryLog(events: readonly NewRunEvent[] = []): MemoryLog {
  const log: MemoryLog = {
    events: logOf(events),
    failing: [],
    append: async (after, added) => {
      const trouble = log.failing.shift();
      await new Promise((resolve) => setImmediate(resolve));
      if (trouble === "outage") return fail("store.unavailable", "away");
      if (after !== log.events.length) return fail("ledger.conflict", "moved on");
      for (const event of structuredClone(added))
        log.events.push({
          ...event,
          seq: log.events.length + 1,
          at: log.events.length,
          bodies: event.bodies ?? {},
        });
      if (trouble === "lost-answer") return fail("store.unavailable", "answer lost");
      return ok({ at: log.events.length });
    },
    read: async (after, limit) => ok(log.events.slice(after, limit ? after + limit : undefined)),
  };
  return log;
}
