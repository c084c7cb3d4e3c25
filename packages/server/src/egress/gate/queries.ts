// SQL of what destinations are cleared for, and of what groups want stricter.
import { sql, type RawBuilder } from "kysely";
import type { Db } from "../../store/db.ts";

interface DestinationTable {
  org_id: string;
  id: string;
  name: string;
  rules: unknown;
  region: string;
  retention: string;
  agreement: string;
  set_by: string;
  set_at: Date;
}
interface ToleranceTable {
  org_id: string;
  group_id: string;
  destination: string;
  class: string;
  effect: string;
}
declare module "../../store/db.ts" {
  interface Tables {
    destination: DestinationTable;
    destination_tolerance: ToleranceTable;
  }
}

export type DestinationRow = Omit<DestinationTable, "org_id">;
export type ToleranceRow = Omit<ToleranceTable, "org_id">;

interface Scope {
  readonly db: Db;
  readonly orgId: string;
}

const json = (value: unknown): RawBuilder<unknown> => sql`${JSON.stringify(value)}::jsonb`;

export async function selectDestinationRows({ db, orgId }: Scope): Promise<DestinationRow[]> {
  return db
    .selectFrom("destination")
    .select(["id", "name", "rules", "region", "retention", "agreement", "set_by", "set_at"])
    .where("org_id", "=", orgId)
    .orderBy("id")
    .execute();
}

export async function selectTolerances({ db, orgId }: Scope): Promise<ToleranceRow[]> {
  return db
    .selectFrom("destination_tolerance")
    .select(["group_id", "destination", "class", "effect"])
    .where("org_id", "=", orgId)
    .orderBy("group_id")
    .execute();
}

export async function upsertDestination(
  { db, orgId }: Scope,
  row: DestinationRow,
  tolerances: readonly ToleranceRow[],
): Promise<void> {
  const { id: _, ...values } = { ...row, rules: json(row.rules) };
  await db
    .insertInto("destination")
    .values({ org_id: orgId, id: row.id, ...values })
    .onConflict((conflict) => conflict.columns(["org_id", "id"]).doUpdateSet(values))
    .execute();
  await forgetTolerances({ db, orgId }, row.id);
  if (tolerances.length > 0)
    await db
      .insertInto("destination_tolerance")
      .values(tolerances.map((each) => ({ org_id: orgId, ...each })))
      .execute();
}

/** False when nothing was said of it. */
export async function deleteDestination({ db, orgId }: Scope, id: string): Promise<boolean> {
  await forgetTolerances({ db, orgId }, id);
  const done = await db
    .deleteFrom("destination")
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
  return done.numDeletedRows > 0n;
}

async function forgetTolerances({ db, orgId }: Scope, id: string): Promise<void> {
  await db
    .deleteFrom("destination_tolerance")
    .where("org_id", "=", orgId)
    .where("destination", "=", id)
    .execute();
}
