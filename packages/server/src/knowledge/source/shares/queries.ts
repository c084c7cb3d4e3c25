// All SQL of what is shared carelessly: each kind a selection of items, which is paged, or counted by folder.
import { sql } from "kysely";
import type { SourcesScope } from "../queries.ts";

export type CarelessKind = "public-sensitive" | "everyone-sensitive" | "orphaned";

export interface Careless {
  readonly kind: CarelessKind;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly folderId: string | null;
  readonly itemId: string;
  readonly title: string;
  readonly path: string;
  readonly url: string | null;
  readonly classes: readonly string[];
  readonly detail: string;
}

export interface CarelessFolder {
  readonly kind: CarelessKind;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly folderId: string | null;
  readonly path: string;
  readonly count: number;
  readonly total: number;
  readonly classes: readonly string[];
}

export interface Looked {
  readonly kind: CarelessKind | undefined;
  readonly sourceId: string | undefined;
  /** Data classes that not just anybody should read. */
  readonly sensitive: readonly string[];
  readonly limit: number;
  /** What the last row of the page before is ordered by. */
  readonly after: readonly string[] | undefined;
}

/** Fewer are no crowd, however few people there are. */
const CROWD = 5;
const SHARE = 0.8;
const ITEM = sql`s.id as "sourceId", s.name as "sourceName", i.parent_id as "folderId",
  i.id as "itemId", i.title, i.path, i.url, i.classes`;
const JOINED = sql`from source s join item i on i.org_id = s.org_id and i.source_id = s.id
  join access_class c on c.org_id = i.org_id and c.id = i.class_id`;
const IS_PUBLIC = sql`(c.expression::text like '%"public"%'
  and c.expression::text not like '%"not": "public"%'
  and c.expression::text not like '%"not": {"public"%')`;
const IS_LINK = sql`(c.expression::text like '%{"link":%'
  and c.expression::text not like '%"not": {"link":%')`;

function select(orgId: string, { kind, sourceId, sensitive }: Looked) {
  const within = sql`s.org_id = ${orgId} and s.state <> 'leaving'
    ${sourceId === undefined ? sql`` : sql`and s.id = ${sourceId}`}`;
  const isSensitive = sql`i.classes && ${[...sensitive]}::text[]`;
  const kinds = {
    "everyone-sensitive": sql`
      select 'everyone-sensitive' as kind, ${ITEM},
        wide.readers || ' of our ' || us.size || ' people may read it.' as detail
      ${JOINED} join wide on wide.class_id = i.class_id cross join us
      where ${within} and ${isSensitive}
        and wide.readers >= ${CROWD} and wide.readers >= ${SHARE}::float8 * us.size`,
    orphaned: sql`
      select 'orphaned' as kind, ${ITEM}, case when gone.others = 0
        then 'Everybody whom it is shared with is gone: ' else 'It is still shared with ' end
          || gone.names || '.' as detail
      ${JOINED} join lateral (${goneOf}) gone on gone.names is not null where ${within}`,
    "public-sensitive": sql`
      select 'public-sensitive' as kind, ${ITEM}, case when ${IS_LINK}
        then 'Whoever has its link reads it.' else 'Anybody may find and read it.' end as detail
      ${JOINED} where ${within} and ${isSensitive} and (${IS_PUBLIC} or ${IS_LINK})`,
  };
  const chosen = kind === undefined ? Object.values(kinds) : [kinds[kind]];
  return sql.join(chosen, sql` union all `);
}

/** Of the users and groups that a rule names for a right: who is not there, or not active, any more. */
const goneOf = sql`
  select string_agg(told, ', ' order by told) as names, count(*) filter (where told is null) as others
  from (
    select case
      when p.kind = 'user' and u.id is null then p.id || ' (nobody there)'
      when p.kind = 'user' and not u.active then u.name || ' (not active there)'
      when p.kind = 'group' and g.id is null then p.id || ' (no group there)'
      when p.kind = 'group' and g.whole and living.id is null
        then g.name || ' (a group without an active member)'
      end as told
    from unnest(c.principals) named (principal)
    cross join lateral (select
      case when starts_with(principal, s.id || '/user:') then 'user'
        when starts_with(principal, s.id || '/group:') then 'group' end as kind,
      substr(principal, strpos(principal, ':') + 1) as id) p
    left join source_user u on p.kind = 'user' and u.org_id = s.org_id and u.source_id = s.id
      and u.id = p.id
    left join source_group g on p.kind = 'group' and g.org_id = s.org_id and g.source_id = s.id
      and g.id = p.id
    left join living on p.kind = 'group' and living.source_id = s.id and living.id = p.id
    where not starts_with(principal, 'source:')
      and strpos(c.expression::text, '"not": {"principal": ' || to_json(principal)::text || '}') = 0
  ) each`;

/** What the selections stand on; none of it is worked out where no selection asks for it. */
function worked(orgId: string, looked: Looked) {
  return sql`with recursive us as (
      select count(*) as size from person where org_id = ${orgId} and active
    ), wide as (
      select p.class_id, count(*) as readers from person_class p
      join person who on who.org_id = p.org_id and who.id = p.person_id and who.active
      where p.org_id = ${orgId} and p.class_id in (select class_id from item
        where org_id = ${orgId} and classes && ${[...looked.sensitive]}::text[])
      group by p.class_id
    ), living (source_id, id) as (
      select m.source_id, m.group_id from source_member m
      join source_user u on u.org_id = m.org_id and u.source_id = m.source_id
        and u.id = m.member_id and u.active
      where m.org_id = ${orgId} and m.member_kind = 'user'
      union
      select m.source_id, m.group_id from living
      join source_member m on m.org_id = ${orgId} and m.source_id = living.source_id
        and m.member_kind = 'group' and m.member_id = living.id
    ), found as (${select(orgId, looked)})`;
}

/** In the order of kind, source and path. */
export async function carelessItems(
  { db, orgId }: SourcesScope,
  looked: Looked & { readonly folder: string | undefined },
): Promise<Careless[]> {
  const { after, folder, limit } = looked;
  const order = sql`kind, "sourceName", path, "sourceId", "itemId"`;
  const where = [
    ...(folder === undefined ? [] : [sql`coalesce("folderId", '') = ${folder}`]),
    ...(after === undefined ? [] : [sql`(${order}) > (${sql.join([...after])})`]),
  ];
  const { rows } = await sql<Careless>`
    ${worked(orgId, looked)} select * from found
    ${where.length === 0 ? sql`` : sql`where ${sql.join(where, sql` and `)}`}
    order by ${order} limit ${limit}`.execute(db);
  return rows;
}

/** Of each folder the items right in it, and how many of its documents those are. */
export async function carelessFolders(
  { db, orgId }: SourcesScope,
  looked: Looked,
): Promise<CarelessFolder[]> {
  const { after, limit } = looked;
  const order = sql`kind, "sourceName", path, "sourceId", coalesce("folderId", '')`;
  const { rows } = await sql<CarelessFolder>`
    ${worked(orgId, looked)}, counted as (
      select f.kind, f."sourceId", f."sourceName", f."folderId", coalesce(o.path, '') as path,
        count(*) as count,
        (select array_agg(distinct class order by class) from found g, unnest(g.classes) class
          where g.kind = f.kind and g."sourceId" = f."sourceId"
            and g."folderId" is not distinct from f."folderId") as classes
      from found f
      left join item o on o.org_id = ${orgId} and o.source_id = f."sourceId" and o.id = f."folderId"
      group by 1, 2, 3, 4, 5
    )
    select kind, "sourceId", "sourceName", "folderId", path, count,
      coalesce(classes, '{}') as classes,
      (select count(*) from item d where d.org_id = ${orgId} and d.source_id = counted."sourceId"
        and d.parent_id is not distinct from counted."folderId")
        as total
    from counted ${after === undefined ? sql`` : sql`where (${order}) > (${sql.join([...after])})`}
    order by ${order} limit ${limit}`.execute(db);
  return rows;
}
