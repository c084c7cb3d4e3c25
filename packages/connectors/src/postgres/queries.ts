// All SQL of the connector. Names stand in it quoted, and only as they are configured; everything else that
// people or models say goes as a parameter.
import { escapeIdentifier, escapeLiteral, type Client } from "pg";
import { z } from "zod";
import { columnsOf, type Relation, type Settings } from "./settings.ts";

const TEXT_CHARS_MAX = 20_000;
const TITLE_CHARS_MAX = 300;

/** What the transaction holds to, whatever the database or a role has set for itself. */
export async function beginBounded(client: Client, timeoutMs: number): Promise<void> {
  await client.query("begin read write");
  const settings = {
    search_path: "pg_catalog, pg_temp",
    row_security: "on",
    statement_timeout: String(timeoutMs),
    lock_timeout: String(timeoutMs),
    idle_in_transaction_session_timeout: String(timeoutMs),
    check_function_bodies: "off",
    datestyle: "ISO, YMD",
    intervalstyle: "iso_8601",
    timezone: "UTC",
  };
  await client.query("select set_config(key, value, true) from jsonb_each_text($1::jsonb)", [
    JSON.stringify(settings),
  ]);
}

const standingSchema = z.object({
  login: z.string(),
  standby: z.boolean(),
  attributes: z.array(z.string()),
  /** Roles above row-level security, or of the server's own, that it may become. */
  above: z.array(z.string()),
  /** Owners of configured tables, whose rights it has. */
  owners: z.array(z.string()),
});
export type Standing = z.output<typeof standingSchema>;

/** What makes the login role more than a role that becomes others. */
export async function readStanding(client: Client, settings: Settings): Promise<Standing> {
  const { rows } = await client.query(
    `select session_user::text as login, pg_is_in_recovery() as standby,
       array_remove(array[case when r.rolsuper then 'SUPERUSER' end,
         case when r.rolbypassrls then 'BYPASSRLS' end,
         case when r.rolcreaterole then 'CREATEROLE' end,
         case when r.rolreplication then 'REPLICATION' end], null) as attributes,
       array(select p.rolname::text from pg_roles p
         where p.oid <> r.oid and pg_has_role(r.oid, p.oid, 'MEMBER')
           and (p.rolsuper or p.rolbypassrls or p.rolcreaterole or p.rolreplication
             or p.rolname like 'pg\\_%') order by 1) as above,
       array(select distinct o.rolname::text
         from unnest($1::text[], $2::text[]) as given(schema, name)
         join pg_namespace n on n.nspname = given.schema
         join pg_class c on c.relnamespace = n.oid and c.relname = given.name
         join pg_roles o on o.oid = c.relowner
         where pg_has_role(r.oid, o.oid, 'USAGE') order by 1) as owners
     from pg_roles r where r.rolname = session_user`,
    [settings.relations.map(({ schema }) => schema), settings.relations.map(({ table }) => table)],
  );
  return standingSchema.parse(rows[0]);
}

export interface Column {
  readonly name: string;
  /** As the catalogue writes it, quoted and with its schema. */
  readonly type: string;
}

const columnsSchema = z.array(z.object({ name: z.string(), type: z.string() }));

/** The configured columns that there are; none when there is no such relation. */
export async function readColumns(client: Client, relation: Relation): Promise<Column[]> {
  const { rows } = await client.query(
    `select a.attname::text as name, format_type(a.atttypid, null) as type
     from pg_attribute a
     join pg_class c on c.oid = a.attrelid
     join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'v', 'm', 'p', 'f')
       and a.attnum > 0 and not a.attisdropped and a.attname = any($3::text[])`,
    [relation.schema, relation.table, columnsOf(relation)],
  );
  return columnsSchema.parse(rows);
}

/**
 * Acts as the role until the transaction ends. False when that is not what came of it: `none` means the login
 * role, and who is above row-level security is nobody's own role.
 */
export async function actAs(client: Client, role: string): Promise<boolean> {
  await client.query("select set_config('role', $1, true)", [role]);
  const { rows } = await client.query<{ acting: boolean }>(
    `select current_user = $1 and current_user <> session_user
       and not (rolsuper or rolbypassrls or rolcreaterole or rolreplication) as acting
     from pg_roles where rolname = current_user`,
    [role],
  );
  return rows[0]?.acting === true;
}

/** One query of the connector: `body` reads `$1`, `$2`, … as text and gives one text column. */
export interface Read {
  readonly body: string;
  readonly values: readonly string[];
}

/**
 * Inside a function that runs with its definer's rights nothing can change the role any more, and the definer
 * is the person's own role: so a function in a view or policy can't become the login role or somebody else
 * whom that may become. The function lives as long as the savepoint.
 */
export async function defineRead(client: Client, { body, values }: Read): Promise<void> {
  const types = values.map(() => "text").join(", ");
  await client.query("savepoint one_read");
  await client.query(
    `create function pg_temp.stead_read(${types}) returns setof text
     language sql stable security definer as ${escapeLiteral(body)}`,
  );
  await client.query("set local transaction_read_only = on");
}

export async function runRead(client: Client, { values }: Read): Promise<string[]> {
  const places = values.map((_, i) => `$${i + 1}`).join(", ");
  const { rows } = await client.query<{ line: string }>(
    `select line from pg_temp.stead_read(${places}) as line`,
    [...values],
  );
  return rows.map(({ line }) => line);
}

export async function leaveRead(client: Client): Promise<void> {
  await client.query("rollback to savepoint one_read");
}

function quoted({ schema, table }: { readonly schema: string; readonly table: string }): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
}

function text(column: string, charsMax = TEXT_CHARS_MAX): string {
  return `left(t.${escapeIdentifier(column)}::text, ${charsMax})`;
}

/** Key, title and text of a row. */
function rowOf({ key, title, text: columns }: Relation): string {
  const parts = columns.map((column) => text(column)).join(", ");
  return `'key', t.${escapeIdentifier(key)}::text, 'title', ${text(title, TITLE_CHARS_MAX)},
    'text', left(concat_ws(E'\\n\\n', ${parts}), ${TEXT_CHARS_MAX})`;
}

/** Rows with any of the words, best first. */
export function searchRead(relation: Relation, asked: { query: string; limit: number }): Read {
  const { language, vector, title, text: columns, key } = relation;
  const config = `'pg_catalog.${language}'::regconfig`;
  const all = [title, ...columns].map((column) => text(column)).join(", ");
  const found = vector
    ? `t.${escapeIdentifier(vector)}`
    : `to_tsvector(${config}, concat_ws(' ', ${all}))`;
  return {
    body: `select json_build_object(${rowOf(relation)}, 'rank', ts_rank(v.words, q.words))::text
      from ${quoted(relation)} as t
      cross join lateral (select ${found} as words) as v
      cross join (select replace(plainto_tsquery(${config}, $1)::text, ' & ', ' | ')::tsquery
        as words) as q
      where v.words @@ q.words
      order by ts_rank(v.words, q.words) desc, t.${escapeIdentifier(key)}::text
      limit $2::integer`,
    values: [asked.query, String(asked.limit)],
  };
}

/** The row of a key; two when the key is none. */
export function rowRead(relation: Relation, key: string, type: string): Read {
  return {
    body: `select json_build_object(${rowOf(relation)})::text from ${quoted(relation)} as t
      where t.${escapeIdentifier(relation.key)} = ($1)::${type} limit 2`,
    values: [key],
  };
}

export const COMPARISONS = ["=", "<>", "<", "<=", ">", ">=", "contains", "empty"] as const;

export interface Filter {
  readonly column: string;
  readonly is: (typeof COMPARISONS)[number];
  readonly value: string;
}

/** Rows that pass all filters. Columns are checked by the caller to be configured, and have these types. */
export function filterRead(
  relation: Relation,
  asked: { filters: readonly Filter[]; orderBy?: string; descending: boolean; limit: number },
  types: ReadonlyMap<string, string>,
): Read {
  const values: string[] = [];
  const conditions = asked.filters.map(({ column, is, value }) => {
    const name = `t.${escapeIdentifier(column)}`;
    if (is === "empty") return `${name} is null`;
    values.push(value);
    const place = `$${values.length}`;
    if (is === "contains") return `strpos(lower(${name}::text), lower(${place})) > 0`;
    return `${name} ${is} (${place})::${types.get(column)}`;
  });
  values.push(String(asked.limit));
  const pairs = columnsOf(relation).map((column) => `${escapeLiteral(column)}, ${text(column)}`);
  const order = `t.${escapeIdentifier(asked.orderBy ?? relation.key)}`;
  return {
    body: `select json_build_object(${pairs.join(", ")})::text from ${quoted(relation)} as t
      ${conditions.length > 0 ? `where ${conditions.join(" and ")}` : ""}
      order by ${order} ${asked.descending ? "desc" : "asc"} limit $${values.length}::integer`,
    values,
  };
}

/** The roles that the login role may become, with the one address that the database vouches for, if it does. */
export function rolesRead(
  people: Settings["people"],
  page: { readonly after: string; readonly limit: number },
): Read {
  const role = `r.rolname::text collate "C"`;
  return {
    body: `select json_build_object('role', r.rolname, 'email', ${addressOf(people)})::text
      from pg_catalog.pg_roles as r
      where r.rolname <> session_user and pg_has_role(session_user, r.oid, 'MEMBER')
        and not (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolreplication)
        and ${role} > $1 order by ${role} limit $2::integer`,
    values: [page.after, String(page.limit)],
  };
}

/** Of two addresses of a role neither is believed. */
function addressOf(people: Settings["people"]): string {
  if (people === undefined) return "null";
  const email = `t.${escapeIdentifier(people.email)}::text`;
  return `(select case when count(distinct ${email}) = 1 then min(${email}) end
    from ${quoted(people)} as t where t.${escapeIdentifier(people.role)}::text = r.rolname::text)`;
}
