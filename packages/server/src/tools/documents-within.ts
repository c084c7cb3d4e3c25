// What the document tools ask of knowledge, answered by it.
import { find, openAnywhere, type FindCtx } from "../knowledge/find.ts";
import { listDocuments } from "../knowledge/list.ts";
import type { documentTools } from "./documents.ts";

export function knowledgePort(ctx: FindCtx): Parameters<typeof documentTools>[0] {
  return {
    search: (personId, asked) => find(ctx, personId, asked),
    list: (personId, asked) => listDocuments(ctx, personId, asked),
    open: (personId, documentId, errand) =>
      openAnywhere(ctx, personId, { id: documentId, ...errand }),
  };
}
