// Reads contents and makes documents of them, each with the class that its item has at that moment.
import { SourceError, type Content } from "@stead/sdk";
import type { Failure } from "../../lib/result.ts";
import { upsertDocument } from "../queries.ts";
import { eachOf, isOwn } from "./groups.ts";
import { documentIdOf, shown } from "./item.ts";
import { backoffMs } from "./job/job.ts";
import {
  contentLater,
  holdPending,
  nextPendingMs,
  pendingItems,
  settleContent,
  type HeldRow,
  type PendingRow,
} from "./queries.ts";
import type { TxScope } from "./rights.ts";
import { commit, type StepEnd, type Work } from "./work.ts";

const TRIES_MAX = 5;
/** Of a source that is away: its other files go first, and with it away all of them wait. */
const AWAY_TRIES_MAX = 10;

export async function stepContent(work: Work, signal: AbortSignal): Promise<StepEnd> {
  const { scope, bounds, job } = work;
  const due = await pendingItems(scope, bounds.files);
  if (due.length === 0) {
    const nextMs = await nextPendingMs(scope);
    const done = await commit(work, { rests: { nextMs } }, async () => undefined);
    return done.ok ? { ok: true, value: { more: false } } : done;
  }
  const byId = new Map(due.map((row) => [row.id, row]));
  const read: Read[] = [];
  await eachOf(work, [...byId.keys()], async (id) => {
    const row = byId.get(id);
    if (row && !signal.aborted) read.push(await readOne(work, row));
  });
  const before = job.isAtRest ? 0 : (job.counts["read"] ?? 0);
  const counts = { read: before + read.length };
  const done = await commit(work, { counts, works: true }, async (tx) => {
    const held = await holdPending(tx, [...byId.keys()]);
    const now = new Map(held.map((row) => [row.id, row]));
    for (const { row, put } of read) {
      const item = now.get(row.id);
      // Gone, moved on, already read or being changed: its turn comes again, or never.
      if (item?.revision === row.revision) await put(tx, item);
    }
  });
  const away = read.find((one) => one.away)?.away;
  if (done.ok && away) throw away;
  return done.ok ? { ok: true, value: { more: true } } : done;
}

/** Writes what was read, or why it was not, in the transaction of all that were read together. */
type Put = (scope: TxScope, now: HeldRow) => Promise<void>;

interface Read {
  readonly row: PendingRow;
  readonly put: Put;
  /** It is the source that is away, and not the file that is at fault. */
  readonly away?: SourceError;
}

async function readOne(work: Work, row: PendingRow): Promise<Read> {
  try {
    return { row, put: await take(work, row) };
  } catch (error) {
    if (!isOwn(error)) throw error;
    const put = settleError(work, row, error);
    return isAway(error) ? { row, put, away: error } : { row, put };
  }
}

function isAway({ code }: SourceError): boolean {
  return code === "busy" || code === "unavailable";
}

async function take(work: Work, row: PendingRow): Promise<Put> {
  const { bounds, mirror, hosted, deps } = work;
  if (row.bytes !== null && row.bytes > bounds.bytesMax) throw tooLarge(bounds.bytesMax);
  const content = await mirror.fetch(hosted.source, { ...itemOf(row), kind: "document" });
  const bytes = await bytesOf(content, bounds.bytesMax);
  const mediaType = content.mediaType;
  const name = row.title;
  const extracted = await deps.extractor.extract({ mediaType, name, bytes });
  if (!extracted.ok) return settleFailure(work, row, extracted.failure);
  const { text, sections } = extracted.value;
  return async (scope, now) => {
    const { sourceId, orgId } = scope;
    await upsertDocument(scope.db, orgId, {
      id: documentIdOf(sourceId, row.id),
      title: now.title,
      path: now.path,
      url: now.url,
      revision: row.revision,
      text,
      sections,
      classId: now.classId,
      classes: now.classes,
      trust: "colleague",
      updatedAt: now.updatedAt,
      sourceId,
      externalId: row.id,
      mediaType: shown(mediaType).slice(0, 200),
    });
    await settleContent(scope, row.id, { state: "indexed", code: null, detail: null });
  };
}

function itemOf(row: PendingRow) {
  const { url, mediaType, bytes, updatedAt, tries: _tries, ...item } = row;
  return {
    ...item,
    updatedAt: updatedAt.toISOString(),
    ...(url === null ? {} : { url }),
    ...(mediaType === null ? {} : { mediaType }),
    ...(bytes === null ? {} : { bytes }),
  };
}

/** Whatever the source said of its size: no more is taken in than the bound. */
async function bytesOf({ bytes }: Content, bytesMax: number): Promise<Uint8Array> {
  if (bytes instanceof Uint8Array) {
    if (bytes.byteLength > bytesMax) throw tooLarge(bytesMax);
    return bytes;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop ends the stream at its source.
  for await (const chunk of bytes) {
    size += chunk.byteLength;
    if (size > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(bytesMax: number): SourceError {
  const megabytes = Math.floor(bytesMax / 1024 / 1024);
  return new SourceError("too_large", `The file has more than ${megabytes} MB.`);
}

function settleFailure(work: Work, row: PendingRow, failure: Failure): Put {
  const { code, detail } = failure;
  if (code === "request.rate_limited" || code === "store.unavailable")
    return later(work, row, { code, detail, retryAfterMs: undefined });
  const state = code === "document.unsupported" ? "skipped" : "failed";
  return (scope) => settleContent(scope, row.id, { state, code, detail });
}

const LASTING = new Set(["too_large", "malformed", "forbidden"]);

function settleError(work: Work, row: PendingRow, error: SourceError): Put {
  const detail = shown(error.message).slice(0, 500);
  const { retryAfterMs } = error;
  const code = error.code === "too_large" ? "document.too_large" : `source.${error.code}`;
  const triesMax = isAway(error) ? AWAY_TRIES_MAX : TRIES_MAX;
  if (!LASTING.has(error.code) && row.tries + 1 < triesMax)
    return later(work, row, { code, detail, retryAfterMs });
  return (scope) => settleContent(scope, row.id, { state: "failed", code, detail });
}

function later(
  work: Work,
  row: PendingRow,
  why: { code: string; detail: string; retryAfterMs: number | undefined },
): Put {
  const { code, detail, retryAfterMs } = why;
  const waitMs = backoffMs(row.tries, work.deps.ctx.ids.fraction(), retryAfterMs);
  return (scope) => contentLater(scope, row.id, { code, detail, waitMs });
}
