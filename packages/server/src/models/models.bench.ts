// What a streamed step of 32 frames costs in CPU: the adapter alone, with egress, and a bare client.
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import { fileURLToPath } from "node:url";
import { silentLog } from "../lib/log.ts";
import { systemClock } from "../lib/clock.ts";
import { createIds } from "../lib/ids.ts";
import { assert, ok } from "../lib/result.ts";
import { complete } from "./complete.ts";
import { benchOf, FIND, LABEL, permitsOf } from "./models.fixture.ts";
import { createModels, type Models } from "./models.ts";
import type { ModelCall } from "./model.ts";
import type { ProviderInput } from "./provider.ts";

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const STEPS = 4000;
const WARM_UP = 1000;
const CONCURRENT = 50;

export async function measureModels(): Promise<Figure[]> {
  const child = fork(fileURLToPath(new URL("models.server.fixture.ts", import.meta.url)));
  const [port]: unknown[] = await once(child, "message");
  const provider: ProviderInput = {
    id: "bench",
    wire: "openai-chat",
    baseUrl: `http://127.0.0.1:${String(port)}`,
    models: [{ id: "m" }],
  };
  const through = benchOf([provider]);
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENT });
  try {
    const permits = await permitsOf(["bench/m"]);
    const step = (models: Models) => async (): Promise<void> => {
      const answer = await complete(models, permits, callOf(through.journal), {
        attempt: () => undefined,
        delta: () => undefined,
        attempted: () => undefined,
      });
      assert(answer.ok, "the provider of the benchmark answers");
    };
    const bytes = await bare(agent, Number(port));
    const floor = async (): Promise<void> => void (await bare(agent, Number(port)));
    return [
      await cpuPerStep("models.step.stream.cpu", step(through.models)),
      await cpuPerStep("models.step.adapter.cpu", step(replaying(provider, bytes))),
      await cpuPerStep("models.step.floor.cpu", floor),
    ];
  } finally {
    agent.destroy();
    await through.close();
    child.disconnect();
  }
}

async function cpuPerStep(name: string, step: () => Promise<void>): Promise<Figure> {
  await repeat(WARM_UP, step);
  const before = process.cpuUsage();
  await repeat(STEPS, step);
  const { user, system } = process.cpuUsage(before);
  return { name, value: (user + system) / 1000 / STEPS, unit: "ms" };
}

async function repeat(times: number, step: () => Promise<void>): Promise<void> {
  let left = times;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await step();
  };
  await Promise.all(Array.from({ length: CONCURRENT }, worker));
}

/** The same models with the answer's bytes at hand: what is left is our own work. */
function replaying(provider: ProviderInput, chunks: readonly Buffer[]): Models {
  const body = {
    async *[Symbol.asyncIterator]() {
      yield* chunks;
    },
  };
  const headers = { "content-type": "text/event-stream" };
  const egress = {
    send: async () => ok({ status: 200, headers, body, text: async () => ok("") }),
  };
  const ids = createIds(systemClock);
  return createModels({ providers: [provider], egress, ids, clock: systemClock, log: silentLog });
}

function callOf(journal: ModelCall["journal"]): ModelCall {
  const system = "You help with things. ".repeat(90);
  return {
    chain: ["bench/m"],
    messages: [
      { role: "system", text: system, cache: true },
      { role: "user", text: "Where is it?" },
      {
        role: "assistant",
        text: "",
        calls: [{ callId: "call_1_1", tool: "order.find", arguments: { orderId: "ORD-1" } }],
      },
      { role: "tool", callId: "call_1_1", text: "x".repeat(170), cache: true },
    ],
    tools: Array.from({ length: 5 }, (_, i) => ({ ...FIND, name: `order.find${i}` })),
    stream: true,
    label: LABEL,
    personId: "per_ada",
    journal,
    signal: new AbortController().signal,
  };
}

/** A hand-made client that reads the bytes and looks at none. */
function bare(agent: Agent, port: number): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { agent, port, host: "127.0.0.1", method: "POST", path: "/v1/chat/completions" },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => resolve(chunks));
      },
    );
    sent.on("error", reject);
    sent.end("{}");
  });
}
