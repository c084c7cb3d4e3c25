// @openai/agents, streamed, tracing off, bare.
import {
  Agent,
  OpenAIChatCompletionsModel,
  Runner,
  setTracingDisabled,
  tool,
} from "@openai/agents";
import OpenAI from "openai";
import { z } from "zod";
import { INPUT, INSTRUCTIONS, main, RESULT, TOOLS } from "../../load.mjs";

await main(async ({ baseUrl }) => {
  setTracingDisabled(true);
  const client = new OpenAI({ baseURL: baseUrl, apiKey: "x", maxRetries: 0 });
  const parameters = z.object({ key: z.string(), limit: z.number() });
  const agent = new Agent({
    name: "bench",
    instructions: INSTRUCTIONS,
    model: new OpenAIChatCompletionsModel(client, "bench"),
    tools: TOOLS.map((name) =>
      tool({ name, description: `${name} an item`, parameters, execute: async () => RESULT }),
    ),
  });
  const runner = new Runner({ tracingDisabled: true });
  return {
    one: async () => {
      const result = await runner.run(agent, INPUT, { stream: true, maxTurns: 20 });
      for await (const _event of result) void _event;
      await result.completed;
      if (!result.finalOutput) throw new Error("no answer");
    },
  };
});
