// SQL of the oracle: what is there, whoever may read it, and time that need not be waited for.
import { sql } from "kysely";
import type { Db } from "../../src/store/db.ts";

/** Ids and titles of a source's documents. */
export async function documentsIn(db: Db, sourceId: string): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; title: string }>`
    select id, title from document where source_id = ${sourceId}`.execute(db);
  return new Map(rows.map(({ id, title }) => [id, title]));
}

/** Sources that are asked are believed for a while: it is over. */
export async function ageAnswers(db: Db): Promise<void> {
  await sql`update source_answer set fresh_until = now() - interval '1 second'`.execute(db);
}

/** What the source said of whom, by the titles of its documents; also what is believed no longer. */
export async function answersOf(
  db: Db,
  sourceId: string,
): Promise<{ personId: string; title: string; answer: boolean }[]> {
  const { rows } = await sql<{ personId: string; title: string; answer: boolean }>`
    select said.person_id as "personId", d.title, said.answer from source_answer said
    join document d on d.source_id = said.source_id and d.external_id = said.item_id
    where said.source_id = ${sourceId}`.execute(db);
  return rows;
}
