// `stead run "<agent>" "<text>"`: asks an agent and shows what happens until there is an answer.
import { actingWords } from "@stead/protocol";
import type { RunStatus, StreamFrame } from "@stead/protocol";
import { streamRun } from "@stead/sdk";
import { cardText, plain } from "../card.ts";
import { EXIT, onlyOptions, textOption, UsageError } from "../usage.ts";
import type { CommandContext, Words } from "../usage.ts";

export const RUN_USAGE =
  'stead run "<agent>" "<text>" [--thread id] [--trial] [--no-wait] [--json]';
const OPTIONS = ["thread", "trial", "no-wait", "json"];

export async function runCommand(context: CommandContext, words: Words): Promise<number> {
  const [agent, input, ...rest] = words.positional;
  if (agent === undefined || input === undefined || rest.length > 0)
    throw new UsageError(RUN_USAGE);
  onlyOptions(words, OPTIONS);
  const { client, terminal, signal } = context;
  const agentId = await findAgent(context, agent);
  const threadId = textOption(words, "thread");
  const trial = words.options.has("trial");
  const body = { agentId, input, trial, ...(threadId === undefined ? {} : { threadId }) };
  const run = await client.call("run.start", { body }, { signal });
  terminal.err(plain(`${run.id} · ${run.agent.name}, version ${run.agent.version}\n`));
  const json = words.options.has("json");
  for await (const frame of streamRun(client, run.id, { signal })) {
    if (json) terminal.out(`${JSON.stringify(frame)}\n`);
    else show(context, frame);
    if (frame.type === "run-end") return exitOf(frame.status);
    if (frame.type === "approval-request" && words.options.has("no-wait")) return EXIT.waiting;
  }
  return EXIT.failed;
}

async function findAgent({ client, signal }: CommandContext, wanted: string): Promise<string> {
  const { items: listed } = await client.call("agent.list", {}, { signal });
  const items = listed.filter(({ mayUse }) => mayUse);
  const found = items.filter((agent) => agent.id === wanted || agent.draft.name === wanted);
  const [only] = found;
  if (only && found.length === 1) return only.id;
  const names = items.map((agent) => `  ${agent.id}  ${agent.draft.name}`).join("\n");
  const problem = only ? "is the name of several agents" : "is no agent that you may use";
  throw new UsageError(plain(`${wanted} ${problem}. There are:\n${names}`));
}

function show({ terminal }: CommandContext, frame: StreamFrame): void {
  const line = describe(frame);
  if (line === undefined) return;
  if (frame.type === "run-end") terminal.out(`${line}\n`);
  else terminal.err(`${line}\n`);
}

function whoActs({ actsAs, actingAs }: Extract<StreamFrame, { type: "tool-call" }>): string {
  return actsAs === undefined ? "nobody acts" : actingWords({ kind: actsAs, name: actingAs });
}

function describe(frame: StreamFrame): string | undefined {
  switch (frame.type) {
    case "tool-call": {
      const said = frame.decision ? ` · ${frame.decision.kind}: ${frame.decision.reason}` : "";
      const given = JSON.stringify(frame.arguments);
      return plain(`→ ${frame.title} ${given} · ${whoActs(frame)}${said}`);
    }
    case "tool-end":
      return plain(
        `← ${frame.status} (${Math.round(frame.durationMs)} ms) ${firstLine(frame.text)}`,
      );
    case "sub-run-end":
      return `· ${frame.done} of ${frame.total} parts have been read`;
    case "approval-request":
      return `${cardText(frame.card)}\n  answer: stead approve ${frame.card.id} [--refuse]`;
    case "approval-answer":
      return plain(`✓ ${frame.answer} by ${frame.byName} ${frame.note}`);
    case "run-status":
      return plain(`· ${frame.status} ${frame.note}`);
    case "compaction":
      return `· ${frame.replaced} earlier parts were made shorter (${frame.how})`;
    case "run-end":
      return plain(endText(frame));
    case "run-start":
    case "step-start":
    case "step-end":
    case "text-reset":
    case "text-delta":
    case "tool-start":
      return undefined;
    default:
      // A newer server's frame, which this command line does not know.
      return undefined;
  }
}

function endText(frame: Extract<StreamFrame, { type: "run-end" }>): string {
  if (frame.failure)
    return [frame.failure.detail, frame.failure.hint].filter((part) => part).join("\n");
  const quotes = frame.citations.map(({ number, title }) => `[${number}] ${title}`);
  const read = frame.coverage.map(
    ({ question, inScope, more, read: count }) =>
      `Read ${count} of ${inScope}${more ? " or more" : ""} documents for: ${question}`,
  );
  return [frame.text, ...quotes, ...read].join("\n");
}

function firstLine(text: string): string {
  const line = text.split("\n")[0] ?? "";
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}

function exitOf(status: RunStatus): number {
  return status === "answered" ? EXIT.ok : EXIT.failed;
}
