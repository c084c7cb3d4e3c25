// Sharing what labels refused: asked for by the asker, agreed to by others, for one act and those it names.
// Runs are driven by hand, so that there is a between.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contractSchema, type RunEvent } from "@stead/protocol";
import { defineTool } from "@stead/sdk";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { internClass } from "../src/access/intern.ts";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { upsertDocument } from "../src/knowledge/queries.ts";
import { assert, ok } from "../src/lib/result.ts";
import { drive } from "../src/runs/drive.ts";
import { toolOf } from "../src/tools/contract.ts";
import type { RegisteredTool } from "../src/tools/registry.ts";
import { withTx } from "../src/store/tx.ts";
import { answer, cardOf, startRun, type Card } from "./loop/ask.ts";
import type { Turn } from "./loop/model.ts";
import { setActive } from "./loop/queries.ts";
import { POLICIES } from "./loop/wiring.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const never = new AbortController().signal;
const SECRET = "The merger is in May";
const RECORD = { audience: [], classes: [], trust: "record" as const };
const DOCUMENT = "document:doc_merger";
const REACH = `@id("share.reach") @reason("Chat needs no second person")
permit (principal, action == Action::"unapproved:chat.post", resource);
@id("share.wire") @reason("Nor does the wire")
permit (principal, action == Action::"unapproved:wire.post", resource);
`;

const sent: string[] = [];
const members: string[] = [];
let turns: readonly Turn[] = [];
let yard: Yard;
let ada: Entered;
let amy: Entered;
let agentId: string;
let policies: string;

const call = (name: string, given: object = {}): Turn => ({
  calls: [{ name, arguments: given }],
});
const open = call("documents.open", { documentId: "doc_merger" });
const post = call("chat.post", { channel: "everyone", body: SECRET });

beforeAll(async () => {
  policies = mkdtempSync(join(tmpdir(), "stead-share-"));
  cpSync(POLICIES, policies, { recursive: true });
  writeFileSync(join(policies, "share.cedar"), REACH);
  const listed = defineTool({
    name: "chat.members",
    title: "Who is in a channel",
    description: "Lists the members of a channel",
    input: z.object({ channel: z.string() }),
    contract: { effect: "read", result: RECORD, resultForCallerOnly: false },
    run: async () => listOfMembers(),
  });
  const posted = defineTool({
    name: "chat.post",
    title: "Post to a channel",
    description: "Posts to a channel",
    input: z.object({ channel: z.string(), body: z.string() }),
    contract: {
      effect: "write-shared",
      keyed: true,
      sinks: {},
      readers: {
        kind: "channel",
        argument: "channel",
        members: { tool: "chat.members", argument: "channel", field: "id" },
      },
      result: RECORD,
      resultForCallerOnly: false,
    },
    run: async ({ body }) => {
      sent.push(body);
      return "posted";
    },
  });
  yard = await openYard({
    script: ({ turn }) => turns[turn] ?? { text: "Done." },
    tools: [listed, posted],
    registered: announcing(),
    role: "api",
    policyDirs: [policies],
  });
  agentId = await makeAgent(yard, { name: "Clerk" });
  [ada, amy] = await Promise.all([yard.enter("employee"), yard.enter("administrator")]);
  await withTx(yard.ctx.db, async (tx) => {
    const people = [PEOPLE.employee.id, PEOPLE.approver.id].map((person) => ({ person }));
    const made = await internClass(yard.ctx, tx, { any: people });
    assert(made.ok, "the class is made");
    await upsertDocument(tx, yard.ctx.orgId, {
      id: "doc_merger",
      title: "Merger plan",
      path: "/merger",
      text: SECRET,
      classes: [],
      classId: made.value,
      revision: "1",
      trust: "colleague",
      updatedAt: new Date(0),
    });
    return ok();
  });
});
afterAll(async () => {
  await yard.close();
  rmSync(policies, { recursive: true });
});
beforeEach(async () => {
  sent.length = 0;
  turns = [open, post];
  members.splice(0, members.length, PEOPLE.employee.id, PEOPLE.builder.id);
  await withPolicies("");
});

/** Tools of a server where an agent can have an account of its own. */
function connected(
  name: string,
  given: { contract: object; run: RegisteredTool["run"] },
): RegisteredTool {
  const text = { type: "string" };
  const tool = toolOf({
    name,
    title: name,
    description: name,
    inputSchema: { type: "object", properties: { channel: text, body: text } },
    provider: "mcp_chat",
    connection: { name: "chat", account: "svc-chat" },
    contract: contractSchema.parse({ keyed: true, ...given.contract }),
  });
  return { tool, destination: "chat", gated: true, account: async () => ok(null), run: given.run };
}

function announcing(): RegisteredTool[] {
  const listed = { tool: "wire.members", argument: "channel", field: "id" };
  const readers = { kind: "channel", argument: "channel", members: listed };
  return [
    connected("wire.members", {
      contract: { effect: "read", result: RECORD },
      run: async () => ok({ text: listOfMembers() }),
    }),
    connected("wire.post", {
      contract: { effect: "write-shared", readers },
      run: async ({ arguments: { body } }) =>
        ok({ text: `posted ${sent.push(JSON.stringify(body))}` }),
    }),
  ];
}

const listOfMembers = (): string => JSON.stringify(members.map((id) => ({ id })));

async function withPolicies(more: string): Promise<void> {
  writeFileSync(join(policies, "share.cedar"), `${REACH}${more}`);
  const read = await yard.stead.policies.reload();
  assert(read.ok, read.ok ? "" : read.failure.detail);
}

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;
const only = <T extends RunEvent["type"]>(events: readonly RunEvent[], type: T): Of<T>[] =>
  events.filter((event): event is Of<T> => event.type === type);

async function driven(runId: string): Promise<RunEvent[]> {
  const done = await drive(yard.stead.runs, runId, never);
  assert(done.ok, done.ok ? "" : done.failure.detail);
  return yard.events(runId);
}

interface Refused {
  readonly runId: string;
  readonly callId: string;
}

async function refused(by = agentId): Promise<Refused> {
  const runId = await startRun(yard, ada, { agentId: by, input: "Post the plan to everyone" });
  const decided = only(await driven(runId), "call.decided").at(-1);
  assert(decided?.data.decision.kind === "deny", "labels refuse it");
  return { runId, callId: decided.data.callId };
}

async function asks({ runId, callId }: Refused, as = ada, more = {}) {
  const path = `/api/runs/${runId}/calls/${callId}/share`;
  return send(yard, path, { as, method: "POST", body: { reason: "Bea leads it", ...more } });
}

async function asked(inbox = amy): Promise<{ runId: string; card: Card; of: Refused }> {
  const of = await refused();
  const { status, body } = await asks(of);
  assert(status === 200, JSON.stringify(body));
  const { id: runId } = z.object({ id: z.string() }).parse(body);
  await driven(runId);
  return { runId, card: await cardOf(yard, inbox, runId), of };
}

function told(events: readonly RunEvent[]) {
  return {
    decided: only(events, "call.decided").map(({ data }) => data.decision.kind),
    asked: only(events, "approval.requested").length,
    shared: only(events, "label.declassified").length,
    ended: only(events, "run.finished").length === 1,
  };
}

test("a refused post goes out once an administrator has agreed, and the log says what was given", async () => {
  const { runId, card, of } = await asked();
  expect(JSON.stringify(card["decision"])).toContain('Bea Hall may not read \\"Merger plan\\"');
  expect(card["shareReason"]).toBe("Bea leads it");
  expect(await answer(yard, ada, { card })).toBe("policy.denied");
  expect(await answer(yard, amy, { card, arguments: { channel: "x", body: "y" } })).toBe(
    "request.invalid",
  );
  expect(await answer(yard, amy, { card })).toBe("yes");
  const events = await driven(runId);
  expect(sent).toEqual([SECRET]);
  const [given] = only(events, "label.declassified");
  expect(given?.data).toMatchObject({
    approvalId: card.id,
    digest: card.digest,
    declassified: [{ recipient: PEOPLE.builder.id, name: "Bea Hall", classes: [DOCUMENT] }],
    by: [PEOPLE.administrator.id],
  });
  expect(events[0]?.data).toMatchObject({ share: { runId: of.runId, callId: of.callId } });
  const ian = await yard.enter("auditor");
  const { body } = await send(yard, `/api/runs/${runId}/trace`, { as: ian });
  expect(JSON.stringify(body)).toContain("stead.declassified.recipients");
  // Bea still may not read it, and the next run is refused as ever.
  await refused();
  expect(sent).toEqual([SECRET]);
});

test("nothing but the asker's request makes a question, and nothing else is given in its run", async () => {
  const of = await refused();
  const bea = await yard.enter("builder");
  expect((await asks(of, bea)).status).toBe(404);
  expect((await asks(of, amy)).status).toBe(404);
  expect((await asks({ ...of, callId: "call_1_1" })).status).toBe(422);
  const forged = {
    agentId,
    input: "Post it",
    share: { ...of, opening: { callId: "c", tool: "x" } },
  };
  const { body } = await send(yard, "/api/runs", { as: ada, method: "POST", body: forged });
  const id = z.object({ id: z.string() }).safeParse(body).data?.id;
  if (id !== undefined) expect(told(await driven(id)).asked).toBe(0);
  // The model posts something else once its run has been given the one act.
  const { runId, card } = await asked();
  const other = call("chat.post", { channel: "everyone", body: `${SECRET}!` });
  turns = [open, post, other, post];
  expect(await answer(yard, amy, { card })).toBe("yes");
  expect(told(await driven(runId)).decided).toEqual(["ask", "deny", "deny"]);
  expect(sent).toEqual([SECRET]);
});

test("more readers after the yes: asked anew", async () => {
  const { runId, card } = await asked();
  expect(await answer(yard, amy, { card })).toBe("yes");
  members.push(PEOPLE.auditor.id);
  const events = told(await driven(runId));
  expect(events).toEqual({ decided: ["ask", "ask"], asked: 2, shared: 1, ended: false });
  expect(sent).toEqual([]);
});

test("policy forbids it after the yes, or its approver is one no more: not given", async () => {
  const first = await asked();
  expect(await answer(yard, amy, { card: first.card })).toBe("yes");
  await withPolicies(`@id("share.none") @reason("Nothing is shared")
forbid (principal, action == Action::"declassify", resource);`);
  expect(told(await driven(first.runId)).decided).toEqual(["ask", "deny"]);
  await withPolicies("");
  const second = await asked();
  expect(await answer(yard, amy, { card: second.card })).toBe("yes");
  await setActive(yard.ctx.db, PEOPLE.administrator.id, false);
  expect(told(await driven(second.runId)).decided).toEqual(["ask", "ask"]);
  await setActive(yard.ctx.db, PEOPLE.administrator.id, true);
  expect(sent).toEqual([]);
});

test("policy names who decides, and the asker is never one of them", async () => {
  await withPolicies(`@id("share.support") @reason("Support decides") @approvers("group:Support")
permit (principal, action == Action::"declassify", resource);`);
  const { card } = await asked(ada);
  expect(await answer(yard, ada, { card })).toBe("approval.own");
  expect(await answer(yard, amy, { card })).not.toBe("yes");
  expect(sent).toEqual([]);
});

test("as many as policy wants must agree, each once, and it is done once whoever drives it", async () => {
  await withPolicies(`@id("share.two") @reason("Two decide") @approvers("role:employee") @quorum("2")
permit (principal, action == Action::"declassify", resource);`);
  const [finn, bea] = await Promise.all([yard.enter("approver"), yard.enter("builder")]);
  const { runId, card } = await asked(finn);
  expect(await answer(yard, finn, { card })).toBe("yes");
  expect(told(await driven(runId))).toMatchObject({ shared: 0, ended: false });
  expect(await answer(yard, finn, { card })).toBe("approval.answered");
  expect(await answer(yard, ada, { card })).toBe("approval.own");
  expect(sent).toEqual([]);
  const both = await Promise.all([1, 2].map(() => answer(yard, bea, { card })));
  expect(both.filter((each) => each === "yes")).toHaveLength(1);
  const abort = new AbortController().signal;
  await Promise.all([1, 2, 3].map(() => drive(yard.stead.runs, runId, abort)));
  const events = await driven(runId);
  expect(told(events)).toMatchObject({ shared: 1, ended: true });
  expect(only(events, "label.declassified")[0]?.data.by.toSorted()).toEqual(
    [PEOPLE.approver.id, PEOPLE.builder.id].toSorted(),
  );
  expect(sent).toEqual([SECRET]);
  expect(await answer(yard, bea, { card })).not.toBe("yes");
});

test("nobody is asked to share by an act that the agent itself may not do", async () => {
  const tools = ["documents.open", "wire.members"].map((name) => ({ name }));
  const acting = [...tools, { name: "wire.post", actsAs: "agent" as const }];
  turns = [open, call("wire.post", { channel: "everyone", body: SECRET })];
  const id = await makeAgent(yard, {
    name: "Herald",
    tools: acting.map((tool) => ({ actsAs: "caller" as const, ...tool, presets: {} })),
  });
  const owned = { owner: { kind: "person", id: PEOPLE.builder.id }, groups: ["grp_finance"] };
  await send(yard, `/api/agents/${id}/principal`, { as: amy, method: "PUT", body: owned });
  const of = await refused(id);
  await withPolicies(`@id("share.no-finance") @reason("Agents of Finance post nothing")
forbid (principal in Group::"Finance", action in Action::"call", resource == Tool::"wire.post");`);
  const { body } = await asks(of);
  const events = await driven(z.object({ id: z.string() }).parse(body).id);
  expect(told(events)).toMatchObject({ decided: ["deny"], asked: 0 });
  const reason = only(events, "call.decided")[0]?.data.decision.reason;
  expect(reason).toContain("Agents of Finance post nothing");
  await withPolicies("");
  const again = await asks(await refused(id));
  const after = await driven(z.object({ id: z.string() }).parse(again.body).id);
  expect(told(after)).toMatchObject({ decided: ["ask"], asked: 1 });
});

test("a rule that fails refuses it", async () => {
  await withPolicies(`@id("share.broken") @reason("Overflows")
forbid (principal, action == Action::"declassify", resource)
when { context.recipients * 9223372036854775807 + 9223372036854775807 > 0 };`);
  const of = await refused();
  const { body } = await asks(of);
  const { id } = z.object({ id: z.string() }).parse(body);
  expect(told(await driven(id)).decided).toEqual(["deny"]);
});

test("it can be taken back before it is used, and not after", async () => {
  const { runId, card } = await asked();
  const revoke = async (as: Entered) =>
    (await send(yard, `/api/approvals/${card.id}/revoke`, { as, method: "POST", body: {} })).status;
  expect(await revoke(await yard.enter("approver"))).toBe(404);
  expect(await answer(yard, amy, { card })).toBe("yes");
  const cardNow = async (as: Entered) =>
    (await send(yard, `/api/approvals/${card.id}`, { as })).body;
  expect(await cardNow(ada)).toMatchObject({ state: "approved", revocable: true });
  expect(await revoke(amy)).toBe(200);
  const back = { state: "refused", revocable: false, note: "It was taken back." };
  expect(await cardNow(amy)).toMatchObject({
    ...back,
    answeredBy: { id: PEOPLE.administrator.id },
  });
  const events = await driven(runId);
  expect(told(events)).toEqual({ decided: ["ask"], asked: 1, shared: 1, ended: true });
  expect(sent).toEqual([]);
  expect(await revoke(ada)).toBe(409);
});
