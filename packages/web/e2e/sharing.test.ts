// What labels refused to post: asked to be shared by its asker, seen by who may decide, taken back before that.
import { once } from "node:events";
import { createServer } from "node:net";
import { LLMock, type ChatCompletionRequest, type FixtureResponse } from "@copilotkit/aimock";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, look, openHouse } from "./browser.ts";
import type { House } from "./browser.ts";

/** By the channel's name, who is in it: Carla may not read what Patient Services keeps to itself. */
const CHANNELS = { "town-hall": ["ada.park@northwind.example", "carla.ruiz@northwind.example"] };
const POST = { channel: "town-hall", text: "Patient Services meets every week at 9:30." };
const CALLS = [
  { name: "documents_open", arguments: { documentId: "doc_patient_services_guide" } },
  { name: "chat_channel-post", arguments: POST },
];
const AGENT = {
  name: "Town crier",
  purpose: "Posts what people ask it to.",
  instructions: "You post what people ask you to post.",
  tools: ["documents.open", "chat.channel-members", "chat.channel-post"].map((name) => ({ name })),
};

interface Chat {
  readonly url: string;
  readonly posts: readonly unknown[];
  readonly close: () => Promise<void>;
}
interface ChatModule {
  readonly serveChat: (port: number, channels: object) => Promise<Chat>;
}
interface Reply {
  readonly id: string;
  readonly items: readonly { name: string; tool: string; offered: unknown }[];
}

/** Opens the guide and posts of it, whatever comes of that. */
function crier({ messages }: ChatCompletionRequest): FixtureResponse {
  const next = CALLS[messages.filter(({ role }) => role === "tool").length];
  if (next === undefined) return { content: "I was not allowed to." };
  return { toolCalls: [{ ...next, arguments: JSON.stringify(next.arguments) }] };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** In the page, as whoever is signed in there. */
function call(page: Page, what: string, body?: object): Promise<Reply> {
  const [method = "GET", path = ""] = what.split(" ");
  const input = { method, path, body: JSON.stringify(body) };
  return page.evaluate(async (given) => {
    const { csrf } = await (await fetch("/api/session")).json();
    const key = { "idempotency-key": crypto.randomUUID() };
    const headers = { "content-type": "application/json", "stead-csrf": csrf, ...key };
    const { method: way, body: text } = given;
    const sent = await fetch(given.path, { method: way, headers, ...(text ? { body: text } : {}) });
    if (!sent.ok) throw new Error(`${given.path}: ${await sent.text()}`);
    return sent.json();
  }, input);
}

/** The administrator connects the chat and says what each of its tools does. */
async function connect(page: Page, url: string): Promise<void> {
  const server = { name: "chat", transport: { kind: "http", url } };
  const { id } = await call(page, "POST /api/mcp-servers", server);
  const record = { audience: [], classes: [], trust: "record" };
  const common = { result: record, resultForCallerOnly: false, keyed: false };
  const members = { tool: "chat.channel-members", argument: "channel", field: "email" };
  const readers = { kind: "channel", argument: "channel", members };
  const sinks = { channel: { kind: "id", trust: "person" } };
  const post = { ...common, effect: "write-shared", sinks, readers };
  const drafts = await call(page, `POST /api/mcp-servers/${id}/contracts/draft`, {});
  for (const { tool, offered } of drafts.items) {
    const contract = tool === "channel-post" ? post : { ...common, effect: "read", sinks: {} };
    await call(page, `POST /api/contracts/${id}/${tool}/accept`, { contract, offered });
  }
}

async function publish(page: Page): Promise<string> {
  const { items } = await call(page, "GET /api/models");
  const models = items.map(({ name }) => name).filter((name) => name.includes("outside-model"));
  const { id } = await call(page, "POST /api/agents", { ...AGENT, models });
  const usableBy = ["grp_patient_services"];
  await call(page, `PUT /api/agents/${id}/usable-by`, { usableBy });
  await call(page, `POST /api/agents/${id}/versions`, { note: "First version" });
  return id;
}

describe.skipIf(chromiumPath === null)("sharing what labels refused", () => {
  const provider = new LLMock({ port: 0 });
  let house: House;
  let chat: Chat;

  beforeAll(async () => {
    await provider.start();
    provider.on({ predicate: () => true }, crier);
    const example = new URL("../../../examples/channel-audience/chat.ts", import.meta.url);
    const { serveChat }: ChatModule = await import(example.href);
    chat = await serveChat(await freePort(), CHANNELS);
    house = await openHouse({
      env: {
        OPENAI_API_KEY: "sk-of-the-test",
        OPENAI_BASE_URL: `${provider.url}/v1`,
        OPENAI_MODELS: "outside-model",
        STEAD_ALLOW_PRIVATE: `${new URL(provider.url).host},${new URL(chat.url).host}`,
      },
    });
  }, 240_000);
  afterAll(async () => {
    await house?.close();
    await chat?.close();
    await provider.stop();
  });

  test("who asked takes it back, and nobody got it", { timeout: 120_000 }, async () => {
    const eva = await house.visit("administrator");
    const dev = await house.visit("agent builder");
    const { page, faults } = await house.visit("employee");
    await eva.page.goto("/inbox");
    await dev.page.goto("/agents");
    await connect(eva.page, chat.url);
    await page.goto(`/ask?agent=${await publish(dev.page)}`);
    await page.getByRole("textbox", { name: /Town crier/ }).fill("Post our times to town-hall.");
    await page.keyboard.press("Enter");
    await page.getByText("Answered", { exact: true }).waitFor();
    await look(page, "share-refused");
    await page.getByRole("button", { name: "Ask to share" }).click();
    await page.getByLabel("Why they should get it").fill("Carla plans the meeting rooms.");
    await look(page, "share-dialog");
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    const back = page.getByRole("button", { name: "Take the share back" });
    await back.waitFor();
    await look(page, "share-asked");
    await eva.page.goto("/inbox");
    await eva.page.getByRole("link", { name: /Post to a channel/ }).click();
    await eva.page.getByText("asks to share it").waitFor();
    await look(eva.page, "share-card");
    await back.click();
    await page.getByText("The permission to share this was taken back.").first().waitFor();
    await look(page, "share-back");
    expect(chat.posts).toEqual([]);
    expect([...eva.faults, ...dev.faults, ...faults]).toEqual([]);
  });
});
