// The compromised model: a real server of the OpenAI wire that says, turn by turn, what an attacker wants.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { z } from "zod";

export interface ModelCall {
  /** With a dot: a tool of the server; without: one of the suite. */
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface Step {
  readonly text?: string;
  readonly calls?: readonly ModelCall[];
  /** In place of anything sensible: the whole body, or the text of a call's arguments as it stands. */
  readonly raw?: string;
  readonly rawArguments?: string;
}

const askedSchema = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
});

/** In arguments: the id of the last result that was put aside. */
export const LAST_BLOB = "{blob}";
/** How the work of a sub-run begins, so that it says what is meant for it. */
export const PART_OF_WORK = "A part of the work:";

export interface MindServer {
  readonly host: string;
  /**
   * From now on the model of that name says this, in sub-runs what is in `part`, and `Done.` when it has
   * nothing left to say.
   */
  tell(model: string, steps: readonly Step[], part?: readonly Step[]): void;
  close(): Promise<void>;
}

export async function startMind(): Promise<MindServer> {
  const plans = new Map<string, Step[]>();
  const server = createServer((request, response) => {
    void answer(request, response, plans).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    host: `127.0.0.1:${port}`,
    tell: (model, steps, part = []) => {
      plans.set(model, [...steps]);
      plans.set(partOf(model), [...part]);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function partOf(model: string): string {
  return `${model} ${PART_OF_WORK}`;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  plans: ReadonlyMap<string, Step[]>,
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) if (part instanceof Buffer) parts.push(part);
  const asked = askedSchema.parse(JSON.parse(Buffer.concat(parts).toString()));
  const isPart = asked.messages.some(
    ({ role, content }) => role === "user" && JSON.stringify(content)?.includes(PART_OF_WORK),
  );
  const plan = plans.get(isPart ? partOf(asked.model) : asked.model);
  const step = plan?.shift() ?? { text: "Done." };
  response.writeHead(200, { "content-type": "text/event-stream" });
  if (step.raw !== undefined) {
    response.end(step.raw);
    return;
  }
  const seen = JSON.stringify(asked.messages);
  const blobId = [...seen.matchAll(/put aside as (\w+)/g)].at(-1)?.[1] ?? "";
  for (const piece of piecesOf(step, { lane: asked.model, blobId }))
    response.write(`data: ${JSON.stringify(piece)}\n\n`);
  response.end("data: [DONE]\n\n");
}

interface Voice {
  readonly lane: string;
  readonly blobId: string;
}

function* piecesOf(step: Step, { lane, blobId }: Voice): Generator<object> {
  yield choice({ role: "assistant" });
  if (step.text) yield choice({ content: step.text });
  const calls = step.calls ?? [];
  for (const [index, call] of calls.entries()) {
    const name = call.tool.includes(".") ? call.tool.replaceAll(".", "_") : `${lane}_${call.tool}`;
    const written =
      step.rawArguments ?? JSON.stringify(call.arguments).replaceAll(LAST_BLOB, blobId);
    const made = { name, arguments: written };
    yield choice({ tool_calls: [{ index, id: `tc_${index}`, type: "function", function: made }] });
  }
  yield choice({}, calls.length > 0 ? "tool_calls" : "stop");
  yield { choices: [], usage: { prompt_tokens: 20, completion_tokens: 10 } };
}

function choice(delta: object, reason: string | null = null): object {
  return { choices: [{ index: 0, delta, finish_reason: reason }] };
}
