// A scripted model on a real socket: says what a script tells it to, well or badly.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const askedSchema = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string(), content: z.string().nullish() })),
});
export type Asked = z.infer<typeof askedSchema>;

export interface Turn {
  readonly text?: string;
  readonly calls?: readonly { name: string; arguments: object }[];
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as the whole body, as it stands. */
  readonly raw?: string;
  /** `half`: the stream breaks off; `never`: nothing comes. */
  readonly fault?: "half" | "never";
  readonly delayMs?: number;
  /** Between the pieces of the text. */
  readonly pieceMs?: number;
  readonly tokens?: number;
}

/** `turn`: how many times the model has answered in this run already. */
export type Script = (asked: { plan: string; turn: number; last: string; body: Asked }) => Turn;

export interface ModelServer {
  readonly host: string;
  /** The exact bytes of each request. */
  readonly asked: string[];
  close(): Promise<void>;
}

export async function startModel(script: Script, port = 0): Promise<ModelServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response, { script, asked }).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  const at = typeof address === "object" && address ? address.port : 0;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { host: `127.0.0.1:${at}`, asked, close };
}

interface Answering {
  readonly script: Script;
  readonly asked: string[];
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { script, asked }: Answering,
): Promise<void> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  asked.push(text);
  const body = askedSchema.parse(JSON.parse(text));
  const turn = body.messages.filter(({ role }) => role === "assistant").length;
  const plan = body.messages.find(({ role }) => role === "user")?.content ?? "";
  await play(response, script({ plan, turn, last: body.messages.at(-1)?.content ?? "", body }));
}

async function play(response: ServerResponse, turn: Turn): Promise<void> {
  if (turn.delayMs) await sleep(turn.delayMs);
  if (turn.fault === "never") return;
  const { status = 200, headers = {} } = turn;
  if (status !== 200) {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(turn.raw ?? JSON.stringify({ error: { message: "scripted failure" } }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream", ...headers });
  if (turn.raw !== undefined) {
    response.end(turn.raw);
    return;
  }
  for (const piece of pieces(turn)) {
    response.write(`data: ${JSON.stringify(piece)}\n\n`);
    if (turn.pieceMs) await sleep(turn.pieceMs);
    if (response.destroyed) return;
  }
  if (turn.fault === "half") response.destroy();
  else response.end("data: [DONE]\n\n");
}

function of(delta: object, finish_reason: string | null = null): object {
  return { choices: [{ index: 0, delta, finish_reason }] };
}

function* pieces(turn: Turn): Generator<object> {
  yield of({ role: "assistant" });
  for (const word of (turn.text ?? "").split(/(?<= )/)) if (word) yield of({ content: word });
  if (turn.fault === "half") return;
  const calls = turn.calls ?? [];
  for (const [index, { name, arguments: given }] of calls.entries()) {
    const call = { name: name.replace(".", "_"), arguments: JSON.stringify(given) };
    yield of({ tool_calls: [{ index, id: `tc_${index}`, type: "function", function: call }] });
  }
  yield of({}, calls.length > 0 ? "tool_calls" : "stop");
  const tokens = turn.tokens ?? 30;
  yield { choices: [], usage: { prompt_tokens: tokens - 10, completion_tokens: 10 } };
}
