// The main job through the public API: Ada asks for a refund above the threshold, policy asks Finance,
// Carla approves exactly that call, it is paid once, and an auditor sees who, what and why.
import assert from "node:assert/strict";
import { streamRun, type Client } from "@stead/sdk";
import type { Stage } from "../stage.ts";

export async function story({ signIn, tell }: Stage): Promise<void> {
  const [ada, carla, farid] = await Promise.all([
    signIn("usr_ada_park"),
    signIn("usr_carla_ruiz"),
    signIn("usr_farid_haddad"),
  ]);
  const agents = await ada.call("agent.list");
  const desk = agents.items.find((agent) => agent.draft.name === "Refund desk");
  assert(desk?.mayUse, "Ada may use the refund desk");

  tell("Ada asks for 250 dollars of ORD-1042");
  const input = 'Please refund 250 dollars of order ORD-1042, because "the sensor arrived broken".';
  const run = await ada.call("run.start", { body: { agentId: desk.id, input } });
  await waits(ada, run.id);
  tell("policy asks, the run is suspended");

  await assert.rejects(ada.call("approval.answer", await answerOf(ada, run.id)), /approve|asked/i);
  const inbox = await carla.call("approval.list", { query: {} });
  const card = inbox.items.find((item) => item.runId === run.id);
  assert(card, "Carla finds the card in her inbox");
  assert.equal(card.tool.name, "refund.create");
  assert.deepEqual(
    { orderId: card.arguments["orderId"], amountCents: card.arguments["amountCents"] },
    { orderId: "ORD-1042", amountCents: 25_000 },
  );
  assert.match(card.actsAs.name, /Ada Park/);
  assert(card.decision.policies.some((policy) => policy.id === "refunds.above-100"));
  assert.equal(card.blockedBecause, null);
  tell(`Carla sees the exact call, who acts, and why: ${card.decision.reason}`);

  const before = await carla.call("run.trace", { params: { runId: run.id } });
  assert.equal(before.seenAs, "approver");
  assert(
    before.spans.some((span) => span.withheld !== null),
    "Carla is told that parts are withheld",
  );

  const answer = { answer: "approved" as const, digest: card.digest, note: "Seen the photos." };
  const params = { approvalId: card.id };
  await carla.call("approval.answer", { params, body: answer });
  await assert.rejects(carla.call("approval.answer", { params, body: answer }), /already/i);

  const text = await ends(ada, run.id);
  assert.match(text, /RF-[0-9A-F]{8}/);
  tell(`the run went on, once: ${text.split("\n")[0] ?? ""}`);

  const trace = await farid.call("run.trace", { params: { runId: run.id } });
  assert.equal(trace.seenAs, "auditor");
  const reading = await farid.call("ledger.search", {
    query: { stream: "audit", type: "run.read" },
  });
  assert(
    reading.items.some((event) => event.data["runId"] === run.id),
    "his reading is recorded",
  );
  const found = await farid.call("ledger.search", {
    query: { stream: run.id, type: "call.started" },
  });
  const refunds = found.items.filter((event) => event.data["tool"] === "refund.create");
  assert.equal(refunds.length, 1, "the refund was started once");
  assert.equal(refunds[0]?.data["approvalId"], card.id);
  const verified = await farid.call("ledger.verify");
  assert(verified.ok, verified.firstBad?.why);
  tell(`the ledger verifies: ${verified.events} events, ${verified.uncovered} not yet signed`);
}

async function waits(client: Client, runId: string): Promise<void> {
  for await (const frame of streamRun(client, runId)) {
    if (frame.type === "approval-request") return;
    assert.notEqual(frame.type, "run-end", `the run ended: ${JSON.stringify(frame)}`);
  }
}

async function ends(client: Client, runId: string): Promise<string> {
  for await (const frame of streamRun(client, runId))
    if (frame.type === "run-end") {
      assert.equal(frame.status, "answered", JSON.stringify(frame.failure));
      return frame.text;
    }
  throw new Error("the stream ended before the run");
}

/** Ada's own card, which she may look at and not answer. */
async function answerOf(client: Client, runId: string) {
  const { items } = await client.call("approval.list", { query: {} });
  const card = items.find((item) => item.runId === runId);
  assert(card, "Ada finds the question that her run waits for");
  assert(card.blockedBecause, "Ada's card says why she can't answer it");
  const body = { answer: "approved" as const, digest: card.digest, note: "" };
  return { params: { approvalId: card.id }, body };
}
