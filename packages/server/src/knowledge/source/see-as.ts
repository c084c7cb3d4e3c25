// Looks with somebody else's eyes, for administrators and auditors: which documents that person finds, and why
// they may read one. Never their contents, never acting as them, and each look is written down first.
import type { EndpointReply, EndpointRequest, Endpoints, Person, Principal } from "@stead/protocol";
import { explain } from "../../access/explain/explain.ts";
import { readableOf } from "../../access/readable.ts";
import { personOf } from "../../identity/person.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import type { Ctx } from "../../store/context.ts";
import type { AskingCtx } from "../asking/candidates.ts";
import { listDocuments } from "../list.ts";
import type { Document } from "../document.ts";
import { openDocument } from "../open.ts";
import { documentOf } from "../queries.ts";
import { search } from "../search.ts";
import { record, type SourcesCtx } from "./context.ts";
import { sourcesWithout, titlesAbove } from "./view/queries.ts";

type Explained = EndpointReply<Endpoints["document.explain"]>;
type Seen = EndpointReply<Endpoints["person.see-as"]>;
type Asked = EndpointRequest<Endpoints["person.see-as"]>["query"];

const NOBODY = fail("resource.not_found", "There is no such person.");

export async function explainDocument(
  sources: SourcesCtx,
  wish: { principal: Principal; documentId: string; personId: string },
): Promise<Result<Explained>> {
  const { ctx } = sources;
  const { principal: by, documentId, personId } = wish;
  const found = await whileAvailable(() => documentOf(ctx.db, ctx.orgId, documentId));
  if (!found.ok) return found;
  const document = found.value;
  if (!document) return fail("resource.not_found", "There is no such document.");
  if (!(await personOf(ctx, personId))) return NOBODY;
  const data = { documentId, personId };
  const written = await record(sources, { type: "document.explained", by, data });
  if (!written.ok) return written;
  return explained(ctx, document, personId);
}

/** The reader's own right to what they may read; nothing else is there for them. */
export async function whyReadable(
  { ctx }: Pick<SourcesCtx, "ctx">,
  { principal, documentId }: { principal: Principal; documentId: string },
): Promise<Result<Explained>> {
  const found = await openDocument(ctx, principal.personId, documentId);
  return found.ok ? explained(ctx, found.value, principal.personId) : found;
}

function explained(
  ctx: AskingCtx,
  document: Document,
  personId: string,
): Promise<Result<Explained>> {
  const { id, title, path, sourceId, externalId, classId } = document;
  return whileAvailable(async () => {
    // Asks what only the source can say: nobody may have asked of this person lately.
    await readableOf(ctx, personId, [classId]);
    const at = { db: ctx.db, orgId: ctx.orgId, sourceId };
    const inheritedFrom = externalId === null ? [] : await titlesAbove(at, externalId);
    const { readable, chain } = await explain(ctx, personId, { classId, inheritedFrom });
    const steps = chain.map(({ path: names, ...step }) => ({
      ...step,
      ...(names ? { path: [...names] } : {}),
    }));
    return { readable, documentId: id, title, path, sourceId, chain: steps };
  });
}

/** Sources that are asked as the person are left out: that would be acting. */
export async function seeAs(
  sources: SourcesCtx,
  wish: { principal: Principal; personId: string; asked: Asked },
): Promise<Result<Seen>> {
  const { ctx } = sources;
  const { principal: by, personId, asked } = wish;
  const { query, source, after, limit } = asked;
  const person = await personOf(ctx, personId);
  if (!person) return NOBODY;
  const data = { personId, ...(source === undefined ? {} : { sourceId: source }) };
  const words = query === undefined ? {} : { query: { value: query, subjects: [personId] } };
  const fact = { type: "person.seen-as" as const, by, data, bodies: words };
  const written = await record(sources, fact);
  if (!written.ok) return written;
  const told = await notesOf(ctx, person, source);
  if (!told.ok) return told;
  const notes = told.value;
  const only = source === undefined ? {} : { sources: [source], sourceId: source };
  if (query !== undefined) {
    const hits = await search(ctx, personId, { query, limit, ...only });
    if (!hits.ok) return hits;
    const items = hits.value.hits.map(({ document }) => entryOf(document));
    return ok({ items, next: null, notes });
  }
  const page = await listDocuments(ctx, personId, {
    limit,
    ...only,
    ...(after === undefined ? {} : { after }),
  });
  if (!page.ok) return page;
  return ok({ items: page.value.items.map(entryOf), next: page.value.next, notes });
}

/** Why they may find less than one thinks: an empty list alone would not tell. */
async function notesOf(
  ctx: Ctx,
  person: Person,
  sourceId: string | undefined,
): Promise<Result<string[]>> {
  const { id: personId, name, active } = person;
  if (!active) return ok([`${name} is not active here any more: they find and read nothing.`]);
  const found = await whileAvailable(() => sourcesWithout(ctx, { personId, sourceId }));
  if (!found.ok || found.value.length === 0) return found.ok ? ok([]) : found;
  const names = found.value.map((each) => each.name).join(", ");
  return ok([
    `${name} has no verified, active account in ${names}: of it they find only what everybody may.`,
  ]);
}

function entryOf(document: {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly sourceId: string;
  readonly url: string | null;
  readonly mediaType: string;
  readonly updatedAt: Date;
}): Seen["items"][number] {
  const { id, title, path, sourceId, url, mediaType, updatedAt } = document;
  return { id, title, path, sourceId, url, mediaType, updatedAt: updatedAt.toISOString() };
}
