// Endpoints of documents: search and open, each as the person who asks.
import type { Handlers } from "../lib/handler.ts";
import { ok } from "../lib/result.ts";
import type { Ctx } from "../store/context.ts";
import { openDocument } from "./open.ts";
import { search } from "./search.ts";

export function knowledgeRoutes(ctx: Ctx): Pick<Handlers, "document.search" | "document.get"> {
  return {
    "document.search": async ({ principal }, { query }) => {
      const hits = await search(ctx, principal.personId, query);
      if (!hits.ok) return hits;
      const items = hits.value.map(({ document, quote, score }) => ({
        documentId: document.id,
        title: document.title,
        path: document.path,
        quote,
        score,
      }));
      return ok({ items, next: null });
    },
    "document.get": async ({ principal }, { params }) => {
      const found = await openDocument(ctx, principal.personId, params.documentId);
      if (!found.ok) return found;
      const { id, title, path, revision, text, classes, updatedAt } = found.value;
      const shown = { id, title, path, revision, text, classes: [...classes] };
      return ok({ ...shown, updatedAt: updatedAt.toISOString() });
    },
  };
}
