// The floor: a hand-written loop over fetch and server-sent events that checks and keeps nothing.
import { INPUT, INSTRUCTIONS, main, RESULT, TOOLS } from "../../load.mjs";

await main(async ({ baseUrl }) => {
  const parameters = {
    type: "object",
    properties: { key: { type: "string" }, limit: { type: "number" } },
  };
  const tools = TOOLS.map((name) => ({
    type: "function",
    function: { name, description: `${name} an item`, parameters },
  }));
  return {
    one: async () => {
      const messages = [
        { role: "system", content: INSTRUCTIONS },
        { role: "user", content: INPUT },
      ];
      for (let step = 0; step < 20; step++) {
        const { text, calls } = await ask(`${baseUrl}/chat/completions`, {
          model: "bench",
          stream: true,
          messages,
          tools,
        });
        messages.push({ role: "assistant", content: text, tool_calls: calls });
        if (calls.length === 0) return;
        for (const call of calls)
          messages.push({ role: "tool", tool_call_id: call.id, content: RESULT });
      }
      throw new Error("no end");
    },
  };
});

async function ask(url, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer x" },
    body: JSON.stringify(body),
  });
  const decoder = new TextDecoder();
  let rest = "";
  let text = "";
  const calls = [];
  for await (const chunk of response.body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (!line.startsWith("data: ") || line === "data: [DONE]") continue;
      const delta = JSON.parse(line.slice(6)).choices[0]?.delta;
      if (delta?.content) text += delta.content;
      if (delta?.tool_calls) calls.push(...delta.tool_calls);
    }
  }
  return { text, calls };
}
