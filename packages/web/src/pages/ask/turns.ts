// Messages of a thread, paired: what the person asked and what the run made of it.
import type { Citation, Coverage, RunStatus } from "@stead/protocol";
import type { Reply } from "../../api/client.ts";

export interface Turn {
  runId: string;
  question: string;
  askedAt: string | null;
  answer: string;
  citations: Citation[];
  coverage: Coverage[];
  status: RunStatus;
}

export function newTurn(runId: string, question: string, status: RunStatus): Turn {
  return { runId, question, askedAt: null, answer: "", citations: [], coverage: [], status };
}

const OPEN: RunStatus[] = ["queued", "running", "waiting"];

export function isOpen(status: RunStatus): boolean {
  return OPEN.includes(status);
}

export function turnsOf(messages: Reply<"thread.get">["messages"]): Turn[] {
  const turns = new Map<string, Turn>();
  for (const message of messages) {
    const turn = turns.get(message.runId) ?? newTurn(message.runId, "", message.status);
    const more =
      message.role === "person"
        ? { question: message.text, askedAt: message.at }
        : { answer: message.text, citations: message.citations, coverage: message.coverage };
    turns.set(message.runId, { ...turn, ...more, status: message.status });
  }
  return [...turns.values()];
}
