// The main job over both real wires: the real server with the demo, the public API, and a mock that speaks
// as the providers do. Ada asks, Finance approves, it is paid once, the answer comes.
import { LLMock } from "@copilotkit/aimock";
import type { ChatCompletionRequest, FixtureResponse } from "@copilotkit/aimock";
import type { Client } from "@stead/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { story } from "../../../examples/refund-approval/story.ts";
import { PERSONAS } from "../demo/company.ts";

interface Server {
  readonly baseUrl: string;
  readonly links: Map<string, string>;
  readonly errors: readonly string[];
  stop(): Promise<void>;
}
interface StageModule {
  startServer(given: { env: Record<string, string> }): Promise<Server>;
  signInByLink(baseUrl: string, path: string): Promise<Client>;
}
const KEY = "sk-canary-of-the-wires";

const WIRES = [
  { wire: "anthropic", prefix: "ANTHROPIC", base: "", path: "/v1/messages" },
  { wire: "openai", prefix: "OPENAI", base: "/v1", path: "/v1/chat/completions" },
] as const;

/** What a good model does: look the order up, propose the refund, say what came of it. */
function reply({ messages }: ChatCompletionRequest): FixtureResponse {
  const results = messages.filter(({ role }) => role === "tool");
  if (results.length === 0)
    return {
      content: "I look the order up.",
      toolCalls: [{ name: "order_find", arguments: JSON.stringify({ orderId: "ORD-1042" }) }],
    };
  if (results.length === 1) {
    const wish = { orderId: "ORD-1042", amountCents: 25_000, reason: "the sensor arrived broken" };
    return { toolCalls: [{ name: "refund_create", arguments: JSON.stringify(wish) }] };
  }
  const said = JSON.stringify(results.at(-1)?.content);
  return { content: `Done: ${/RF-[0-9A-F]{8}/.exec(said)?.[0] ?? said}` };
}

describe.each(WIRES)("the main job over the $wire wire", ({ prefix, base, path }) => {
  const mock = new LLMock({ port: 0, chunkSize: 9 });
  let stage: StageModule;
  let server: Server;

  beforeAll(async () => {
    await mock.start();
    mock.on({ predicate: () => true }, reply);
    const { host } = new URL(mock.url);
    stage = await import(new URL("../../../scripts/stage.mjs", import.meta.url).href);
    server = await stage.startServer({
      env: {
        [`${prefix}_API_KEY`]: KEY,
        [`${prefix}_BASE_URL`]: `${mock.url}${base}`,
        [`${prefix}_MODELS`]: "model-a",
        STEAD_ALLOW_PRIVATE: host,
      },
    });
  }, 180_000);
  afterAll(async () => {
    await server?.stop();
    await mock.stop();
  });

  test("is done once, with a yes, and answered", { timeout: 120_000 }, async () => {
    const signIn = async (personId: string): Promise<Client> => {
      const persona = PERSONAS.find((each) => each.personId === personId);
      return stage.signInByLink(server.baseUrl, server.links.get(persona?.what ?? "") ?? "");
    };
    await story({ baseUrl: server.baseUrl, signIn, tell: () => undefined });
    const requests = mock.getRequests();
    expect(requests.map((request) => request.path)).toEqual([path, path, path]);
    // Over the last two, the model was told what its calls came to.
    const tools = requests.map((request) => JSON.stringify(request.body).includes("RF-"));
    expect(tools).toEqual([false, false, true]);
    expect(server.errors.join("")).not.toContain(KEY);
  });
});
