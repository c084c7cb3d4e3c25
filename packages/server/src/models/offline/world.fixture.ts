// For tests: a made-up set of tools with answers, and a conversation played to its end.
import type { JsonObject } from "../../lib/json.ts";
import { assert } from "../../lib/result.ts";
import type { ModelMessage, ModelTool } from "../model.ts";
import { toolNames } from "../names.ts";
import { modelSpecSchema, providerSchema } from "../provider.ts";
import { offline } from "./offline.ts";

export interface WorldTool extends ModelTool {
  readonly run: (args: JsonObject) => unknown;
}

export interface Played {
  /** One entry a step: `tool {arguments}`, for several calls in one step joined by " | ". */
  readonly steps: string[];
  readonly answer: string;
  readonly messages: ModelMessage[];
}

export const TODAY = "You are a test. Today is 2026-11-22.";
const STEPS_MAX = 8;

/** Every property is required but those named in `optional`. */
export function tool(
  name: string,
  description: string,
  more: { in?: Record<string, JsonObject>; optional?: readonly string[]; out?: WorldTool["run"] },
): WorldTool {
  const { in: properties = {}, optional = [], out = () => ({ ok: true }) } = more;
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { name, description, inputSchema: { type: "object", properties, required }, run: out };
}

export async function play(
  tools: readonly WorldTool[],
  request: string,
  before: readonly ModelMessage[] = [{ role: "system", text: TODAY }],
): Promise<Played> {
  const messages: ModelMessage[] = [...before, { role: "user", text: request }];
  const steps: string[] = [];
  for (let step = 1; step <= STEPS_MAX; step++) {
    const result = await think(messages, tools);
    const calls = result.calls.map((call, i) => ({ ...call, callId: `call_${step}_${i}` }));
    messages.push({ role: "assistant", text: result.text, calls });
    if (calls.length === 0) return { steps, answer: result.text, messages };
    steps.push(calls.map((call) => `${call.tool} ${JSON.stringify(call.arguments)}`).join(" | "));
    for (const call of calls) {
      const found = tools.find(({ name }) => name === call.tool);
      const given = found ? found.run(call.arguments) : "There is no such tool.";
      const text = typeof given === "string" ? given : JSON.stringify(given);
      messages.push({ role: "tool", callId: call.callId, text });
    }
  }
  return { steps, answer: "(no end)", messages };
}

const provider = providerSchema.parse({
  id: "offline",
  wire: "offline",
  models: [{ id: "offline-1" }],
});
const model = modelSpecSchema.parse({ id: "offline-1" });

async function think(messages: readonly ModelMessage[], tools: readonly ModelTool[]) {
  const result = await offline({
    provider,
    model,
    names: toolNames([]),
    call: {
      chain: [],
      messages,
      tools,
      stream: true,
      label: { audience: [], classes: [], trust: "person" },
      personId: "per_a",
      journal: { now: async () => ({ ok: true, value: undefined }), later: () => undefined },
      signal: new AbortController().signal,
    },
    send: () => Promise.reject(new Error("nothing leaves")),
    onDelta: () => undefined,
  });
  assert(result.ok, "it always answers");
  return result.answer;
}
