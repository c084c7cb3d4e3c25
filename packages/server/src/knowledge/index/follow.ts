// Keeps a search index in step with the database: everything once, then what changed. What it is told is
// only which rows to read again, so that doing anything twice, or late, comes to the same.
import type { Ctx } from "../../store/context.ts";
import { passagesOf } from "../chunk/passage.ts";
import {
  changesSince,
  dropOldChanges,
  horizonNow,
  meaningKey,
  personNumbers,
  placesAfter,
  placesOf,
  readersAfter,
  readersOfClasses,
  textsOf,
  vectorsOf,
  type ClassReaders,
  type DocumentPlace,
  type DocumentText,
  type FeedRow,
} from "./queries.ts";
import type { IndexChange, SearchIndex } from "./search-index.ts";

const FEED_ROWS = 2_000;
const PLACES = 5_000;
const TEXTS = 100;
const CLASSES = 20_000;
/** Changes are kept longer than a follower may go without reading them. */
const KEPT_MS = 3_600_000;
const BEHIND_MS = KEPT_MS / 2;

export interface Progress {
  readonly state: "building" | "live";
  readonly done: number;
  readonly total: number;
}

export interface FollowDeps {
  readonly ctx: Ctx;
  readonly index: SearchIndex;
}

export class Follower {
  readonly #deps: FollowDeps;
  /** What has been given to the index: id -> stamp. */
  #stamps = new Map<string, string>();
  /** Which vectors have been given: id -> version. */
  #versions = new Map<string, string>();
  /** What makes vectors; empty: nothing does. */
  #key = "";
  #horizon = "";
  /** Rows from the horizon on that have been done already. */
  #done = new Set<number>();
  #pulledMs = 0;
  #droppedMs = 0;
  #progress: Progress = { state: "building", done: 0, total: 0 };

  constructor(deps: FollowDeps) {
    this.#deps = deps;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** The index has lost what it had: the next step begins anew. */
  forget(): void {
    this.#stamps = new Map();
    this.#versions = new Map();
    this.#key = "";
    this.#horizon = "";
    this.#progress = { state: "building", done: 0, total: 0 };
  }

  /** Brings the index to what the database says now. One at a time. */
  async step(): Promise<void> {
    const { clock } = this.#deps.ctx;
    const nowMs = clock.monotonicMs();
    if (this.#horizon === "" || nowMs - this.#pulledMs > BEHIND_MS) await this.#rebuild();
    else await this.#follow();
    this.#pulledMs = nowMs;
    if (nowMs - this.#droppedMs < BEHIND_MS) return;
    this.#droppedMs = nowMs;
    await dropOldChanges(this.#deps.ctx, KEPT_MS);
  }

  async #follow(): Promise<void> {
    const { ctx } = this.#deps;
    const horizon = await horizonNow(ctx);
    const done = new Set<number>();
    let [from, seq] = [this.#horizon, 0];
    for (;;) {
      const rows = await changesSince(ctx, { horizon: from, seq, limit: FEED_ROWS });
      await this.#apply(rows.filter((row) => !this.#done.has(row.seq)));
      for (const row of rows) if (BigInt(row.xid) >= BigInt(horizon)) done.add(row.seq);
      const last = rows.at(-1);
      if (!last || rows.length < FEED_ROWS) break;
      [from, seq] = [last.xid, last.seq];
    }
    this.#horizon = horizon;
    this.#done = done;
  }

  async #apply(rows: readonly FeedRow[]): Promise<void> {
    const keys = (kind: FeedRow["kind"]): string[] => [
      ...new Set(rows.filter((row) => row.kind === kind).map(({ key }) => key)),
    ];
    const { ctx, index } = this.#deps;
    if (rows.some(({ kind }) => kind === "people")) await this.#readPeople();
    if (rows.some(({ kind }) => kind === "classes")) await this.#readAllClasses();
    else {
      const ids = keys("class");
      const found = ids.length > 0 ? await readersOfClasses(ctx, ids) : [];
      const gone = without(ids, found).map((id) => ({ id, people: null }));
      await index.apply([...found, ...gone].map(asChange));
    }
    if (rows.some(({ kind }) => kind === "documents")) await this.#readAllDocuments();
    else {
      const ids = keys("document");
      if (ids.length === 0) return;
      const places = await placesOf(ctx, { key: this.#key, ids });
      await this.#place(places);
      await this.#remove(without(ids, places));
    }
  }

  async #rebuild(): Promise<void> {
    const horizon = await horizonNow(this.#deps.ctx);
    this.#stamps = new Map(await this.#deps.index.stamps());
    await this.#readPeople();
    await this.#readAllClasses();
    await this.#readAllDocuments();
    this.#horizon = horizon;
    this.#done = new Set();
    this.#progress = { ...this.#progress, state: "live" };
  }

  async #readPeople(): Promise<void> {
    const people = await personNumbers(this.#deps.ctx);
    await this.#deps.index.apply(
      people.map(({ id, number }) => ({ kind: "person", personId: id, number })),
    );
  }

  async #readAllClasses(): Promise<void> {
    for (let after = ""; ;) {
      const found = await readersAfter(this.#deps.ctx, { after, limit: CLASSES });
      await this.#deps.index.apply(found.map(asChange));
      const last = found.at(-1);
      if (!last || found.length < CLASSES) return;
      after = last.id;
    }
  }

  async #readAllDocuments(): Promise<void> {
    await this.#readKey();
    const places: DocumentPlace[] = [];
    for (let after = ""; ;) {
      const page = { key: this.#key, after, limit: PLACES };
      const found = await placesAfter(this.#deps.ctx, page);
      places.push(...found);
      const last = found.at(-1);
      if (!last || found.length < PLACES) break;
      after = last.id;
    }
    await this.#remove(without(this.#stamps.keys(), places));
    await this.#place(places);
  }

  async #remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.#stamps.delete(id);
      this.#versions.delete(id);
    }
    await this.#deps.index.apply(ids.map((id) => ({ kind: "remove", id })));
  }

  /** Where the text is known, only its class and source; else the text too. */
  async #place(places: readonly DocumentPlace[]): Promise<void> {
    const known = places.filter(({ id, stamp }) => this.#stamps.get(id) === stamp);
    await this.#deps.index.apply(
      known.map(({ id, classId, sourceId }) => ({ kind: "class", id, classId, sourceId })),
    );
    const due = places.filter(({ id, stamp }) => this.#stamps.get(id) !== stamp);
    const { state } = this.#progress;
    for (let at = 0; at < due.length; at += TEXTS) {
      this.#progress = { state, done: known.length + at, total: places.length };
      const ids = due.slice(at, at + TEXTS).map(({ id }) => id);
      const texts = await textsOf(this.#deps.ctx, ids);
      await this.#deps.index.apply(texts.map(read));
      for (const { id, stamp } of texts) {
        this.#stamps.set(id, stamp);
        this.#versions.delete(id);
      }
    }
    await this.#giveVectors(places);
    this.#progress = { state, done: places.length, total: places.length };
  }

  async #giveVectors(places: readonly DocumentPlace[]): Promise<void> {
    const due = places.filter(
      ({ id, version }) => version !== "" && this.#versions.get(id) !== version,
    );
    for (let at = 0; at < due.length; at += TEXTS) {
      const ids = due.slice(at, at + TEXTS).map(({ id }) => id);
      const found = await vectorsOf(this.#deps.ctx, { key: this.#key, ids });
      await this.#deps.index.apply(
        found.map(({ id, stamp, numbers }) => ({ kind: "vectors", id, stamp, numbers })),
      );
      for (const { id, version } of found) this.#versions.set(id, version);
    }
  }

  /** Another one: vectors of the last are of no use any more. */
  async #readKey(): Promise<void> {
    const key = await meaningKey(this.#deps.ctx);
    if (key === this.#key) return;
    this.#key = key;
    this.#versions = new Map();
    await this.#deps.index.apply([{ kind: "model", key }]);
  }
}

function read({ title, text, sections, ...place }: DocumentText): IndexChange {
  const chunks = passagesOf({ title, text, sections });
  return { kind: "put", document: { ...place, chunks } };
}

function asChange({ id, people }: ClassReaders): IndexChange {
  return { kind: "readers", classId: id, bits: Uint8Array.from(people ?? []) };
}

function without(ids: Iterable<string>, found: readonly { readonly id: string }[]): string[] {
  const there = new Set(found.map(({ id }) => id));
  return [...ids].filter((id) => !there.has(id));
}
