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
  links: string[];
  status: RunStatus;
}

export function newTurn(runId: string, question: string, status: RunStatus): Turn {
  const nothing = { answer: "", citations: [], coverage: [], links: [] };
  return { runId, question, askedAt: null, ...nothing, status };
}

const OPEN: RunStatus[] = ["queued", "running", "waiting"];

export function isOpen(status: RunStatus): boolean {
  return OPEN.includes(status);
}

type Message = Reply<"thread.get">["messages"][number];

function answerOf({ text, citations, coverage, links = [] }: Message) {
  return { answer: text, citations, coverage, links };
}

export function turnsOf(messages: Reply<"thread.get">["messages"]): Turn[] {
  const turns = new Map<string, Turn>();
  for (const message of messages) {
    const turn = turns.get(message.runId) ?? newTurn(message.runId, "", message.status);
    const more =
      message.role === "person"
        ? { question: message.text, askedAt: message.at }
        : answerOf(message);
    turns.set(message.runId, { ...turn, ...more, status: message.status });
  }
  return [...turns.values()];
}
