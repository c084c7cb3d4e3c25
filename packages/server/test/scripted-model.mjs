// An OpenAI-compatible model that says what a script tells it to: for tests and benches that need a
// real wire and known answers. Plain JavaScript, so that it runs as a process of its own, too.
import { createServer } from "node:http";

/**
 * @typedef {{ name: string, arguments: object }} ScriptedCall
 * @typedef {{ text?: string, calls?: ScriptedCall[], status?: number, delayMs?: number }} Turn
 * @typedef {{ messages: { role: string, content: string | null, tool_calls?: object[] }[],
 *   model: string, stream?: boolean, tools?: object[] }} Asked
 */

/** @param {(asked: Asked) => Turn} script */
export async function startScriptedModel(script, { port = 0, frames = 8 } = {}) {
  const asked = [];
  const answer = async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    asked.push(body);
    const turn = script(body);
    if (turn.delayMs) await new Promise((resolve) => setTimeout(resolve, turn.delayMs));
    if (turn.status && turn.status !== 200) {
      response.writeHead(turn.status, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: "scripted failure" } }));
      return;
    }
    if (body.stream) streamTurn(response, turn, frames);
    else answerTurn(response, turn);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/v1`;
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return { url, asked, close };
}

const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

function callsOf(turn) {
  return (turn.calls ?? []).map((call, index) => ({
    index,
    id: `tc_${index}`,
    type: "function",
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));
}

function answerTurn(response, turn) {
  const tool_calls = callsOf(turn);
  const message = { role: "assistant", content: turn.text ?? null };
  if (tool_calls.length > 0) message.tool_calls = tool_calls;
  const finish_reason = tool_calls.length > 0 ? "tool_calls" : "stop";
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason }], usage }));
}

function streamTurn(response, turn, frames) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (delta, finish_reason = null) =>
    response.write(
      `data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", model: "scripted", choices: [{ index: 0, delta, finish_reason }] })}\n\n`,
    );
  const text = turn.text ?? "";
  const size = Math.max(1, Math.ceil(text.length / frames));
  send({ role: "assistant" });
  for (let i = 0; i < text.length; i += size) send({ content: text.slice(i, i + size) });
  const calls = callsOf(turn);
  for (const call of calls) send({ tool_calls: [call] });
  send({}, calls.length > 0 ? "tool_calls" : "stop");
  response.write(`data: ${JSON.stringify({ choices: [], usage })}\n\n`);
  response.end("data: [DONE]\n\n");
}
