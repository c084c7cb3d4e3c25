// The thread that owns the index: takes changes and questions in the order in which they come.
import { parentPort } from "node:worker_threads";
import { MemoryIndex } from "./memory-index.ts";
import type { IndexAnswer, IndexCall } from "./thread.ts";

const index = new MemoryIndex();

function answer({ id, ...call }: IndexCall): IndexAnswer {
  if (call.kind === "apply") {
    index.apply(call.changes);
    return { id, kind: "done" };
  }
  if (call.kind === "search") return { id, kind: "hits", hits: index.search(call.query) };
  if (call.kind === "stamps") return { id, kind: "stamps", stamps: index.stamps() };
  return { id, kind: "stats", stats: index.stats() };
}

parentPort?.on("message", (call: IndexCall) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(answer(call));
});
