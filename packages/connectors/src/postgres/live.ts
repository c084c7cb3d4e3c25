// Search and open, as the person: what the database gives their role is all that there is.
import type { LiveHit } from "@stead/sdk";
import { z } from "zod";
import { asPerson } from "./act.ts";
import { isNoValue } from "./connect.ts";
import { readColumns, rowRead, searchRead } from "./queries.ts";
import type { Acting, Relation } from "./settings.ts";

const QUOTE_CHARS_MAX = 600;
const BEFORE_CHARS = 120;
const KEY_CHARS_MAX = 500;

const rowSchema = z.object({
  key: z.string(),
  title: z.string().nullable(),
  text: z.string(),
  rank: z.number().default(0),
});
type Row = z.output<typeof rowSchema>;

export async function search(
  source: Acting,
  query: string,
  limit: number,
): Promise<readonly LiveHit[]> {
  return asPerson(source, async (read) => {
    const found: { hit: LiveHit; rank: number }[] = [];
    for (const relation of source.settings.relations) {
      // oxlint-disable-next-line no-await-in-loop -- one connection answers one question at a time
      const lines = await read(searchRead(relation, { query, limit }));
      for (const row of rowsOf(lines)) {
        if (row.key.length > KEY_CHARS_MAX) continue;
        found.push({ hit: hitOf(source, relation, { row, query }), rank: row.rank });
      }
    }
    return found
      .toSorted((a, b) => b.rank - a.rank)
      .slice(0, limit)
      .map(({ hit }) => hit);
  });
}

export async function open(
  source: Acting,
  id: string,
): Promise<{ title: string; text: string } | null> {
  const slash = id.indexOf("/");
  const relation = source.settings.relations.find(({ name }) => name === id.slice(0, slash));
  const key = id.slice(slash + 1);
  if (relation === undefined || key.includes("\0") || key.length > KEY_CHARS_MAX) return null;
  return asPerson(source, async (read, client) => {
    const columns = await readColumns(client, relation);
    const type = columns.find(({ name }) => name === relation.key)?.type;
    if (type === undefined) return null;
    const rows = await read(rowRead(relation, key, type)).catch((error: unknown) => {
      if (isNoValue(error)) return undefined;
      throw error;
    });
    const [row, another] = rowsOf(rows);
    // `01` finds the row 1, which has another id; and two rows of one key are no row that it tells.
    if (row === undefined || another !== undefined || row.key !== key) return null;
    return { title: titleOf(relation, row), text: row.text };
  });
}

function rowsOf(lines: readonly string[] | undefined): Row[] {
  return (lines ?? []).map((line) => rowSchema.parse(JSON.parse(line)));
}

function titleOf(relation: Relation, { title, key }: Row): string {
  return title === null || title === "" ? `${relation.name} ${key}` : title;
}

function hitOf(
  source: Acting,
  relation: Relation,
  { row, query }: { readonly row: Row; readonly query: string },
): LiveHit {
  const { database } = source.settings;
  const url = relation.url?.replaceAll("{key}", () => encodeURIComponent(row.key));
  return {
    id: `${relation.name}/${row.key}`,
    title: titleOf(relation, row),
    path: `${database}/${relation.name}`,
    quote: quoteOf(row.text, query),
    ...(url === undefined ? {} : { url }),
  };
}

/** From shortly before the first word asked for. */
function quoteOf(text: string, query: string): string {
  if (text.length <= QUOTE_CHARS_MAX) return text;
  const lower = text.toLowerCase();
  const words = query.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  const places = words.map((word) => lower.indexOf(word)).filter((at) => at >= 0);
  const from = Math.max(0, Math.min(...places, text.length) - BEFORE_CHARS);
  return text.slice(places.length === 0 ? 0 : from).slice(0, QUOTE_CHARS_MAX);
}
