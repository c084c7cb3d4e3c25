// A thread that reads one file at a time. It can be ended at any moment without anything being lost.
import { parentPort } from "node:worker_threads";
import { readText } from "./read.ts";
import type { TextInput } from "./text.ts";

async function answer(file: TextInput): Promise<void> {
  const result = await readText(file);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(result);
}

parentPort?.on("message", (file: TextInput) => void answer(file));
