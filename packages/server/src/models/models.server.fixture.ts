// A provider for the benchmark, in a process of its own: one streamed answer of 32 frames, at once.
import { createServer } from "node:http";

const frames = Array.from({ length: 30 }, (_, i) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta: { content: `word${i} and more ` }, finish_reason: null }],
}));
const text = [
  ...frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`),
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}\n\n`,
  `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 900, completion_tokens: 90 } })}\n\n`,
  "data: [DONE]\n\n",
];

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    // In a few writes, as a socket under load delivers them.
    for (let i = 0; i < text.length; i += 8) response.write(text.slice(i, i + 8).join(""));
    response.end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.(address.port);
});
process.on("disconnect", () => process.exit(0));
