// As whom a call acts: with the account of whoever asks, looked up for the call and told on its record.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { send, type Entered } from "../src/http/edge.fixture.ts";
import { linkAccount, openDesk, type Desk } from "./fixtures/desk.ts";
import { startRun } from "./loop/ask.ts";
import { makeAgent } from "./loop/yard.ts";

const NOTE = { name: "desk.note", actsAs: "caller" as const, presets: {} };

let desk: Desk;
let ada: Entered;
let agentId = "";

beforeAll(async () => {
  desk = await openDesk({
    script: ({ turn, plan }) =>
      turn === 0
        ? { calls: [{ name: "desk.note", arguments: { text: plan } }] }
        : { text: "It is kept." },
  });
  ada = await desk.yard.enter("employee");
  agentId = await makeAgent(desk.yard, { name: "Notes", tools: [NOTE] });
});
afterAll(() => desk.close());

test("each call names the very account, and is bound to that consent", async () => {
  await linkAccount(desk, ada, "ada.p");
  const runId = await startRun(desk.yard, ada, { agentId, input: "milk" });
  const events = await desk.yard.ended(runId);
  const decided = events.find(({ type }) => type === "call.decided");
  expect(decided?.data).toMatchObject({
    actsAs: "caller",
    actingAs: "Ada Park <ada.park@example.org>, with their own account ada.p in Desk",
  });
  expect(desk.peer.notes).toEqual([{ user: "ada.p", text: "milk" }]);
});

test("a source's tool can't be published as acting as anybody else", async () => {
  const bea = await desk.yard.enter("builder");
  for (const actsAs of ["agent", "connection"]) {
    const tools = [{ name: "desk.note", actsAs }];
    const body = { name: "Poser", instructions: "x", models: ["peer/m"], tools };
    const made = await send(desk.yard, "/api/agents", { as: bea, method: "POST", body });
    const { id } = z.object({ id: z.string() }).parse(made.body);
    const wish = { as: bea, method: "POST", body: {} };
    const published = await send(desk.yard, `/api/agents/${id}/versions`, wish);
    expect(published.body).toMatchObject({ error: { code: "agent.invalid" } });
  }
});
