// All SQL of agents and their versions.
import type { AgentSpec, AgentVersion } from "@stead/protocol";
import { sql } from "kysely";
import type { Db } from "../store/db.ts";
import type { AgentRow, Frozen, Standing } from "./agent.ts";

export interface Scope {
  readonly db: Db;
  readonly orgId: string;
}

const AGENTS_MAX = 1000;
const VERSIONS_MAX = 200;

const at = (ms: number) => sql`to_timestamp(${ms} / 1000.0)`;

const agents = sql`
  select a.id, a.owner_id as "ownerId", coalesce(p.name, '') as "ownerName", a.draft,
    a.usable_by as "usableBy", a.version_id as "versionId", v.version, v.spec as published,
    (extract(epoch from a.updated_at) * 1000)::float8 as "updatedAtMs"
  from agent a
  left join person p on p.org_id = a.org_id and p.id = a.owner_id
  left join agent_version v on v.org_id = a.org_id and v.id = a.version_id`;

export async function findAgent({ db, orgId }: Scope, id: string): Promise<AgentRow | undefined> {
  const { rows } = await sql<AgentRow>`
    ${agents} where a.org_id = ${orgId} and a.id = ${id}`.execute(db);
  return rows[0];
}

/** What says who may use and edit each of these agents. */
export async function findStandings(
  { db, orgId }: Scope,
  ids: readonly string[],
): Promise<(Standing & { readonly id: string })[]> {
  const { rows } = await sql<Standing & { id: string }>`
    select id, owner_id as "ownerId", usable_by as "usableBy", version_id as "versionId"
    from agent where org_id = ${orgId} and id = any(${ids}::text[])`.execute(db);
  return rows;
}

export interface OwnerRow {
  readonly agentId: string;
  readonly agentName: string;
  readonly kind: "person" | "group";
  readonly ownerId: string;
  readonly name: string;
  /** The person is active, or somebody in the group is. */
  readonly isActive: boolean;
  readonly revokedAtMs: number | null;
  /** Of the agent itself, those that they are nested in included. */
  readonly groups: string[];
}

/** Who answers for what each of these agents does as itself, and what groups it is in. */
export async function findOwners(
  { db, orgId }: Scope,
  ids: readonly string[],
): Promise<OwnerRow[]> {
  const { rows } = await sql<OwnerRow>`
    with recursive own (agent_id, group_id) as (
      select agent_id, unnest(groups) from agent_principal
        where org_id = ${orgId} and agent_id = any(${ids}::text[])
      union
      select own.agent_id, above.group_id from membership above
        join own on above.member_group_id = own.group_id where above.org_id = ${orgId}
    ), below (root, group_id) as (
      select owner_group, owner_group from agent_principal
        where org_id = ${orgId} and agent_id = any(${ids}::text[]) and owner_group is not null
      union
      select below.root, member.member_group_id from membership member
        join below on member.group_id = below.group_id
        where member.org_id = ${orgId} and member.member_group_id is not null
    )
    select a.id as "agentId", coalesce(v.spec ->> 'name', a.draft ->> 'name') as "agentName",
      case when g.id is null and w.owner_group is null then 'person' else 'group' end as kind,
      coalesce(w.owner_group, w.owner_person, a.owner_id) as "ownerId",
      coalesce(g.name, p.name, '') as name,
      case when w.owner_group is null then coalesce(p.active, false)
        else exists (select from below join membership m
          on m.org_id = ${orgId} and m.group_id = below.group_id
          join person member on member.org_id = m.org_id and member.id = m.person_id
          where below.root = w.owner_group and member.active) end as "isActive",
      (extract(epoch from w.revoked_at) * 1000)::float8 as "revokedAtMs",
      array(select own.group_id from own where own.agent_id = a.id order by 1) as groups
    from agent a
    left join agent_principal w on w.org_id = a.org_id and w.agent_id = a.id
    left join agent_version v on v.org_id = a.org_id and v.id = a.version_id
    left join grp g on g.org_id = a.org_id and g.id = w.owner_group
    left join person p on p.org_id = a.org_id
      and p.id = coalesce(w.owner_person, a.owner_id) and w.owner_group is null
    where a.org_id = ${orgId} and a.id = any(${ids}::text[])`.execute(db);
  return rows;
}

export async function upsertPrincipal(
  { db, orgId }: Scope,
  row: {
    readonly agentId: string;
    readonly person: string | null;
    readonly group: string | null;
    readonly groups: readonly string[];
  },
): Promise<void> {
  await sql`
    insert into agent_principal (org_id, agent_id, owner_person, owner_group, groups)
    values (${orgId}, ${row.agentId}, ${row.person}, ${row.group}, ${row.groups}::text[])
    on conflict (org_id, agent_id) do update set owner_person = excluded.owner_person,
      owner_group = excluded.owner_group, groups = excluded.groups,
      revoked_at = null, revoked_by = null`.execute(db);
}

/** Whose it was stays: only an appointment makes it act again. */
export async function revokePrincipal(
  { db, orgId }: Scope,
  row: { readonly agentId: string; readonly by: string; readonly nowMs: number },
): Promise<void> {
  await sql`
    insert into agent_principal (org_id, agent_id, owner_person, revoked_at, revoked_by)
    select org_id, id, owner_id, ${at(row.nowMs)}, ${row.by} from agent
      where org_id = ${orgId} and id = ${row.agentId}
    on conflict (org_id, agent_id) do update set revoked_at = excluded.revoked_at,
      revoked_by = excluded.revoked_by`.execute(db);
}

/** Those of these agents that somebody was appointed for, or that call a tool as themselves. */
export async function actingAlone(
  { db, orgId }: Scope,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly tools: number }[]> {
  const { rows } = await sql<{ id: string; tools: number }>`
    select id, tools::float8 as tools from (
      select a.id, w.agent_id, (select count(*) from
        jsonb_array_elements(coalesce(v.spec, a.draft) -> 'tools') tool
        where tool ->> 'actsAs' = 'agent') as tools
      from agent a
      left join agent_version v on v.org_id = a.org_id and v.id = a.version_id
      left join agent_principal w on w.org_id = a.org_id and w.agent_id = a.id
      where a.org_id = ${orgId} and a.id = any(${ids}::text[])
    ) each where tools > 0 or agent_id is not null`.execute(db);
  return rows;
}

/** The same row, kept from changing until the transaction ends. */
export async function lockAgent({ db, orgId }: Scope, id: string): Promise<AgentRow | undefined> {
  const { rows } = await sql<AgentRow>`
    ${agents} where a.org_id = ${orgId} and a.id = ${id} for update of a`.execute(db);
  return rows[0];
}

export interface Viewer {
  readonly personId: string;
  readonly groups: readonly string[];
  readonly seesAll: boolean;
  readonly seesPublished: boolean;
}

export async function listAgents({ db, orgId }: Scope, viewer: Viewer): Promise<AgentRow[]> {
  const { rows } = await sql<AgentRow>`
    ${agents}
    where a.org_id = ${orgId} and (${viewer.seesAll} or a.owner_id = ${viewer.personId}
      or (a.version_id is not null
        and (${viewer.seesPublished} or a.usable_by && ${viewer.groups}::text[])))
    order by a.draft ->> 'name', a.id limit ${AGENTS_MAX}`.execute(db);
  return rows;
}

export async function insertAgent(
  { db, orgId }: Scope,
  agent: { id: string; ownerId: string; draft: AgentSpec; nowMs: number },
): Promise<boolean> {
  const { rows } = await sql`
    insert into agent (org_id, id, owner_id, draft, created_at, updated_at)
    values (${orgId}, ${agent.id}, ${agent.ownerId}, ${JSON.stringify(agent.draft)}::jsonb,
      ${at(agent.nowMs)}, ${at(agent.nowMs)})
    on conflict do nothing returning id`.execute(db);
  return rows.length > 0;
}

export async function updateDraft(
  { db, orgId }: Scope,
  change: { id: string; draft: AgentSpec; nowMs: number },
): Promise<void> {
  await sql`
    update agent set draft = ${JSON.stringify(change.draft)}::jsonb,
      updated_at = ${at(change.nowMs)}
    where org_id = ${orgId} and id = ${change.id}`.execute(db);
}

export async function updateUsableBy(
  { db, orgId }: Scope,
  change: { id: string; usableBy: readonly string[]; nowMs: number },
): Promise<void> {
  await sql`
    update agent set usable_by = ${change.usableBy}, updated_at = ${at(change.nowMs)}
    where org_id = ${orgId} and id = ${change.id}`.execute(db);
}

export interface NewVersion extends Frozen {
  readonly id: string;
  readonly agentId: string;
  readonly publishedBy: string;
  readonly nowMs: number;
  readonly note: string;
}

/** The next number, published: from now on it is what people use. */
export async function insertVersion({ db, orgId }: Scope, version: NewVersion): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    with number as (
      select coalesce(max(version), 0) + 1 as next from agent_version
      where org_id = ${orgId} and agent_id = ${version.agentId}
    ), made as (
      insert into agent_version
        (org_id, id, agent_id, version, spec, tool_hashes, hash, published_by, published_at, note)
      select ${orgId}, ${version.id}, ${version.agentId}, number.next,
        ${JSON.stringify(version.spec)}::jsonb, ${JSON.stringify(version.toolHashes)}::jsonb,
        ${version.hash}, ${version.publishedBy}, ${at(version.nowMs)}, ${version.note}
      from number returning version
    ), moved as (
      update agent set version_id = ${version.id}, updated_at = ${at(version.nowMs)}
      where org_id = ${orgId} and id = ${version.agentId}
    )
    select version from made`.execute(db);
  return rows[0]?.version ?? 0;
}

/** A frozen draft for a trial; the same draft is frozen once. False when it was there. */
export async function insertTrial({ db, orgId }: Scope, version: NewVersion): Promise<boolean> {
  const { rows } = await sql`
    insert into agent_version
      (org_id, id, agent_id, version, spec, tool_hashes, hash, published_by, published_at, note)
    values (${orgId}, ${version.id}, ${version.agentId}, 0,
      ${JSON.stringify(version.spec)}::jsonb, ${JSON.stringify(version.toolHashes)}::jsonb,
      ${version.hash}, ${version.publishedBy}, ${at(version.nowMs)}, ${version.note})
    on conflict do nothing returning id`.execute(db);
  return rows.length > 0;
}

type VersionRow = Omit<AgentVersion, "publishedAt"> & { readonly publishedAtMs: number };

const versions = sql`
  select id, agent_id as "agentId", version, spec, tool_hashes as "toolHashes", hash,
    published_by as "publishedBy", (extract(epoch from published_at) * 1000)::float8
    as "publishedAtMs", note
  from agent_version`;

function versionOfRow({ publishedAtMs, ...row }: VersionRow): AgentVersion {
  return { ...row, publishedAt: new Date(publishedAtMs).toISOString() };
}

export async function findVersion(
  { db, orgId }: Scope,
  id: string,
): Promise<AgentVersion | undefined> {
  const { rows } = await sql<VersionRow>`
    ${versions} where org_id = ${orgId} and id = ${id}`.execute(db);
  return rows[0] && versionOfRow(rows[0]);
}

export async function findTrial(
  { db, orgId }: Scope,
  of: { agentId: string; hash: string },
): Promise<AgentVersion | undefined> {
  const { rows } = await sql<VersionRow>`
    ${versions} where org_id = ${orgId} and agent_id = ${of.agentId} and hash = ${of.hash}
      and version = 0`.execute(db);
  return rows[0] && versionOfRow(rows[0]);
}

export async function listVersions({ db, orgId }: Scope, agentId: string): Promise<AgentVersion[]> {
  const { rows } = await sql<VersionRow>`
    ${versions} where org_id = ${orgId} and agent_id = ${agentId} and version > 0
    order by version desc limit ${VERSIONS_MAX}`.execute(db);
  return rows.map(versionOfRow);
}
