// All SQL of searching by meaning: what was chosen, whose vectors are due, what they cost.
import { sql } from "kysely";
import type { Label } from "@stead/protocol";
import type { Db } from "../../store/db.ts";
import { FORM } from "../chunk/passage.ts";
import { parseSections } from "../index/sections.ts";
import type { Section } from "../text/text.ts";
import type { KeptPassages } from "./numbers.ts";

interface Scope {
  readonly db: Db;
  readonly orgId: string;
}

export interface Chosen {
  /** `provider/model`. */
  readonly model: string;
  readonly key: string;
  readonly dimensions: number;
  readonly decidedBy: string;
  readonly decidedAt: Date;
  /** Why nothing goes on. */
  readonly waiting: string;
}

export async function selectChosen({ db, orgId }: Scope): Promise<Chosen | undefined> {
  const { rows } = await sql<Chosen>`
    select model, key, dimensions, decided_by as "decidedBy", decided_at as "decidedAt", waiting
    from search_meaning where org_id = ${orgId}`.execute(db);
  return rows[0];
}

/** Vectors of another model go with it. */
export async function writeChosen(
  { db, orgId }: Scope,
  chosen: Omit<Chosen, "waiting"> | null,
): Promise<void> {
  const key = chosen?.key ?? "";
  await sql`delete from search_meaning where org_id = ${orgId} and key <> ${key}`.execute(db);
  await sql`delete from document_vector where org_id = ${orgId} and key <> ${key}`.execute(db);
  if (!chosen) return;
  const { model, dimensions, decidedBy, decidedAt } = chosen;
  await sql`
    insert into search_meaning (org_id, model, key, dimensions, decided_by, decided_at)
    values (${orgId}, ${model}, ${key}, ${dimensions}, ${decidedBy}, ${decidedAt})
    on conflict (org_id) do update set dimensions = excluded.dimensions,
      decided_by = excluded.decided_by, decided_at = excluded.decided_at, waiting = ''`.execute(db);
}

export async function writeWaiting({ db, orgId }: Scope, why: string): Promise<void> {
  await sql`
    update search_meaning set waiting = ${why}
    where org_id = ${orgId} and waiting <> ${why}`.execute(db);
}

/** True for one process at a time, until it says no more for `forMs`. */
export async function claimWork(
  { db, orgId }: Scope,
  { worker, forMs }: { readonly worker: string; readonly forMs: number },
): Promise<boolean> {
  const { rows } = await sql`
    update search_meaning set worker = ${worker},
      worker_until = now() + ${forMs} * interval '1 millisecond'
    where org_id = ${orgId} and (worker = ${worker} or worker_until < now())
    returning org_id`.execute(db);
  return rows.length > 0;
}

export async function leaveWork({ db, orgId }: Scope, worker: string): Promise<void> {
  await sql`
    update search_meaning set worker = '', worker_until = '-infinity'
    where org_id = ${orgId} and worker = ${worker}`.execute(db);
}

/** Counts up with whatever an index would have to read. */
export async function lastChange({ db }: Pick<Scope, "db">): Promise<string> {
  const { rows } = await sql<{ seq: string | null }>`
    select max(seq)::text as seq from index_change`.execute(db);
  return rows[0]?.seq ?? "";
}

export interface DueDocument {
  readonly id: string;
  readonly stamp: string;
  readonly title: string;
  readonly text: string;
  readonly sections: readonly Section[];
  readonly classId: string;
  readonly classes: string[];
  readonly trust: Label["trust"];
  /** What is known already, of this text or an earlier one. */
  readonly kept: KeptPassages | null;
}

/** Documents without the vectors of their present text. What was refused is tried again after a while. */
export async function dueDocuments(
  { db, orgId }: Scope,
  due: {
    readonly key: string;
    readonly after: string;
    readonly limit: number;
    readonly refusedForMs: number;
  },
): Promise<DueDocument[]> {
  type Row = Omit<DueDocument, "sections" | "kept"> & {
    sections: unknown;
    hashes: Uint8Array | null;
    vectors: Uint8Array | null;
  };
  const { rows } = await sql<Row>`
    select d.id, d.stamp::text, d.title, d.text, d.sections, d.class_id as "classId", d.classes,
      d.trust, v.hashes, v.vectors
    from document d
    left join document_vector v on v.org_id = ${orgId} and v.document_id = d.id
      and v.key = ${due.key}
    where d.org_id = ${orgId} and d.id > ${due.after} and not coalesce(
      v.form = ${FORM} and v.stamp = d.stamp and (v.whole or (v.refused <> ''
        and v.made_at > now() - ${due.refusedForMs} * interval '1 millisecond')), false)
    order by d.id limit ${due.limit}`.execute(db);
  return rows.map(({ hashes, vectors, sections, ...row }) => ({
    ...row,
    sections: parseSections(sections),
    kept: hashes && vectors ? { hashes, vectors } : null,
  }));
}

export interface MadeVectors extends KeptPassages {
  readonly id: string;
  readonly stamp: string;
  readonly whole: boolean;
  readonly refused: string;
}

/** Of a document that is gone, or a model that was given up meanwhile, nothing is kept. */
export async function saveVectors(
  { db, orgId }: Scope,
  key: string,
  made: MadeVectors,
): Promise<void> {
  const { id, stamp, hashes, vectors, whole, refused } = made;
  await sql`
    insert into document_vector (org_id, document_id, key, stamp, form, hashes, vectors, whole,
      refused)
    select ${orgId}, d.id, ${key}, ${stamp}::uuid, ${FORM}, ${hashes}, ${vectors}, ${whole},
      ${refused}
    from document d join search_meaning m on m.org_id = ${orgId} and m.key = ${key}
    where d.org_id = ${orgId} and d.id = ${id}
    for share of d, m
    on conflict (org_id, document_id) do update set key = excluded.key, stamp = excluded.stamp,
      form = excluded.form, hashes = excluded.hashes, vectors = excluded.vectors,
      whole = excluded.whole, refused = excluded.refused, made_at = now(),
      version = excluded.version`.execute(db);
}

export interface Spend {
  readonly model: string;
  readonly kind: "document" | "query";
  readonly texts: number;
  readonly inputTokens: number;
  readonly costMicros: number;
}

export async function noteSpend({ db, orgId }: Scope, spend: Spend, at: Date): Promise<void> {
  const { model, kind, texts, inputTokens, costMicros } = spend;
  await sql`
    insert into embedding_spend as known (org_id, day, model, kind, texts, input_tokens,
      cost_micros)
    values (${orgId}, ${at}::timestamptz at time zone 'UTC', ${model}, ${kind}, ${texts},
      ${Math.round(inputTokens)}, ${costMicros})
    on conflict (org_id, day, model, kind) do update set texts = known.texts + excluded.texts,
      input_tokens = known.input_tokens + excluded.input_tokens,
      cost_micros = known.cost_micros + excluded.cost_micros`.execute(db);
}

export async function spendOf({ db, orgId }: Scope): Promise<Spend[]> {
  const { rows } = await sql<Spend>`
    select model, kind, sum(texts)::float8 as texts, sum(input_tokens)::float8 as "inputTokens",
      sum(cost_micros)::float8 as "costMicros"
    from embedding_spend where org_id = ${orgId} group by model, kind
    order by model, kind`.execute(db);
  return rows;
}

export interface Extent {
  readonly documents: number;
  readonly done: number;
  readonly refused: number;
}

export async function extentOf({ db, orgId }: Scope, key: string): Promise<Extent> {
  const { rows } = await sql<Extent>`
    select count(*)::int as documents,
      count(*) filter (where v.whole)::int as done,
      count(*) filter (where v.refused <> '')::int as refused
    from document d
    left join document_vector v on v.org_id = ${orgId} and v.document_id = d.id
      and v.key = ${key} and v.form = ${FORM} and v.stamp = d.stamp
    where d.org_id = ${orgId}`.execute(db);
  return rows[0] ?? { documents: 0, done: 0, refused: 0 };
}
