// The built-in tool that reads hundreds of documents: it shares them out to sub-runs, each with a context of
// its own, and brings back their notes with citations and what was read and what was not.
import type { Contract, Coverage } from "@stead/protocol";
import { z } from "zod";
import { joinLabels } from "../../access/label.ts";
import { ok, type Result } from "../../lib/result.ts";
import { toolOf } from "../contract.ts";
import { labelOfNames } from "../document-label.ts";
import { errandOf, type KnowledgePort, type ListedDocument } from "../knowledge-port.ts";
import type { SubRunAsked } from "../sub-runs.ts";
import type { RawOutput, RegisteredTool, ToolCall } from "../tool.ts";
import { coverageOf, coverageText, type Scope } from "./coverage.ts";
import { NOTHING, notesOf } from "./notes.ts";
import { planOf, type Piece } from "./plan.ts";

const READ: Contract = {
  effect: "read",
  sinks: {},
  keyed: true,
  // The neutral label: what is known comes with the notes, by the documents that they were made from.
  result: { audience: [], classes: [], trust: "person" },
  resultForCallerOnly: false,
};
const OPEN = "documents.open";
const DOCUMENTS_MAX = 400;
/** More than this in scope is said, not looked at. */
const SCOPE_MAX = 2_000;
const PAGE = 100;
const SEARCH_MAX = 100;
const TIMEOUT_MS = 30 * 60_000;

const inputSchema = z.object({
  question: z.string().min(1).max(2000).describe("What is to be found out from each document"),
  query: z.string().max(300).optional().describe("Words that the most important ones contain"),
  folder: z.string().max(1000).default("").describe("How the paths begin; empty for all"),
  documentsMax: z
    .int()
    .min(1)
    .max(DOCUMENTS_MAX)
    .default(100)
    .describe("How many documents to read at most"),
});
type Asked = z.output<typeof inputSchema>;

export function researchTool(knowledge: KnowledgePort): RegisteredTool {
  return {
    tool: toolOf({
      name: "documents.research",
      title: "Research many documents",
      description:
        "Reads up to hundreds of the documents that the person may read, each whole, and returns" +
        " cited notes on a question, with what was read and what was not. Slow: use it when a" +
        " search is not enough. Say in the answer what was not read.",
      inputSchema: z.toJSONSchema(inputSchema, { io: "input" }),
      contract: READ,
      provider: "built-in",
    }),
    destination: "Stead",
    gated: true,
    timeoutMs: TIMEOUT_MS,
    citationsMax: DOCUMENTS_MAX,
    run: async (call) => research(knowledge, call, inputSchema.parse(call.arguments)),
  };
}

async function research(
  knowledge: KnowledgePort,
  call: ToolCall,
  asked: Asked,
): Promise<Result<RawOutput>> {
  const scope = await scopeOf(knowledge, call, asked);
  if (!scope.ok) return scope;
  const { documents } = scope.value;
  const first = await mostLikely(knowledge, call, asked);
  if (!first.ok) return first;
  const { ids, unanswered } = first.value;
  const plan = planOf(documents, { first: ids, max: asked.documentsMax });
  const ends = await call.subRuns.all(plan.shares.map((share) => askFor(asked.question, share)));
  if (!ends.ok) return ends;
  const coverage = coverageOf(scope.value, plan, { ends: ends.value, unanswered });
  const { notes, citations } = notesOf(ends.value, call.citationsFrom);
  // The coverage names all of them, also those that were not read.
  const named = labelOfNames(documents);
  return ok({
    text: [...notes, coverageText(coverage)].join("\n\n"),
    citations,
    coverage,
    label: joinLabels([named, ...ends.value.map(({ label }) => label)]),
    origins: ends.value.flatMap(({ opened }) =>
      opened.flatMap((each) =>
        each.ok ? each.origins.map((origin) => ({ ...origin, callId: call.callId })) : [],
      ),
    ),
  });
}

/** Every document that the person may read there, up to the bound. */
async function scopeOf(
  knowledge: KnowledgePort,
  { principal, signal }: ToolCall,
  { folder, question }: Asked,
): Promise<Result<Scope>> {
  const documents: ListedDocument[] = [];
  let after: string | undefined;
  do {
    const page = { folder, limit: PAGE, ...(after === undefined ? {} : { after }) };
    const found = await knowledge.list(principal.personId, page);
    if (!found.ok) return found;
    documents.push(...found.value.items);
    after = found.value.next ?? undefined;
  } while (after !== undefined && documents.length < SCOPE_MAX && !signal.aborted);
  return ok({ question, documents, more: after !== undefined });
}

async function mostLikely(
  knowledge: KnowledgePort,
  call: ToolCall,
  { question, query = question }: Asked,
): Promise<Result<{ ids: string[]; unanswered: Coverage["unanswered"] }>> {
  const asked = { query, limit: SEARCH_MAX, ...errandOf(call) };
  const found = await knowledge.search(call.principal.personId, asked);
  if (!found.ok) return found;
  const { hits, unanswered } = found.value;
  return ok({
    ids: hits.map(({ document }) => document.id),
    unanswered: unanswered.map(({ name, why }) => ({ name, why })),
  });
}

function askFor(question: string, share: readonly Piece[]): SubRunAsked {
  return {
    input:
      `The documents that follow are a part of a larger set. Question: ${question}\n` +
      "Write short notes on what each of them says about it, each with the number of its document" +
      ` in square brackets. If none of them says anything about it, write ${NOTHING}.`,
    opening: share.map(({ document, from, to }) => ({
      tool: OPEN,
      arguments: { documentId: document.id, from, to },
    })),
    tools: [OPEN],
  };
}
