// LangGraph's prebuilt agent, streamed; with `checkpoint`: its Postgres checkpointer.
import { tool } from "@langchain/core/tools";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import { ChatOpenAI } from "@langchain/openai";
import { z } from "zod";
import { INPUT, INSTRUCTIONS, main, RESULT, TOOLS } from "../../load.mjs";

await main(async ({ baseUrl, checkpoint }) => {
  const llm = new ChatOpenAI({
    model: "bench",
    apiKey: "x",
    configuration: { baseURL: baseUrl },
    maxRetries: 0,
    streaming: true,
  });
  const schema = z.object({ key: z.string(), limit: z.number() });
  const tools = TOOLS.map((name) =>
    tool(async () => RESULT, { name, description: `${name} an item`, schema }),
  );
  const checkpointer = checkpoint ? PostgresSaver.fromConnString(checkpoint) : undefined;
  await checkpointer?.setup();
  const graph = createReactAgent({ llm, tools, prompt: INSTRUCTIONS, checkpointer });
  return {
    one: async (i) => {
      const stream = await graph.stream(
        { messages: [{ role: "user", content: INPUT }] },
        { streamMode: "messages", recursionLimit: 50, configurable: { thread_id: `bench-${i}` } },
      );
      let messages = 0;
      for await (const _part of stream) messages++;
      if (messages === 0) throw new Error("no messages");
    },
    close: () => checkpointer?.end(),
  };
});
