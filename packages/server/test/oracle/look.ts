// What one person gets of the sources, by each way that there is: found, listed, opened, explained, through an
// agent's tools, and cited in its answer.
import { z } from "zod";
import { PEOPLE, send } from "../../src/http/edge.fixture.ts";
import { assert } from "../../src/lib/result.ts";
import { startRun } from "../loop/ask.ts";
import type { Plan } from "./agent.ts";
import type { Judge, Reader } from "./judge.ts";
import type { Stage } from "./stage.ts";

export interface Placed {
  readonly judge: Judge;
  readonly sourceId: string;
  /** Of all documents that there are or ever were: id and title. */
  readonly known: Map<string, string>;
}

/** Ids of documents by the way in which they were had; a way that was not gone is not there. */
export type Seen = ReadonlyMap<string, ReadonlySet<string>>;

export interface Looking {
  readonly stage: Stage;
  readonly reader: Reader;
  readonly all: readonly Placed[];
}

const hitsSchema = z.object({ items: z.array(z.object({ documentId: z.string() })) });
const entriesSchema = z.object({
  items: z.array(z.object({ id: z.string() })),
  next: z.string().nullable(),
});
const documentSchema = z.object({ title: z.string(), text: z.string() });
const whySchema = z.object({ readable: z.boolean() });

async function get({ stage, reader }: Looking, path: string) {
  const as = stage.people.get(reader);
  assert(as, "the person has entered");
  return send(stage.yard, path, { as });
}

function idsOf(all: readonly Placed[], isOf = (_judge: Judge) => true): string[] {
  return all.filter(({ judge }) => isOf(judge)).flatMap(({ known }) => [...known.keys()]);
}

const isKept = (judge: Judge): boolean => judge.live === undefined;

export async function lookAs(looking: Looking): Promise<Seen> {
  const ids = idsOf(looking.all);
  const [found, open] = await Promise.all([
    findAs(looking),
    those(ids, async (id) => isOpen(looking, id)),
  ]);
  return new Map([...found, ["open", open]]);
}

/** Without opening each: that costs most. */
export async function findAs(looking: Looking): Promise<Seen> {
  const [search, list] = await Promise.all([foundBy(looking), listedFor(looking)]);
  return new Map([
    ["search", search],
    ["list", list],
  ]);
}

async function those(ids: readonly string[], fits: (id: string) => Promise<boolean>) {
  const fitting = await Promise.all(ids.map(fits));
  return new Set(ids.filter((_, i) => fitting[i]));
}

async function foundBy(looking: Looking): Promise<Set<string>> {
  const found = await Promise.all(
    looking.all.map(async ({ judge, sourceId }) => {
      const { word } = judge.connection;
      const query = new URLSearchParams({ query: word, limit: "50", source: sourceId });
      const { body } = await get(looking, `/api/documents?${query.toString()}`);
      return hitsSchema.parse(body).items.map(({ documentId }) => documentId);
    }),
  );
  return new Set(found.flat());
}

async function listedFor(looking: Looking): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let next: string | null = ""; next !== null;) {
    const after: Record<string, string> = next === "" ? {} : { after: next };
    const query = new URLSearchParams({ limit: "17", ...after });
    // oxlint-disable-next-line no-await-in-loop -- each page names the next
    const answer = await get(looking, `/api/document-list?${query.toString()}`);
    const page = entriesSchema.parse(answer.body);
    for (const { id } of page.items) ids.add(id);
    next = page.next;
  }
  return ids;
}

async function isOpen(looking: Looking, id: string): Promise<boolean> {
  const { status } = await get(looking, `/api/documents/${encodeURIComponent(id)}`);
  assert(status === 200 || status === 404, `opening ${id}: ${status}`);
  return status === 200;
}

/** What the person is told of their own rights, and administrators of theirs; the latter is written down. */
export async function explainedTo({ all, ...looking }: Looking): Promise<Seen> {
  const { stage, reader } = looking;
  const ids = idsOf(all, isKept);
  const why = await those(ids, async (id) => {
    const { status, body } = await get({ ...looking, all }, `/api/documents/${id}/why`);
    return status === 200 && whySchema.parse(body).readable;
  });
  const explained = await those(ids, async (id) => {
    const path = `/api/documents/${id}/explanation?person=${PEOPLE[reader].id}`;
    const { status, body } = await send(stage.yard, path, { as: stage.amy });
    return status === 200 && whySchema.parse(body).readable;
  });
  return new Map([
    ["why", why],
    ["explained", explained],
  ]);
}

export interface Answered {
  readonly threadId: string;
  /** What was in it when it was written. */
  readonly cited: ReadonlySet<string>;
  readonly seen: Seen;
}

/** Through an agent that acts for the person. */
export async function askAs(looking: Looking, at: string): Promise<Answered> {
  const { stage, reader, all } = looking;
  const { yard, agentId, heard } = stage;
  const ids = idsOf(all);
  const queries = all.map(({ judge }) => judge.connection.word);
  const plan: Plan = { queries, ids, at: `${reader} ${at}` };
  const input = JSON.stringify(plan);
  const as = stage.people.get(reader);
  assert(as, "the person has entered");
  const runId = await startRun(yard, as, { agentId, input });
  await yard.ended(runId, RUN_MS);
  const { body } = await get(looking, `/api/runs/${runId}`);
  const { threadId } = z.object({ threadId: z.string() }).parse(body);
  const told = heard.get(input);
  assert(told, `the agent was told nothing: ${JSON.stringify(body)}`);
  const cited = (await citedIn(looking, threadId)) ?? new Set<string>();
  const named = (text: string) => new Set(idsOf(all).filter((id) => text.includes(id)));
  const seen = new Map([
    ["agent search", named(told.search)],
    ["agent list", named(told.list)],
    ["agent open", new Set(ids.filter((id) => /^\[\d+\] /m.test(told.open.get(id) ?? "")))],
    ["cited", cited],
  ]);
  return { threadId, cited, seen };
}

const RUN_MS = 60_000;

const threadSchema = z.object({
  messages: z.array(
    z.object({
      role: z.string(),
      text: z.string(),
      citations: z.array(
        z.object({ documentId: z.string(), quote: z.string(), from: z.number().optional() }),
      ),
    }),
  ),
});

/** What the thread's answer cites, each opened at its passage; undefined: the answer is withheld. */
export async function citedIn(
  looking: Looking,
  threadId: string,
): Promise<Set<string> | undefined> {
  const { body } = await get(looking, `/api/threads/${threadId}`);
  const answer = threadSchema.parse(body).messages.find(({ role }) => role === "agent");
  assert(answer, "the thread has an answer");
  const opened = answer.citations.map(async ({ documentId, quote, from }) => {
    const document = await get(looking, `/api/documents/${encodeURIComponent(documentId)}`);
    if (document.status !== 200) return;
    const { text } = documentSchema.parse(document.body);
    const isThere = text.slice(from ?? 0).startsWith(quote);
    assert(isThere, `the citation of ${documentId} does not open at its passage`);
  });
  await Promise.all(opened);
  if (!answer.text.includes("As is said in")) {
    assert(answer.citations.length === 0, "a shut answer cites nothing");
    return undefined;
  }
  return new Set(answer.citations.map(({ documentId }) => documentId));
}
