// Columns that are known values: read as the login role itself, which is given them for that.
import { classOfField, SourceError, type Known, type KnownList, type Page } from "@stead/sdk";
import type { Client } from "pg";
import { z } from "zod";
import { asLogin, type Reader } from "../act.ts";
import type { Database, Settings } from "../settings.ts";
import { readTables, recordsRead, type KnownTable } from "./queries.ts";

const PAGE = 2_000;
/** Of a table without a key to go on by. */
const WHOLE_MAX = 50_000;

const lineSchema = z.tuple([z.string().nullable(), z.array(z.string())]);

export const known: Known<Settings> = {
  suggest: async (source) =>
    asLogin(source, async (_read, client) => {
      const tables = await readTables(client, null);
      return tables.flatMap(({ name, columns }) => {
        const fields = columns.flatMap((field) => {
          const of = classOfField(field);
          return of === undefined ? [] : [{ field, class: of }];
        });
        return fields.length === 0 ? [] : [{ from: name, fields }];
      });
    }),
  records: async (source, list, cursor) =>
    asLogin(source, async (read, client) => {
      const table = await tableOf(client, source, list);
      return page(read, { table, list, cursor });
    }),
};

async function tableOf(client: Client, source: Database, list: KnownList): Promise<KnownTable> {
  const [table] = await readTables(client, list.from);
  const missing = list.fields.filter(({ field }) => table?.columns.includes(field) !== true);
  const role = source.secrets["login"] ?? "";
  if (!table || missing.length > 0)
    throw new SourceError(
      "settings",
      `${list.from}: the role ${role} may not read ` +
        `${table ? missing.map(({ field }) => field).join(", ") : "it, or there is no such table"}. ` +
        "Grant it SELECT on these columns, and USAGE on the schema.",
    );
  if (table.narrowed)
    throw new SourceError(
      "settings",
      `${list.from}: row-level security leaves rows out for the role ${role}. ` +
        "Grant it a view of the columns instead.",
    );
  return table;
}

interface Asked {
  readonly table: KnownTable;
  readonly list: KnownList;
  readonly cursor: string | null;
}

async function page(
  read: Reader,
  { table, list, cursor }: Asked,
): Promise<Page<readonly string[]>> {
  const limit = table.key === null ? WHOLE_MAX + 1 : PAGE;
  const columns = list.fields.map(({ field }) => field);
  const lines = await read(recordsRead(table, { columns, after: cursor, limit }));
  if (lines === undefined)
    throw new SourceError("forbidden", `${list.from}: the database refuses it to the login role.`);
  if (table.key === null && lines.length > WHOLE_MAX)
    throw new SourceError(
      "too_large",
      `${list.from}: without a primary key of one column, which the login role may read too, ` +
        `at most ${WHOLE_MAX} rows are read.`,
    );
  const rows = lines.map((line) => lineSchema.parse(JSON.parse(line)));
  const isMore = table.key !== null && rows.length === limit;
  return {
    items: rows.map(([, values]) => values),
    next: isMore ? (rows.at(-1)?.[0] ?? null) : null,
  };
}
