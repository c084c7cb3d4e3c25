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
