// Sources that are asked as the person each time: what they are, what they found, and by which ids.
import type { ActingSource, Connector } from "@stead/sdk";
import { sha256 } from "../../lib/json.ts";
import type { Result } from "../../lib/result.ts";
import { oneLine, visible } from "../../lib/visible.ts";
import type { Ctx } from "../../store/context.ts";
import type { SourceWay } from "../connection/deps.ts";
import type { Document, Hit } from "../document.ts";

export interface LiveSource {
  readonly id: string;
  readonly name: string;
  /** Why it can't be asked just now, and whom to ask about that; none: it can be. */
  readonly shut?: string;
}

export interface LiveHosted {
  readonly connector: Connector;
  readonly source: ActingSource<unknown>;
}

export interface LiveDeps {
  readonly ctx: Ctx;
  /** The live sources that are in use, those too that can't be asked: an answer says that they were not. */
  readonly sources: () => Promise<readonly LiveSource[]>;
  /** A source as this person's own account sees it; a failure where they have linked none. */
  readonly host: (
    asked: { readonly sourceId: string; readonly personId: string; readonly way?: SourceWay },
    signal: AbortSignal,
  ) => Promise<Result<LiveHosted>>;
  /** How long one source may take, from waiting its turn to its last byte. */
  readonly timeoutMs?: number;
}

/** What it is asked for: of a call, its permit, its journal, what its words may tell, and its end. */
export interface Errand {
  readonly way?: SourceWay;
  readonly signal?: AbortSignal;
}

/** A source without an answer, and why in words for the person who asked. */
export interface Unanswered {
  readonly sourceId: string;
  readonly name: string;
  readonly why: string;
}

const EXTERNAL_CHARS_MAX = 500;
const TITLE_CHARS_MAX = 300;
const PATH_CHARS_MAX = 1_000;
const QUOTE_CHARS_MAX = 600;
const TEXT_CHARS_MAX = 400_000;

/** Undefined for what can't be an id. Whoever opens it asks the source as themselves. */
export function liveIdOf(sourceId: string, externalId: string): string | undefined {
  const isUsable = externalId !== "" && externalId.length <= EXTERNAL_CHARS_MAX;
  if (!isUsable || !externalId.isWellFormed()) return undefined;
  return `live:${sourceId}/${encodeURIComponent(externalId)}`;
}

export function isLiveId(id: string): boolean {
  return id.startsWith("live:");
}

export function parseLiveId(id: string): { sourceId: string; externalId: string } | undefined {
  const [, sourceId, encoded] = /^live:([^/]{1,80})\/(.+)$/.exec(id) ?? [];
  if (sourceId === undefined || encoded === undefined) return undefined;
  try {
    const externalId = decodeURIComponent(encoded);
    return liveIdOf(sourceId, externalId) === id ? { sourceId, externalId } : undefined;
  } catch {
    return undefined;
  }
}

export interface Found {
  readonly externalId: string;
  readonly title: string;
  readonly path: string;
  readonly url?: string;
  readonly text: string;
}

/** A document of the moment: read by those of the class alone, and foreign text to every agent. */
export function liveDocument(
  source: LiveSource,
  found: Found,
  read: { readonly classId: string; readonly nowMs: number },
): Document | undefined {
  const id = liveIdOf(source.id, found.externalId);
  if (id === undefined) return undefined;
  const text = visible(found.text).slice(0, TEXT_CHARS_MAX);
  const title = oneLine(found.title).slice(0, TITLE_CHARS_MAX) || found.externalId;
  const isPage = found.url !== undefined && /^https?:\/\//i.test(found.url);
  return {
    id,
    title,
    path: oneLine(`${source.name}/${found.path}`).slice(0, PATH_CHARS_MAX),
    revision: sha256(`${title}\n${text}`).slice(0, 16),
    text,
    classId: read.classId,
    classes: [],
    trust: "outside",
    updatedAt: new Date(read.nowMs),
    sourceId: source.id,
    externalId: found.externalId,
    url: isPage ? (found.url ?? null) : null,
    mediaType: "text/plain",
    sections: [],
  };
}

/** Of a live hit only the quote is known: it is the document until that is opened. */
export function liveHit(document: Document): Hit {
  const quote = document.text.slice(0, QUOTE_CHARS_MAX);
  return { document: { ...document, text: quote }, quote, from: 0, to: quote.length, score: 0 };
}

const RANK_OFFSET = 60;

/** By reciprocal rank; of equals the earlier list's comes first. The first list alone stays as it is. */
export function mergeHits(lists: readonly (readonly Hit[])[], limit: number): Hit[] {
  const [first = [], ...others] = lists;
  if (others.every((list) => list.length === 0)) return first.slice(0, limit);
  const ranked = lists.flatMap((list) =>
    list.map((hit, i) => ({ ...hit, score: 1 / (RANK_OFFSET + 1 + i) })),
  );
  return ranked.toSorted((a, b) => b.score - a.score).slice(0, limit);
}
