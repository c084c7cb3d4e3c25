// A model's server for tests, on a real socket: proposes one payment, then says that it is done.
import { createServer, type IncomingMessage } from "node:http";
import { z } from "zod";

const requestSchema = z.object({ messages: z.array(z.object({ role: z.string() })) });
const CALL = { name: "payment_make", arguments: JSON.stringify({ amountCents: 900, to: "Acme" }) };

export interface ModelServer {
  readonly host: string;
  close(): Promise<void>;
}

/** Speaks the OpenAI-compatible wire, streamed. */
export async function startModelServer(): Promise<ModelServer> {
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    void answerTo(request).then((text) => response.end(text));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { host: `127.0.0.1:${port}`, close };
}

async function answerTo(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  const { messages } = requestSchema.parse(JSON.parse(text));
  const settled = messages.at(-1)?.role === "tool";
  const call = { index: 0, id: "c1", type: "function", function: CALL };
  const delta = settled ? { content: "Done." } : { tool_calls: [call] };
  const finish = settled ? "stop" : "tool_calls";
  const usage = { prompt_tokens: 10, completion_tokens: 5 };
  const parts = [
    { choices: [{ index: 0, delta: { role: "assistant", ...delta } }] },
    { choices: [{ index: 0, delta: {}, finish_reason: finish }], usage },
  ];
  return [...parts.map((part) => JSON.stringify(part)), "[DONE]"]
    .map((data) => `data: ${data}\n\n`)
    .join("");
}
