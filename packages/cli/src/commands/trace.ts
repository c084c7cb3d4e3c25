// `stead trace <runId>`: a run as a tree.
import { plain, traceText } from "../card.ts";
import { EXIT, onlyOptions, UsageError, type CommandContext, type Words } from "../usage.ts";

export const TRACE_USAGE = "stead trace <runId> [--json]";

export async function traceCommand(context: CommandContext, words: Words): Promise<number> {
  const [runId, ...rest] = words.positional;
  if (runId === undefined || rest.length > 0) throw new UsageError(TRACE_USAGE);
  onlyOptions(words, ["json"]);
  const { client, terminal, signal } = context;
  const trace = await client.call("run.trace", { params: { runId } }, { signal });
  if (words.options.has("json")) terminal.out(`${JSON.stringify(trace, null, 2)}\n`);
  else {
    const { run, seenAs } = trace;
    terminal.out(plain(`${run.id} · ${run.status} · ${run.agent.name} · seen as ${seenAs}\n`));
    terminal.out(`${traceText(trace.spans)}\n`);
  }
  return EXIT.ok;
}
