// For models without tool calls of their own: tools described in the prompt, calls and results as
// text in the style that most open models were taught (Hermes). The scanner finds the calls.
import type { ModelMessage, ModelTool } from "../model.ts";
import { objectSchema } from "./json-view.ts";

/** The same history with no calls in it but as text; the tools stand at the end of the system text. */
export function asText(
  messages: readonly ModelMessage[],
  tools: readonly ModelTool[],
): ModelMessage[] {
  const out: ModelMessage[] = [];
  if (tools.length > 0 && messages[0]?.role !== "system")
    out.push({ role: "system", text: toolPrompt(tools) });
  for (const [i, message] of messages.entries()) {
    if (i === 0 && message.role === "system" && tools.length > 0)
      out.push({ ...message, text: `${message.text}\n\n${toolPrompt(tools)}` });
    else if (message.role === "tool") addResult(out, message);
    else out.push(plain(message));
  }
  return out;
}

function plain(message: ModelMessage): ModelMessage {
  const { calls, callId: _, ...rest } = message;
  if (!calls || calls.length === 0) return rest;
  const written = calls.map(
    (call) =>
      `<tool_call>\n${JSON.stringify({ name: call.tool, arguments: call.arguments })}\n</tool_call>`,
  );
  return { ...rest, text: [message.text, ...written].filter((part) => part !== "").join("\n") };
}

/** Results of one turn go back in one message: some templates refuse two of a role in a row. */
function addResult(out: ModelMessage[], message: ModelMessage): void {
  const text = `<tool_response>\n${message.text}\n</tool_response>`;
  const last = out.at(-1);
  const cache = message.cache ? { cache: true } : {};
  if (last?.role === "user" && last.text.startsWith("<tool_response>"))
    out[out.length - 1] = { ...last, text: `${last.text}\n${text}`, ...cache };
  else out.push({ role: "user", text, ...cache });
}

function toolPrompt(tools: readonly ModelTool[]): string {
  const lines = tools.map((tool) =>
    JSON.stringify({
      type: "function",
      function: {
        name: tool.name,
        description: tool.description,
        parameters: objectSchema(tool.inputSchema),
      },
    }),
  );
  return [
    "# Tools",
    "You may call one or more of these functions. Their signatures stand between <tools> and",
    "</tools>:",
    "<tools>",
    ...lines,
    "</tools>",
    "For each call write a JSON object with its name and arguments between <tool_call> and",
    "</tool_call>, and nothing after the last one:",
    "<tool_call>",
    '{"name": "function name", "arguments": {"argument": "value"}}',
    "</tool_call>",
    "The results come back between <tool_response> and </tool_response>.",
  ].join("\n");
}
