// `ai` 7 streamText with a tool loop, bare: no durability, policy or trace.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { isStepCount, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { INPUT, INSTRUCTIONS, main, RESULT, TOOLS } from "../../load.mjs";

await main(async ({ baseUrl }) => {
  const provider = createOpenAICompatible({ name: "bench", baseURL: baseUrl, apiKey: "x" });
  const inputSchema = z.object({ key: z.string(), limit: z.number() });
  const tools = Object.fromEntries(
    TOOLS.map((name) => [
      name,
      tool({ description: `${name} an item`, inputSchema, execute: async () => RESULT }),
    ]),
  );
  const stopWhen = (isStepCount ?? stepCountIs)(20);
  return {
    one: async () => {
      const result = streamText({
        model: provider.chatModel("bench"),
        instructions: INSTRUCTIONS,
        prompt: INPUT,
        tools,
        stopWhen,
        maxRetries: 0,
      });
      let text = "";
      for await (const delta of result.textStream) text += delta;
      const steps = await result.steps;
      if (steps.length !== 10) throw new Error(`${steps.length} steps`);
      if (!text) throw new Error("no text");
    },
  };
});
