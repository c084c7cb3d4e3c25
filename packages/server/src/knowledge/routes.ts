// Endpoints of documents: search, list and open, each as the person who asks.
import type { Handlers } from "../lib/handler.ts";
import { ok } from "../lib/result.ts";
import { listDocuments } from "./list.ts";
import { openDocument } from "./open.ts";
import { search, type SearchCtx } from "./search.ts";

type Names = "document.search" | "document.list" | "document.get";

export function knowledgeRoutes(ctx: SearchCtx): Pick<Handlers, Names> {
  return {
    "document.search": async ({ principal }, { query: { source, ...asked } }) => {
      const sources = source === undefined ? {} : { sources: [source] };
      const hits = await search(ctx, principal.personId, { ...asked, ...sources });
      if (!hits.ok) return hits;
      const items = hits.value.map(({ document, quote, from, to, page, score }) => ({
        documentId: document.id,
        title: document.title,
        path: document.path,
        sourceId: document.sourceId,
        quote,
        from,
        to,
        ...(page === undefined ? {} : { page }),
        score,
      }));
      return ok({ items, next: null });
    },
    "document.list": async ({ principal }, { query: { source, folder, after, limit } }) => {
      const found = await listDocuments(ctx, principal.personId, {
        limit,
        ...(source === undefined ? {} : { sourceId: source }),
        ...(folder === undefined ? {} : { folder }),
        ...(after === undefined ? {} : { after }),
      });
      if (!found.ok) return found;
      const items = found.value.items.map(
        ({ classId: _class, chars: _chars, updatedAt, ...entry }) => ({
          ...entry,
          updatedAt: updatedAt.toISOString(),
        }),
      );
      return ok({ items, next: found.value.next });
    },
    "document.get": async ({ principal }, { params }) => {
      const found = await openDocument(ctx, principal.personId, params.documentId);
      if (!found.ok) return found;
      const { classId: _class, trust: _trust, externalId: _external, ...shown } = found.value;
      const { classes, sections, updatedAt } = shown;
      return ok({
        ...shown,
        classes: [...classes],
        sections: sections.map((section) => ({ ...section })),
        updatedAt: updatedAt.toISOString(),
      });
    },
  };
}
