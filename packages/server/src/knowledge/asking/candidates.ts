// Before a search or a list: whatever of a source that has to be asked might be in it is asked about, so that
// what follows knows. What is found here is shown to nobody.
import { unsaidOf, type Asking } from "../../access/readable.ts";
import { freshen } from "../../access/refresh.ts";
import type { Ctx } from "../../store/context.ts";
import type { LiveIndex } from "../index/live.ts";
import type { IndexQuery } from "../index/search-index.ts";
import type { Unanswered } from "../live/live.ts";
import { ITEMS_MAX, type SourceAsker } from "./asker.ts";
import { classesOfDocuments, documentsAfter, type Place } from "./queries.ts";

export interface AskingCtx extends Ctx, Asking {
  /** None: there are no such sources. */
  readonly asker?: Pick<SourceAsker, "ask" | "sourcesOf" | "sealPlace" | "openPlace">;
}

type Searched = Pick<IndexQuery, "query" | "vector" | "key" | "sources">;

/** Those that the words or the vector match best, in sources that each of the people has an account in. */
export async function askBeforeSearch(
  ctx: AskingCtx & { readonly index: Pick<LiveIndex, "catchUp" | "search"> },
  people: readonly string[],
  searched: Searched,
): Promise<readonly Unanswered[]> {
  const unanswered: Unanswered[] = [];
  let isNew = false;
  for (const personId of people) {
    const sources = await askedSources(ctx, personId, searched.sources);
    if (sources.length === 0) continue;
    const query = { ...searched, people: [], whoever: true, sources, limit: ITEMS_MAX };
    const found = await ctx.index.search(query);
    const ids = found.map(({ documentId }) => documentId);
    const answered = await askAbout(ctx, personId, await classesOfDocuments(ctx, ids));
    unanswered.push(...answered.unanswered);
    if (found.length === ITEMS_MAX) unanswered.push(...sources.map(tooMany));
    isNew ||= answered.isNew;
  }
  if (isNew) await ctx.index.catchUp();
  return unanswered;
}

function tooMany(sourceId: string): Unanswered {
  const why = `more than ${ITEMS_MAX} of its items match, and it was asked about the best of them alone`;
  return { sourceId, name: "A source that is asked", why };
}

/**
 * Up to the place that is returned everything has been asked about; undefined: to the end. A page that goes
 * further would leave out what has not been.
 */
export async function askBeforeList(
  ctx: AskingCtx,
  personId: string,
  listed: { readonly sourceId?: string; readonly folder: string; readonly after: Place },
): Promise<Place | undefined> {
  const { sourceId, folder, after } = listed;
  const sources = await askedSources(
    ctx,
    personId,
    sourceId === undefined ? undefined : [sourceId],
  );
  if (sources.length === 0) return undefined;
  const found = await documentsAfter(ctx, { sources, folder, after, limit: ITEMS_MAX });
  await askAbout(ctx, personId, [...new Set(found.map(({ classId }) => classId))]);
  return found.length === ITEMS_MAX ? found.at(-1) : undefined;
}

async function askedSources(
  { asker }: AskingCtx,
  personId: string,
  only: readonly string[] | undefined,
): Promise<string[]> {
  const sources = (await asker?.sourcesOf(personId)) ?? [];
  return only ? sources.filter((id) => only.includes(id)) : sources;
}

async function askAbout(ctx: AskingCtx, personId: string, classes: readonly string[]) {
  const names = classes.length === 0 ? [] : await unsaidOf(ctx, personId, classes);
  const answered = await ctx.asker?.ask(personId, names);
  if (answered?.isNew) await freshen(ctx, personId);
  return answered ?? { isNew: false, unanswered: [] };
}
