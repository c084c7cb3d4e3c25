// Ways to be rid of a label: in an error, by putting a result aside and reading it in another run, and by
// way of a call's own arguments once the right to read is gone.
import { defineTool, ToolError } from "@stead/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Label, RunEvent } from "@stead/protocol";
import { onlyPerson } from "../../src/access/label.ts";
import { internClass } from "../../src/access/intern.ts";
import { PEOPLE, send, type Entered } from "../../src/http/edge.fixture.ts";
import { upsertDocument } from "../../src/knowledge/queries.ts";
import { assert } from "../../src/lib/result.ts";
import { withTx } from "../../src/store/tx.ts";
import { cardOf, startRun } from "../loop/ask.ts";
import { removeMember } from "../loop/queries.ts";
import { makeAgent, openYard, type Yard } from "../loop/yard.ts";

const SECRET = "Bed 4 needs rest";
const phi = { audience: [], classes: ["phi"], trust: "record" as const };
let yard: Yard;
let agentId: string;
let ada: Entered;

const chart = defineTool({
  name: "chart.read",
  title: "Read a chart",
  description: "Reads a chart",
  input: z.object({ how: z.string() }),
  contract: { effect: "read", result: phi },
  run: async ({ how }) => {
    if (how === "error") throw new ToolError(`no such chart, but: ${SECRET}`);
    return `${SECRET}. `.repeat(3000);
  },
});

beforeAll(async () => {
  yard = await openYard({
    tools: [chart],
    script: ({ plan, turn }) => {
      const [what, id] = plan.split(" ");
      if (what === "chart" && turn === 0)
        return { calls: [{ name: "chart.read", arguments: { how: id ?? "" } }] };
      if (what === "blob" && turn === 0)
        return { calls: [{ name: "blob.read", arguments: { blobId: id ?? "" } }] };
      if (what === "quote" && turn === 0)
        return { calls: [{ name: "documents.open", arguments: { documentId: "doc_ward" } }] };
      if (what === "quote" && turn === 1)
        return { calls: [{ name: "payment.make", arguments: { amountCents: 1, to: SECRET } }] };
      return { text: "Done." };
    },
  });
  agentId = await makeAgent(yard, { name: "Reader" });
  ada = await yard.enter("employee");
  const { ctx } = yard;
  await withTx(ctx.db, async (tx) => {
    const readers = await internClass(ctx, tx, { group: "grp_support" });
    assert(readers.ok, "the class is made");
    await upsertDocument(tx, ctx.orgId, {
      id: "doc_ward",
      title: "Ward notes",
      path: "/ward",
      text: SECRET,
      classes: ["phi"],
      classId: readers.value,
      revision: "1",
      trust: "colleague",
      updatedAt: new Date(0),
    });
    return readers;
  });
});
afterAll(() => yard.close());

type Finished = Extract<RunEvent, { type: "call.finished" }>;

async function resultOf(input: string): Promise<Finished> {
  const runId = await startRun(yard, ada, { agentId, input });
  const found = (await yard.ended(runId)).find((event) => event.type === "call.finished");
  assert(found?.type === "call.finished", "the call has finished");
  return found;
}

const labelled = (classes: string[]): Label => ({
  audience: [onlyPerson(PEOPLE.employee.id)],
  classes,
  trust: "outside",
});

test("an error carries the classes of the tool that said it", async () => {
  const { data } = await resultOf("chart error");
  expect([data.status, data.label]).toEqual(["error", labelled(["phi"])]);
});

test("what was put aside keeps its classes in another run", async () => {
  const { data } = await resultOf("chart long");
  const again = await resultOf(`blob ${data.blobId}`);
  expect([again.data.status, again.data.label]).toEqual(["ok", labelled(["phi"])]);
});

test("a call's arguments are shown to the asker for as long as they may read what they hold", async () => {
  const runId = await startRun(yard, ada, { agentId, input: "quote" });
  const finn = await yard.enter("approver");
  const card = await cardOf(yard, finn, runId);
  const seen = async (as: Entered): Promise<string> => {
    const trace = await send(yard, `/api/runs/${runId}/trace`, { as });
    const own = await send(yard, `/api/approvals/${card.id}`, { as });
    const list = await send(yard, "/api/approvals", { as });
    const cancelled = new AbortController();
    const stream = await yard.request(`/api/runs/${runId}/stream`, {
      headers: { cookie: as.cookie },
      signal: cancelled.signal,
    });
    let text = "";
    for await (const chunk of stream.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('"waiting"')) break;
    }
    cancelled.abort();
    return JSON.stringify([trace.body, own.body, list.body, text]);
  };
  expect((await seen(ada)).split(SECRET).length).toBeGreaterThan(4);
  await removeMember(yard.ctx.db, { groupId: "grp_support", personId: PEOPLE.employee.id });
  expect(await seen(ada)).not.toContain(SECRET);
  expect(await seen(finn)).toContain(SECRET);
});
