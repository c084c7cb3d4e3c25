// The built-in tools over blobs: a page of one, and plain text search in one.
import type { Contract } from "@stead/protocol";
import { z } from "zod";
import { ok } from "../../lib/result.ts";
import { toolOf } from "../contract.ts";
import type { RegisteredTool } from "../tool.ts";
import type { BlobStore } from "./store.ts";

const PAGE_CHARS_MAX = 12_000;
const MATCHES_MAX = 20;
const AROUND_CHARS = 200;

const READ: Contract = {
  effect: "read",
  sinks: {},
  keyed: true,
  // Whoever wrote the first result wrote this one: it is no more trusted for being read again.
  result: { audience: [], classes: [], trust: "outside" },
  resultForCallerOnly: true,
};

const pageInput = z.object({
  blobId: z.string().max(80).describe("The id of a result that was put aside"),
  offset: z.int().min(0).default(0).describe("Character to begin at"),
  limit: z.int().min(1).max(PAGE_CHARS_MAX).default(4_000).describe("Characters to read"),
});
const searchInput = z.object({
  blobId: z.string().max(80).describe("The id of a result that was put aside"),
  query: z.string().min(1).max(200).describe("Text to find, upper and lower case alike"),
});

export function blobTools(blobs: BlobStore): RegisteredTool[] {
  return [readTool(blobs), searchTool(blobs)];
}

function readTool(blobs: BlobStore): RegisteredTool {
  return {
    tool: toolOf({
      name: "blob.read",
      title: "Read a long result",
      description: "Reads a part of a result that was too long to be shown at once.",
      inputSchema: z.toJSONSchema(pageInput, { io: "input" }),
      contract: READ,
      provider: "built-in",
    }),
    destination: "Stead",
    gated: true,
    async run({ arguments: given, principal }) {
      const { blobId, offset, limit } = pageInput.parse(given);
      const blob = await blobs.open(blobId, principal.personId);
      if (!blob.ok) return blob;
      const { text, label } = blob.value;
      const part = text.slice(offset, offset + limit);
      const end = offset + part.length;
      const rest = text.length - end;
      const where = `Characters ${offset} to ${end} of ${text.length}.`;
      const more = rest > 0 ? ` Read on with offset ${end}.` : " This is the end.";
      return ok({ text: `${where}${more}\n${part}`, label });
    },
  };
}

function searchTool(blobs: BlobStore): RegisteredTool {
  return {
    tool: toolOf({
      name: "blob.search",
      title: "Search a long result",
      description: "Finds text in a result that was too long to be shown at once.",
      inputSchema: z.toJSONSchema(searchInput, { io: "input" }),
      contract: READ,
      provider: "built-in",
    }),
    destination: "Stead",
    gated: true,
    async run({ arguments: given, principal }) {
      const { blobId, query } = searchInput.parse(given);
      const blob = await blobs.open(blobId, principal.personId);
      if (!blob.ok) return blob;
      const { text, label } = blob.value;
      const found = matches(text, query);
      if (found.length === 0)
        return ok({ text: `${JSON.stringify(query)} does not stand in ${blobId}.`, label });
      const lines = found.map((at) => {
        const from = Math.max(0, at - AROUND_CHARS);
        return `at ${at}: …${text.slice(from, at + query.length + AROUND_CHARS)}…`;
      });
      const more = found.length === MATCHES_MAX ? `\nThere may be more than ${MATCHES_MAX}.` : "";
      return ok({ text: lines.join("\n") + more, label });
    },
  };
}

/** Offsets of matches that do not show the same stretch twice. */
function matches(text: string, query: string): number[] {
  const haystack = text.toLowerCase();
  const needle = query.toLowerCase();
  const found: number[] = [];
  // Lower case can be longer than what it came from; then offsets would be off.
  const exact = haystack.length !== text.length;
  let at = -1;
  while (found.length < MATCHES_MAX) {
    at = exact ? text.indexOf(query, at + 1) : haystack.indexOf(needle, at + 1);
    if (at < 0) break;
    const last = found.at(-1);
    if (last === undefined || at - last > AROUND_CHARS) found.push(at);
  }
  return found;
}
