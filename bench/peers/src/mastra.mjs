// Mastra's agent, streamed, bare.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { Agent } from "@mastra/core/agent";
import { createTool } from "@mastra/core/tools";
import { z } from "zod";
import { INPUT, INSTRUCTIONS, main, RESULT, TOOLS } from "../../load.mjs";

await main(async ({ baseUrl }) => {
  const provider = createOpenAICompatible({ name: "bench", baseURL: baseUrl, apiKey: "x" });
  const inputSchema = z.object({ key: z.string(), limit: z.number() });
  const tools = Object.fromEntries(
    TOOLS.map((name) => [
      name,
      createTool({
        id: name,
        description: `${name} an item`,
        inputSchema,
        execute: async () => RESULT,
      }),
    ]),
  );
  const model = provider.chatModel("bench");
  const agent = new Agent({ id: "bench", name: "bench", instructions: INSTRUCTIONS, model, tools });
  return {
    one: async () => {
      const result = await agent.stream(INPUT, { maxSteps: 20 });
      let text = "";
      for await (const delta of result.textStream) text += delta;
      if (!text) throw new Error("no text");
    },
  };
});
