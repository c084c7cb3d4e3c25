// Endpoints of connected sources that feed the registry: which fields, since when, and what is wrong.
import type { EndpointReply, Endpoints, Principal } from "@stead/protocol";
import { append } from "../../ledger/append.ts";
import { knownIdOf } from "../../egress/known/kept/feed.ts";
import type { Handlers } from "../../lib/handler.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import { sourceOf, type SourcesCtx } from "../source/context.ts";
import { selectSources } from "../source/queries.ts";
import { failureOf } from "../source/trouble.ts";
import { selectFeeds, setFeed, type FeedWish } from "./queries.ts";

type Names = "registry.feeds" | "registry.feed" | "registry.suggest";
type Item = EndpointReply<Endpoints["registry.feeds"]>["items"][number];

export function feedRoutes(sources: SourcesCtx): Pick<Handlers, Names> {
  return {
    "registry.feeds": async () => {
      const found = await whileAvailable(() => listFeeds(sources));
      return found.ok ? ok({ items: found.value, next: null }) : found;
    },
    "registry.feed": async ({ principal }, { params, body }) => {
      const set = await setOn(sources, principal, { ...params, ...body });
      return set.ok ? ok({}) : set;
    },
    "registry.suggest": ({ signal }, { params }) => suggest(sources, params.sourceId, signal),
  };
}

async function listFeeds({ ctx, host }: SourcesCtx): Promise<Item[]> {
  const feeds = new Map((await selectFeeds(ctx)).map((feed) => [feed.sourceId, feed]));
  return (await selectSources(ctx)).flatMap(({ id, name, connector: kind, state }): Item[] => {
    const connector = host.connectors.get(kind);
    if (!connector?.known || state === "leaving") return [];
    const feed = feeds.get(id);
    return [
      {
        sourceId: id,
        registryId: knownIdOf(id),
        name,
        connector: connector.manifest.title,
        on: feed !== undefined,
        lists: feed?.lists ?? [],
        isReading: typeof feed?.generation === "string",
        readAt: feed?.readAt?.toISOString() ?? null,
        leftOut: feed?.leftOut ?? 0,
        error: feed?.error ?? null,
        errorCode: feed?.errorCode ?? null,
        by: feed?.by ?? null,
        everyMs: connector.manifest.freshness.pollMs,
      },
    ];
  });
}

async function setOn(
  sources: SourcesCtx,
  principal: Principal,
  { sourceId, lists }: Omit<FeedWish, "by">,
): Promise<Result<void>> {
  const row = await sourceOf(sources, sourceId);
  if (!row.ok) return row;
  if (!sources.host.connectors.get(row.value.connector)?.known) return NO_FIELDS;
  const names = lists.map(({ from }) => from);
  const twice = names.find((from, i) => names.indexOf(from) !== i);
  if (twice !== undefined) return fail("request.invalid", `"${twice}" is named twice.`);
  const by = principal.personId;
  const shown = lists.map(({ from, fields }) => ({
    from,
    fields: fields.map((one) => ({ ...one })),
  }));
  const { ledger, ctx } = sources;
  const done = await append(ledger, {
    stream: "registry",
    after: "tail",
    events: [{ type: "registry.feed-set", data: { by, sourceId, lists: shown } }],
    also: async (tx) => {
      await setFeed({ db: tx, orgId: ctx.orgId }, { sourceId, lists, by });
      return ok();
    },
  });
  return done.ok ? ok() : done;
}

const NO_FIELDS = fail("request.invalid", "This source's connector has no fields of known values.");
const LOOK_MS = 30_000;

async function suggest(
  sources: SourcesCtx,
  sourceId: string,
  signal: AbortSignal,
): Promise<Result<EndpointReply<Endpoints["registry.suggest"]>>> {
  const row = await sourceOf(sources, sourceId);
  if (!row.ok) return row;
  const within = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
  const hosted = await sources.sync.host(sourceId, within);
  if (!hosted.ok) return hosted;
  const { connector, source } = hosted.value;
  if (!connector.known) return NO_FIELDS;
  try {
    const lists = await connector.known.suggest(source);
    return ok({
      lists: lists.map(({ from, fields }) => ({ from, fields: fields.map((one) => ({ ...one })) })),
    });
  } catch (error) {
    return failureOf(error);
  }
}
