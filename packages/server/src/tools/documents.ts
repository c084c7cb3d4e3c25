// The built-in tools over documents: search, list and open, as the person who asked and with citations.
import type { Contract, Coverage, Origin } from "@stead/protocol";
import { z } from "zod";
import { joinLabels } from "../access/label.ts";
import { ok } from "../lib/result.ts";
import { toolOf } from "./contract.ts";
import { labelOf, labelOfNames } from "./document-label.ts";
import { errandOf, type KnowledgePort, type ReadableDocument } from "./knowledge-port.ts";
import { researchTool } from "./research/research.ts";
import type { RegisteredTool } from "./tool.ts";

const READ: Contract = {
  effect: "read",
  sinks: {},
  keyed: true,
  // The neutral label: what is known comes with each document.
  result: { audience: [], classes: [], trust: "person" },
  resultForCallerOnly: false,
};

const searchInput = z.object({
  query: z.string().min(1).max(300).describe("What to look for, in plain words"),
  limit: z.int().min(1).max(20).default(5).describe("How many documents to return"),
});
const listInput = z.object({
  folder: z.string().max(1000).default("").describe("How the paths begin; empty for all"),
  after: z.string().max(3000).optional().describe("What the page before gave to go on from"),
  limit: z.int().min(1).max(100).default(50).describe("How many documents to return"),
});
const openInput = z.object({
  documentId: z.string().max(2_000).describe("The id of a document, as a search found it"),
  from: z.int().min(0).default(0).describe("Character to begin at"),
  to: z.int().min(1).optional().describe("Character to end before; left out: the end"),
});

export function documentTools(knowledge: KnowledgePort): RegisteredTool[] {
  return [searchTool(knowledge), listTool(knowledge), openTool(knowledge), researchTool(knowledge)];
}

function searchTool(knowledge: KnowledgePort): RegisteredTool {
  return {
    tool: toolOf({
      name: "documents.search",
      title: "Search documents",
      description:
        "Searches the organisation's documents that the person may read. " +
        "Returns passages with numbers; cite them as [1].",
      inputSchema: z.toJSONSchema(searchInput, { io: "input" }),
      contract: READ,
      provider: "built-in",
    }),
    destination: "Stead",
    gated: true,
    async run(call) {
      const { principal, callId, citationsFrom } = call;
      const asked = { ...searchInput.parse(call.arguments), ...errandOf(call) };
      const found = await knowledge.search(principal.personId, asked);
      if (!found.ok) return found;
      const { hits, unanswered } = found.value;
      const citations = hits.map(({ document, quote, from }, i) => ({
        number: citationsFrom + i,
        documentId: document.id,
        title: document.title,
        quote,
        from,
      }));
      const text = hits.map(
        ({ document, quote }, i) =>
          `[${citationsFrom + i}] ${document.title} (${document.path}, ${document.id})\n${quote}`,
      );
      if (hits.length === 0)
        text.push("No document that this person may read says anything about it.");
      if (unanswered.length > 0) {
        const silent = unanswered.map(({ name, why }) => `${name} (${why})`).join(", ");
        text.push(`Without an answer, so there may be more: ${silent}.`);
      }
      const documents = hits.map(({ document }) => document);
      return ok({
        text: text.join("\n\n"),
        ...(hits.length === 0 ? {} : { citations }),
        ...(unanswered.length === 0 ? {} : { coverage: unheard(asked.query, unanswered) }),
        label: joinLabels(documents.map(labelOf)),
        origins: documents.map((document) => originOf(document, callId)),
      });
    },
  };
}

/** Nothing is said of how much there is: only of what was not asked. */
function unheard(
  question: string,
  unanswered: readonly { readonly name: string; readonly why: string }[],
): Coverage {
  const silent = unanswered.map(({ name, why }) => ({ name, why }));
  return { question, inScope: 0, more: true, read: 0, skipped: [], unanswered: silent };
}

function listTool(knowledge: KnowledgePort): RegisteredTool {
  return {
    tool: toolOf({
      name: "documents.list",
      title: "List documents",
      description:
        "Lists the documents that the person may read, by path, a page at a time: " +
        "what a folder holds, without its content.",
      inputSchema: z.toJSONSchema(listInput, { io: "input" }),
      contract: READ,
      provider: "built-in",
    }),
    destination: "Stead",
    gated: true,
    async run({ arguments: given, principal }) {
      const { after, ...asked } = listInput.parse(given);
      const page = after === undefined ? asked : { ...asked, after };
      const found = await knowledge.list(principal.personId, page);
      if (!found.ok) return found;
      const { items, next } = found.value;
      const lines = items.map(({ path, title, id }) => `${path} — ${title} (${id})`);
      if (items.length === 0) lines.push("No document that this person may read is there.");
      if (next !== null) lines.push(`There are more; go on with after: ${next}`);
      return ok({ text: lines.join("\n"), label: labelOfNames(items) });
    },
  };
}

function openTool(knowledge: KnowledgePort): RegisteredTool {
  return {
    tool: toolOf({
      name: "documents.open",
      title: "Open a document",
      description: "Reads one document, whole or a part of it, if the person may read it.",
      inputSchema: z.toJSONSchema(openInput, { io: "input" }),
      contract: READ,
      provider: "built-in",
    }),
    destination: "Stead",
    gated: true,
    async run(call) {
      const { principal, callId, citationsFrom } = call;
      const { documentId, from, to } = openInput.parse(call.arguments);
      const found = await knowledge.open(principal.personId, documentId, errandOf(call));
      if (!found.ok) return found;
      const { id, title, path, text } = found.value;
      const part = text.slice(from, to);
      const isWhole = part.length === text.length;
      const where = isWhole
        ? ""
        : `, characters ${from} to ${from + part.length} of ${text.length}`;
      return ok({
        text: `[${citationsFrom}] ${title} (${path}${where})\n\n${part}`,
        citations: [
          { number: citationsFrom, documentId: id, title, quote: part.slice(0, 300), from },
        ],
        label: labelOf(found.value),
        origins: [originOf(found.value, callId)],
      });
    },
  };
}

function originOf({ id, revision }: ReadableDocument, callId: string): Origin {
  return { kind: "document", documentId: id, revision, callId };
}
