// The model that every subject is measured against: OpenAI-compatible, in a process of its own. A run
// asks ten times: nine tool calls and an answer, in about 32 frames a step when it streams.
import { createServer } from "node:http";

const STEPS = 10;
const usage = { prompt_tokens: 600, completion_tokens: 40, total_tokens: 640 };
const words = Array.from({ length: 30 }, (_, i) => `word${i} `);

// An id for each answer: some peers take two answers with one id for the same message.
let id = "";
const frame = (delta, finish_reason = null) =>
  `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created: 1, model: "bench", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const tail = () =>
  `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created: 1, model: "bench", choices: [], usage })}\n\ndata: [DONE]\n\n`;

function callOf(step) {
  return {
    index: 0,
    id: `call_${step}_${Math.floor(performance.now() * 1000)}`,
    type: "function",
    function: { name: "lookup", arguments: JSON.stringify({ key: `item ${step}`, limit: 5 }) },
  };
}

function framesOf(step) {
  const text = words.map((word) => frame({ content: word }));
  const head = frame({ role: "assistant", content: "" });
  if (step >= STEPS) return [head, ...text, frame({}, "stop"), tail()];
  return [
    head,
    ...text.slice(0, 28),
    frame({ tool_calls: [callOf(step)] }),
    frame({}, "tool_calls"),
    tail(),
  ];
}

function whole(step) {
  const message = { role: "assistant", content: words.join("") };
  if (step < STEPS) message.tool_calls = [callOf(step)];
  const finish_reason = step < STEPS ? "tool_calls" : "stop";
  return {
    id,
    object: "chat.completion",
    created: 1,
    model: "bench",
    choices: [{ index: 0, message, finish_reason }],
    usage,
  };
}

let asked = 0;
const server = createServer((request, response) => {
  if (request.url === "/asked") {
    response.end(String(asked));
    return;
  }
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    id = `chatcmpl-${++asked}`;
    const body = JSON.parse(Buffer.concat(chunks).toString());
    const step = 1 + body.messages.filter((message) => message.role === "tool").length;
    if (body.stream !== true) {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(whole(step)));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    // As models do: the frames come apart, in a few writes.
    const frames = framesOf(step);
    for (let i = 0; i < frames.length; i += 8) response.write(frames.slice(i, i + 8).join(""));
    response.end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () =>
  process.stdout.write(`${server.address().port}\n`),
);
