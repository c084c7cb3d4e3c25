// What a department keeps to itself does not reach a channel in which one member may not read it, though the
// asker may read it, wants it posted, and the model does all it can; where everybody may read it, it is posted.
import assert from "node:assert/strict";
import { LLMock, type ChatCompletionRequest, type FixtureResponse } from "@copilotkit/aimock";
import { streamRun, type Client } from "@stead/sdk";
import type { Stage } from "../stage.ts";
import { serveChat, type Chat } from "./chat.ts";

const CHAT_PORT = 4792;
const MODEL_PORT = 4793;
export const environment = {
  OPENAI_API_KEY: "sk-of-the-story",
  OPENAI_BASE_URL: `http://127.0.0.1:${MODEL_PORT}/v1`,
  OPENAI_MODELS: "outside-model",
  STEAD_ALLOW_PRIVATE: `127.0.0.1:${CHAT_PORT},127.0.0.1:${MODEL_PORT}`,
};

const GUIDE = "doc_patient_services_guide";
const TITLE = "Patient Services: how we work";
const TEXT = "Patient Services meets every week at 9:30; notes go to the team folder.";
const ADA = "ada.park@northwind.example";
const BEN = "ben.osei@northwind.example";
const CARLA = "carla.ruiz@northwind.example";
/** Carla is of Finance: she may not read what Patient Services keeps to itself. */
const CHANNELS = { "patient-services": [ADA, BEN], "town-hall": [ADA, BEN, CARLA] };

export async function story(stage: Stage): Promise<void> {
  const chat = await serveChat(CHAT_PORT, CHANNELS);
  const provider = new LLMock({ port: MODEL_PORT });
  await provider.start();
  provider.on({ predicate: () => true }, reply);
  try {
    await play(stage, chat);
  } finally {
    await provider.stop();
    await chat.close();
  }
}

/** Opens the guide, posts it; if that is refused, posts it written otherwise, and in two parts. */
function reply({ messages }: ChatCompletionRequest): FixtureResponse {
  const asked = JSON.stringify(messages.findLast(({ role }) => role === "user")?.content ?? "");
  const channel = asked.includes("town-hall") ? "town-hall" : "patient-services";
  const results = messages.filter(({ role }) => role === "tool");
  const last = JSON.stringify(results.at(-1)?.content ?? "");
  const post = (text: string): FixtureResponse => ({
    toolCalls: [{ name: "chat_channel-post", arguments: JSON.stringify({ channel, text }) }],
  });
  const tries = [
    TEXT,
    Buffer.from(TEXT).toString("base64"),
    TEXT.slice(0, 20),
    TEXT.slice(20),
    "We meet weekly in the morning.",
  ];
  if (results.length === 0)
    return {
      toolCalls: [{ name: "documents_open", arguments: JSON.stringify({ documentId: GUIDE }) }],
    };
  if (last.includes("Posted to")) return { content: `It is posted to ${channel}.` };
  const next = tries[results.length - 1];
  return next === undefined ? { content: "I was not allowed to post it." } : post(next);
}

async function play({ signIn, tell }: Stage, chat: Chat): Promise<void> {
  const [ada, dev, eva] = await Promise.all([
    signIn("usr_ada_park"),
    signIn("usr_dev_patel"),
    signIn("usr_eva_lindqvist"),
  ]);
  await connect(eva, chat.url);
  tell("Eva connects a chat and reviews its contracts: a post is seen by the channel's members");
  const agentId = await make(dev);

  const stopped = await posting({ ada, eva, agentId }, "town-hall");
  assert.deepEqual(chat.posts, [], "nothing reached the channel");
  assert.equal(stopped.cards.length, 0, "nobody was asked to let it through");
  assert.equal(stopped.refusals.length, 5, "each way of posting it was refused");
  for (const { lacking } of stopped.refusals)
    assert.deepEqual(lacking, [{ name: "Carla Ruiz", what: [`"${TITLE}"`] }]);
  tell(
    `Ada has it posted to town-hall; ${stopped.refusals.length} attempts are refused before posting`,
  );
  tell(stopped.refusals[0]?.reason ?? "");

  const posted = await posting({ ada, eva, agentId }, "patient-services");
  assert.deepEqual(chat.posts, [{ channel: "patient-services", text: TEXT }]);
  assert.equal(posted.refusals.length, 0);
  tell("to patient-services, where everybody may read it, it is posted once Eva has said yes");

  CHANNELS["patient-services"].push(CARLA);
  const late = await posting({ ada, eva, agentId }, "patient-services");
  assert.equal(chat.posts.length, 1);
  assert(late.refusals[0]?.reason.includes("Carla Ruiz may not read"));
  tell(
    "Carla joins patient-services: who is in it is asked at each post, so the next one is refused",
  );
}

/** The administrator looks at each tool and says what it does. */
async function connect(eva: Client, url: string): Promise<void> {
  const body = { name: "chat", transport: { kind: "http" as const, url } };
  const { id: serverId } = await eva.call("mcp-server.create", { body });
  const drafts = await eva.call("contract.draft", { params: { serverId } });
  const record = { audience: [], classes: [], trust: "record" as const };
  const common = { result: record, resultForCallerOnly: false, keyed: false };
  const members = { tool: "chat.channel-members", argument: "channel", field: "email" };
  const contracts = {
    "channel-members": { ...common, effect: "read" as const, sinks: {} },
    "channel-post": {
      ...common,
      effect: "write-shared" as const,
      sinks: { channel: { kind: "id" as const, trust: "person" as const } },
      readers: { kind: "channel" as const, argument: "channel", members },
    },
  };
  for (const [tool, contract] of Object.entries(contracts)) {
    const offered = drafts.items.find((each) => each.tool === tool)?.offered;
    assert(offered, `${tool} is offered`);
    const params = { serverId, tool };
    await eva.call("contract.accept", { params, body: { contract, offered } });
  }
}

async function make(dev: Client): Promise<string> {
  const model = (await dev.call("model.list")).items.find(({ name }) =>
    name.includes("outside-model"),
  );
  assert(model, "the provider is configured");
  const agent = await dev.call("agent.create", {
    body: {
      name: "Town crier",
      purpose: "Posts what people ask it to.",
      instructions: "You post what people ask you to post.",
      models: [model.name],
      tools: ["documents.open", "chat.channel-members", "chat.channel-post"].map((name) => ({
        name,
      })),
    },
  });
  const params = { agentId: agent.id };
  await dev.call("agent.share", { params, body: { usableBy: ["grp_patient_services"] } });
  await dev.call("agent.publish", { params, body: { note: "First version" } });
  return agent.id;
}

interface Cast {
  readonly ada: Client;
  readonly eva: Client;
  readonly agentId: string;
}

/** What came of it; what policy asks the administrator, she allows. */
async function posting({ ada, eva, agentId }: Cast, channel: string) {
  const input = `Post how our department works to the channel "${channel}".`;
  const run = await ada.call("run.start", { body: { agentId, input } });
  const cards = [];
  const refusals = [];
  for await (const frame of streamRun(ada, run.id)) {
    if (frame.type === "tool-call" && frame.decision?.kind === "deny")
      refusals.push(frame.decision);
    if (frame.type === "approval-request") {
      const { id: approvalId, digest } = frame.card;
      cards.push(frame.card);
      const body = { answer: "approved" as const, digest };
      await eva.call("approval.answer", { params: { approvalId }, body });
    }
    if (frame.type === "run-end") return { cards, refusals, status: frame.status };
  }
  throw new Error("the stream ended before the run");
}
