// Endpoints of documents: search, list and open, each as the person who asks.
import type { Handlers } from "../lib/handler.ts";
import { ok } from "../lib/result.ts";
import { find, openAnywhere, type FindCtx } from "./find.ts";
import { listDocuments } from "./list.ts";

type Names = "document.search" | "document.list" | "document.get";

export function knowledgeRoutes(ctx: FindCtx): Pick<Handlers, Names> {
  return {
    "document.search": async ({ principal }, { query: { source, ...asked } }) => {
      const sources = source === undefined ? {} : { sources: [source] };
      const found = await find(ctx, principal.personId, { ...asked, ...sources });
      if (!found.ok) return found;
      const { hits, unanswered } = found.value;
      const items = hits.map(({ document, quote, from, to, page, score }) => ({
        documentId: document.id,
        title: document.title,
        path: document.path,
        sourceId: document.sourceId,
        url: document.url,
        quote,
        from,
        to,
        ...(page === undefined ? {} : { page }),
        score,
      }));
      return ok({ items, next: null, unanswered: [...unanswered] });
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
        ({
          classId: _class,
          classes: _classes,
          trust: _trust,
          chars: _chars,
          updatedAt,
          ...entry
        }) => ({
          ...entry,
          updatedAt: updatedAt.toISOString(),
        }),
      );
      return ok({ items, next: found.value.next });
    },
    "document.get": async ({ principal }, { params }) => {
      const found = await openAnywhere(ctx, principal.personId, { id: params.documentId });
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
