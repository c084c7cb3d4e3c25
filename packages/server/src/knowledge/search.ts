// Search as one person: the index proposes, the rights of this moment decide. Where an answer goes to
// several people, only what each of them may read is found.
import { readableOf } from "../access/readable.ts";
import { freshen } from "../access/refresh.ts";
import type { Failure, Result } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import type { Ctx } from "../store/context.ts";
import { askBeforeSearch, type AskingCtx } from "./asking/candidates.ts";
import { bestPassage, type Document, type Hit } from "./document.ts";
import type { LiveIndex } from "./index/live.ts";
import type { IndexHit } from "./index/search-index.ts";
import type { Errand, Unanswered } from "./live/live.ts";
import { silence, type Meaning } from "./meaning/ask.ts";
import { closedSourcesOf, documentsOf } from "./queries.ts";

const QUERY_CHARS_MAX = 300;
/** Asked of the index beyond the limit: it may lag, and what is no more readable falls away. */
const SPARE = 10;

export interface SearchCtx extends AskingCtx {
  readonly index: Pick<LiveIndex, "catchUp" | "search">;
  /** None: words alone. */
  readonly meaning?: Meaning;
}

export interface SearchAsked extends Errand {
  readonly query: string;
  readonly limit: number;
  /** Others whom the answer goes to. */
  readonly alsoFor?: readonly string[];
  /** Only in these sources. */
  readonly sources?: readonly string[];
}

export interface Found {
  readonly hits: readonly Hit[];
  /** What might have found more. */
  readonly unanswered: readonly Unanswered[];
}

export async function search(
  ctx: SearchCtx,
  personId: string,
  asked: SearchAsked,
): Promise<Result<Found>> {
  const query = asked.query.slice(0, QUERY_CHARS_MAX);
  const people = [...new Set([personId, ...(asked.alsoFor ?? [])])];
  return whileAvailable(async () => {
    const { sources, way, signal } = asked;
    const errand = { ...(way ? { way } : {}), ...(signal ? { signal } : {}) };
    const [meant] = await Promise.all([
      ctx.meaning?.of({ personId, query, ...errand }),
      ready(ctx, people),
    ]);
    const vector = meant?.ok ? meant.value : {};
    const what = { query, ...vector, ...(sources ? { sources } : {}) };
    const unanswered = [
      ...(meant && !meant.ok ? [withoutMeaning(meant.failure)] : []),
      ...(await closedTo(ctx, personId, sources)),
      ...(await askBeforeSearch(ctx, people, what)),
    ];
    const found = await ctx.index.search({ ...what, people, limit: asked.limit + SPARE });
    if (found.length === 0) return { hits: [], unanswered };
    const ids = found.map(({ documentId }) => documentId);
    const documents = await documentsOf(ctx.db, ctx.orgId, ids);
    const readable = await readableByAll(ctx, people, documents);
    const byId = new Map(documents.map((each) => [each.document.id, each]));
    const hits = found
      .flatMap((hit) => {
        const here = byId.get(hit.documentId);
        return here && readable.has(here.document.classId) ? [hitOf(hit, { ...here, query })] : [];
      })
      .slice(0, asked.limit);
    return { hits, unanswered };
  });
}

async function ready(ctx: SearchCtx, people: readonly string[]): Promise<void> {
  for (const each of people) await freshen(ctx, each);
  await ctx.index.catchUp();
}

async function closedTo(
  { db, orgId }: Ctx,
  personId: string,
  only: readonly string[] | undefined,
): Promise<Unanswered[]> {
  const why = "what is known of it is too old, so nothing of it is found until it is read again";
  const closed = await closedSourcesOf(db, orgId, personId);
  return closed
    .filter(({ sourceId }) => only?.includes(sourceId) ?? true)
    .map((each) => ({ ...each, why }));
}

function withoutMeaning(failure: Failure): Unanswered {
  return { sourceId: "", name: "Search by meaning", why: silence(failure) };
}

async function readableByAll(
  ctx: AskingCtx,
  people: readonly string[],
  documents: readonly { readonly document: Document }[],
): Promise<ReadonlySet<string>> {
  let readable = new Set(documents.map(({ document }) => document.classId));
  for (const personId of people) readable = await readableOf(ctx, personId, [...readable]);
  return readable;
}

/** Where the text has changed since it was indexed, the passage is looked for in what it is now. */
function hitOf(
  { from, to, page, stamp, score }: IndexHit,
  now: { readonly document: Document; readonly stamp: string; readonly query: string },
): Hit {
  const { document, query } = now;
  const isSame = now.stamp === stamp;
  const place = isSame ? { from, to } : bestPassage(document.text, query);
  const quote = document.text.slice(place.from, place.to);
  return { document, quote, ...place, ...(isSame && page !== undefined ? { page } : {}), score };
}
