// Search by meaning in the whole product: an administrator chooses a model by the API, two processes
// share the work, and what means the same is found by those who may read it.
import { ENDPOINTS } from "@stead/protocol";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Persona } from "../src/http/edge.fixture.ts";
import {
  providerAt,
  startEmbeddings,
  type EmbeddingsServer,
} from "../src/models/embeddings.fixture.ts";
import { DOCUMENT_ID, openOffice, type Office } from "./office/office.ts";
import { sendTo } from "./office/send.ts";

let server: EmbeddingsServer;
let office: Office;
const foundSchema = z.object({
  items: z.array(z.object({ documentId: z.string() })),
  unanswered: z.array(z.object({ name: z.string(), why: z.string() })),
});

beforeAll(async () => {
  server = await startEmbeddings();
  office = await openOffice({
    allowPrivate: [`127.0.0.1:${server.port}`],
    providers: [providerAt(server)],
  });
  await sql`update document set title = 'Time off', text = 'Thirty days of leave a year.'
    where id = ${DOCUMENT_ID}`.execute(office.ctx.db);
  await office.another();
});
afterAll(async () => {
  await office.close();
  await server.close();
});

async function asked(as: Persona, query: string): Promise<z.infer<typeof foundSchema>> {
  const input = { query: { query } };
  const entered = await office.enter(as);
  const answer = await sendTo(office, ENDPOINTS["document.search"], { input, as: entered });
  return foundSchema.parse(await answer.json());
}

async function settings(): Promise<unknown> {
  const as = await office.enter("auditor");
  const answer = await sendTo(office, ENDPOINTS["search.get"], { input: {}, as });
  return answer.json();
}

test("a model is chosen, and what means the same is found", { timeout: 120_000 }, async () => {
  expect((await asked("employee", "vacation")).items).toEqual([]);
  expect(await settings()).toMatchObject({
    embeddingModel: null,
    choices: [{ name: "outside/small", sendsTo: `127.0.0.1:${server.port}` }],
  });
  const input = { body: { embeddingModel: "outside/small" } };
  const as = await office.enter("administrator");
  const chosen = await sendTo(office, ENDPOINTS["search.update"], { input, as });
  expect(chosen.status).toBe(200);
  await expect
    .poll(settings, { timeout: 60_000, interval: 200 })
    .toMatchObject({ meaning: { documents: 1, done: 1, waiting: "" } });
  await expect
    .poll(() => asked("employee", "vacation"), { timeout: 60_000, interval: 200 })
    .toEqual({ items: [{ documentId: DOCUMENT_ID }], unanswered: [] });
  expect(await asked("builder", "vacation")).toEqual({ items: [], unanswered: [] });
  // Both processes would have had reason to.
  const sent = server.texts.filter((text) => text.includes("Thirty days"));
  expect(sent).toHaveLength(1);
});

test(
  "without its model the answer says so, and words still find",
  { timeout: 60_000 },
  async () => {
    server.illness = "down";
    const found = await asked("employee", "thirty days");
    expect(found.items).toEqual([{ documentId: DOCUMENT_ID }]);
    expect(found.unanswered).toMatchObject([{ name: "Search by meaning" }]);
    server.illness = "none";
  },
);
