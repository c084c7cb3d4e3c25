// All SQL of sources.
import { sql, type Generated, type Selectable } from "kysely";
import { z } from "zod";
import type { Db } from "../../store/db.ts";
import { endingOf, SOURCE_STATES, type SourceRow, type SourceState } from "./source.ts";

/** Told when sources come, go, rest or are renamed, by a trigger; see the migrations. */
export const SOURCES_CHANNEL = "stead_sources";

interface SourceTable {
  org_id: string;
  id: string;
  connector: string;
  name: string;
  settings: unknown;
  state: string;
  state_reason: string;
  objective_ms: string | number;
  fail_closed: boolean;
  trusted_domains: string[];
  created_by: string;
  created_at: Date;
  tools_as: Generated<string>;
}
declare module "../../store/db.ts" {
  interface Tables {
    source: SourceTable;
  }
}

export interface SourcesScope {
  readonly db: Db;
  readonly orgId: string;
}

const settingsSchema = z.record(z.string(), z.json());
const stateSchema = z.enum(SOURCE_STATES);

function fromRow(row: Selectable<SourceTable>): SourceRow {
  return {
    id: row.id,
    connector: row.connector,
    name: row.name,
    settings: settingsSchema.parse(row.settings),
    state: stateSchema.parse(row.state),
    stateReason: row.state_reason,
    objectiveMs: Number(row.objective_ms),
    failClosed: row.fail_closed,
    trustedDomains: row.trusted_domains,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}

/** False: there is one of that name. In a transaction of the caller's. */
export async function insertSource(
  { db, orgId }: SourcesScope,
  source: SourceRow,
): Promise<boolean> {
  // Of two that come at once, one is the first of its kind.
  await sql`
    select pg_advisory_xact_lock(hashtextextended(${`source ${orgId} ${source.connector}`}, 0))`.execute(
    db,
  );
  const toolsAs = endingOf(source.name);
  const alike = sql`from source other where other.org_id = ${orgId}
    and other.connector = ${source.connector}`;
  const done = await db
    .insertInto("source")
    .values({
      org_id: orgId,
      id: source.id,
      connector: source.connector,
      name: source.name,
      settings: JSON.stringify(source.settings),
      state: source.state,
      state_reason: source.stateReason,
      objective_ms: source.objectiveMs,
      fail_closed: source.failClosed,
      trusted_domains: [...source.trustedDomains],
      created_by: source.createdBy,
      created_at: source.createdAt,
      tools_as: sql<string>`case when not exists (select ${alike}) then ''
        when exists (select ${alike} and other.tools_as = ${toolsAs})
          then ${toolsAs} || '-' || lower(right(${source.id}, 6)) else ${toolsAs} end`,
    })
    .onConflict((c) => c.doNothing())
    .returning("id")
    .executeTakeFirst();
  return done !== undefined;
}

export async function selectSource(
  { db, orgId }: SourcesScope,
  id: string,
): Promise<SourceRow | undefined> {
  const row = await db
    .selectFrom("source")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && fromRow(row);
}

/**
 * Whether it is still the place that it was, until the transaction ends: what was got from the one, or was
 * meant for it, is nothing for another.
 */
export async function isSamePlace(
  { db, orgId }: SourcesScope,
  { id, settings }: Pick<SourceRow, "id" | "settings">,
): Promise<boolean> {
  const row = await db
    .selectFrom("source")
    .select(["settings", "state"])
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .forShare()
    .executeTakeFirst();
  if (!row || row.state === "leaving") return false;
  return JSON.stringify(row.settings) === JSON.stringify(settings);
}

export async function selectSources({ db, orgId }: SourcesScope): Promise<SourceRow[]> {
  const rows = await db
    .selectFrom("source")
    .selectAll()
    .where("org_id", "=", orgId)
    .orderBy("name")
    .execute();
  return rows.map(fromRow);
}

/** By id, what ends the names of its tools. */
export async function toolEndings({ db, orgId }: SourcesScope): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom("source")
    .select(["id", "tools_as"])
    .where("org_id", "=", orgId)
    .execute();
  return new Map(rows.map((row) => [row.id, row.tools_as]));
}

export interface SourceChange {
  readonly name?: string;
  readonly settings?: SourceRow["settings"];
  readonly state?: SourceState;
  readonly stateReason?: string;
  readonly objectiveMs?: number;
  readonly failClosed?: boolean;
  readonly trustedDomains?: readonly string[];
  readonly createdBy?: string;
}

/** False: there is no such source, or it is in none of the states `from`. */
export async function updateSource(
  { db, orgId }: SourcesScope,
  id: string,
  change: SourceChange & { readonly from?: readonly SourceState[] },
): Promise<boolean> {
  const { name, settings, state, stateReason, objectiveMs, failClosed, from } = change;
  const set = {
    ...(name === undefined ? {} : { name }),
    ...(settings === undefined ? {} : { settings: JSON.stringify(settings) }),
    ...(state === undefined ? {} : { state }),
    ...(stateReason === undefined ? {} : { state_reason: stateReason }),
    ...(objectiveMs === undefined ? {} : { objective_ms: objectiveMs }),
    ...(failClosed === undefined ? {} : { fail_closed: failClosed }),
    ...(change.trustedDomains === undefined ? {} : { trusted_domains: [...change.trustedDomains] }),
    ...(change.createdBy === undefined ? {} : { created_by: change.createdBy }),
  };
  let query = db.updateTable("source").set(set).where("org_id", "=", orgId).where("id", "=", id);
  if (from) query = query.where("state", "in", [...from]);
  const done = await query.returning("id").executeTakeFirst();
  return done !== undefined;
}

export async function deleteSource({ db, orgId }: SourcesScope, id: string): Promise<void> {
  await db.deleteFrom("source").where("org_id", "=", orgId).where("id", "=", id).execute();
}
