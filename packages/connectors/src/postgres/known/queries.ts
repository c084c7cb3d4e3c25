// SQL of known values: which tables the login role itself may read, and their rows by primary key.
import { escapeIdentifier, type Client } from "pg";
import { z } from "zod";
import type { Read } from "../queries.ts";

const tableSchema = z.object({
  /** `schema.table`, as people call it; `quoted` is what stands in SQL. */
  name: z.string(),
  quoted: z.string(),
  /** The one column of the primary key, if it is one, and its type as the catalogue writes it. */
  key: z.string().nullable(),
  keyType: z.string().nullable(),
  columns: z.array(z.string()),
  /** Row-level security leaves rows out for this role, and says nothing. */
  narrowed: z.boolean(),
});
export type KnownTable = z.output<typeof tableSchema>;

/** Tables and views whose columns the login role was given; `name`: that one alone. */
export async function readTables(client: Client, name: string | null): Promise<KnownTable[]> {
  const { rows } = await client.query(
    `select t.name, t.quoted, k.attname::text as key,
       format_type(k.atttypid, null) as "keyType", t.columns, t.narrowed
     from (
       select c.oid, n.nspname || '.' || c.relname as name,
         quote_ident(n.nspname) || '.' || quote_ident(c.relname) as quoted,
         row_security_active(c.oid) as narrowed,
         array_agg(a.attname::text order by a.attnum) as columns
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname <> 'information_schema'
         and n.nspname not like 'pg\\_%' and ($1::text is null or n.nspname || '.' || c.relname = $1)
         and has_schema_privilege(n.oid, 'usage') and has_column_privilege(c.oid, a.attnum, 'select')
       group by c.oid, n.nspname, c.relname
       order by 2 limit 500) t
     left join pg_index i on i.indrelid = t.oid and i.indisprimary and i.indnkeyatts = 1
     left join pg_attribute k on k.attrelid = t.oid and k.attnum = i.indkey[0]
       and k.attname::text = any (t.columns)
     order by t.name`,
    [name],
  );
  return z.array(tableSchema).parse(rows);
}

export interface PageAsked {
  readonly columns: readonly string[];
  /** Of the last row before; null: from the beginning. */
  readonly after: string | null;
  readonly limit: number;
}

/** Each row as `[key, [values]]`; without a key, the first rows in no order. */
export function recordsRead(table: KnownTable, { columns, after, limit }: PageAsked): Read {
  const values = columns.map((column) => `coalesce(t.${escapeIdentifier(column)}::text, '')`);
  const key = table.key === null ? undefined : `t.${escapeIdentifier(table.key)}`;
  const row = `json_build_array(${key ?? "null"}::text, json_build_array(${values.join(", ")}))`;
  const isOn = key !== undefined && after !== null;
  return {
    body: `select ${row}::text from ${table.quoted} as t
      ${isOn ? `where ${key} > ($2)::${table.keyType}` : ""}
      ${key === undefined ? "" : `order by ${key}`} limit $1::integer`,
    values: [String(limit), ...(isOn ? [after] : [])],
  };
}
