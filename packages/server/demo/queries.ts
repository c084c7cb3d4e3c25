// All SQL of the demo: seeding the company, reading the CRM as a person, the back office's books.
import { readFileSync } from "node:fs";
import type { Pool, PoolClient } from "pg";
import type { Company } from "./company.ts";

export interface OrderRow {
  readonly id: string;
  readonly customer: string;
  readonly email: string;
  readonly item: string;
  readonly total_cents: number;
  readonly status: string;
  readonly placed_on: string;
}

const ORDER_COLUMNS =
  "o.id, c.name as customer, c.email, o.item, o.total_cents, o.status, o.placed_on::text as placed_on";

export async function makeSchemas(pool: Pool): Promise<void> {
  await pool.query(readFileSync(new URL("schema.sql", import.meta.url), "utf8"));
}

export async function isSeeded(pool: Pool, orgId: string): Promise<boolean> {
  const { rows } = await pool.query(
    "select 1 from person where org_id = $1 and id = 'usr_ada_park'",
    [orgId],
  );
  return rows.length > 0;
}

/** In one transaction, so that a second process finds all of it or none. */
export async function seedPeople(pool: Pool, orgId: string, company: Company): Promise<void> {
  const { people, groups, memberships } = company;
  await inTransaction(pool, async (client) => {
    await client.query(
      `insert into person (org_id, id, name, email, department, title, manager_id, roles)
       select $1, p->>'id', p->>'name', p->>'email', p->>'department', p->>'title', p->>'managerId',
              array(select jsonb_array_elements_text(p->'roles'))
       from jsonb_array_elements($2::jsonb) p on conflict do nothing`,
      [orgId, JSON.stringify(people)],
    );
    await client.query(
      `insert into grp (org_id, id, name) select $1, g->>'id', g->>'name'
       from jsonb_array_elements($2::jsonb) g on conflict do nothing`,
      [orgId, JSON.stringify(groups)],
    );
    await client.query(
      `insert into membership (org_id, group_id, person_id, member_group_id)
       select $1, m->>'groupId', m->>'personId', m->>'memberGroupId'
       from jsonb_array_elements($2::jsonb) m on conflict do nothing`,
      [orgId, JSON.stringify(memberships)],
    );
  });
}

export interface CrmSeed {
  readonly access: readonly { personId: string; region: string }[];
  readonly customers: readonly { id: string; name: string; email: string; region: string }[];
  readonly orders: readonly {
    id: string;
    customerId: string;
    region: string;
    item: string;
    totalCents: number;
    status: string;
    placedOn: string;
  }[];
}

export async function seedCrm(pool: Pool, seed: CrmSeed): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query("select set_config('crm.seeding', 'yes', true)");
    await client.query(
      `insert into crm.region_access (person_id, region) select a->>'personId', a->>'region'
       from jsonb_array_elements($1::jsonb) a on conflict do nothing`,
      [JSON.stringify(seed.access)],
    );
    await client.query(
      `insert into crm.customer (id, name, email, region)
       select c->>'id', c->>'name', c->>'email', c->>'region'
       from jsonb_array_elements($1::jsonb) c on conflict do nothing`,
      [JSON.stringify(seed.customers)],
    );
    await client.query(
      `insert into crm."order" (id, customer_id, region, item, total_cents, status, placed_on)
       select o->>'id', o->>'customerId', o->>'region', o->>'item', (o->>'totalCents')::integer,
              o->>'status', (o->>'placedOn')::date
       from jsonb_array_elements($1::jsonb) o on conflict do nothing`,
      [JSON.stringify(seed.orders)],
    );
  });
}

/** Reads as one person: the database's own row-level security decides, in a read-only transaction. */
export async function asPerson<T>(
  pool: Pool,
  personId: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return inTransaction(pool, async (client) => {
    await client.query("set transaction read only");
    await actingAs(client, personId);
    return work(client);
  });
}

export async function findOrder(client: PoolClient, id: string): Promise<OrderRow | undefined> {
  const { rows } = await client.query<OrderRow>(
    `select ${ORDER_COLUMNS} from crm."order" o join crm.customer c on c.id = o.customer_id
     where o.id = $1`,
    [id],
  );
  return rows[0];
}

export async function findCustomers(client: PoolClient, query: string): Promise<OrderRow[]> {
  const { rows } = await client.query<OrderRow>(
    `select ${ORDER_COLUMNS} from crm."order" o join crm.customer c on c.id = o.customer_id
     where strpos(lower(c.name || ' ' || c.email), lower($1)) > 0 order by o.placed_on desc limit 20`,
    [query],
  );
  return rows;
}

export interface Refund {
  readonly id: string;
  readonly order_id: string;
  readonly amount_cents: number;
  readonly reason: string;
  readonly by_person: string;
}

export async function refundsOf(client: PoolClient, orderId: string): Promise<Refund[]> {
  const { rows } = await client.query<Refund>(
    `select id, order_id, amount_cents, reason, by_person from backoffice.refund
     where order_id = $1 order by at`,
    [orderId],
  );
  return rows;
}

export async function refundByKey(client: PoolClient, key: string): Promise<Refund | undefined> {
  const { rows } = await client.query<Refund>(
    "select id, order_id, amount_cents, reason, by_person from backoffice.refund where key = $1",
    [key],
  );
  return rows[0];
}

/** One refund at a time for an order, so that two can't share the last of its total. */
export async function lockOrder(client: PoolClient, orderId: string): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 41))", [orderId]);
}

export async function insertRefund(
  client: PoolClient,
  refund: Refund & { key: string },
): Promise<void> {
  await client.query(
    `insert into backoffice.refund (key, id, order_id, amount_cents, reason, by_person)
     values ($1, $2, $3, $4, $5, $6)`,
    [refund.key, refund.id, refund.order_id, refund.amount_cents, refund.reason, refund.by_person],
  );
}

export interface Expense {
  readonly id: string;
  readonly person_id: string;
  readonly amount_cents: number;
  readonly category: string;
  readonly description: string;
  readonly status: string;
  readonly approved_by: string | null;
}

const EXPENSE_COLUMNS = "id, person_id, amount_cents, category, description, status, approved_by";

export async function expensesOf(client: PoolClient, personId: string): Promise<Expense[]> {
  const { rows } = await client.query<Expense>(
    `select ${EXPENSE_COLUMNS} from backoffice.expense where person_id = $1
     order by at desc limit 100`,
    [personId],
  );
  return rows;
}

export async function expenseById(client: PoolClient, id: string): Promise<Expense | undefined> {
  const { rows } = await client.query<Expense>(
    `select ${EXPENSE_COLUMNS} from backoffice.expense where id = $1 for update`,
    [id],
  );
  return rows[0];
}

/** The same key books once; the second time what was booked is given back. */
export async function bookExpense(
  client: PoolClient,
  expense: Expense & { key: string },
): Promise<Expense | undefined> {
  const { rows } = await client.query<Expense>(
    `insert into backoffice.expense (key, ${EXPENSE_COLUMNS})
     values ($1, $2, $3, $4, $5, $6, $7, null)
     on conflict (key) do update set key = excluded.key returning ${EXPENSE_COLUMNS}`,
    [
      expense.key,
      expense.id,
      expense.person_id,
      expense.amount_cents,
      expense.category,
      expense.description,
      expense.status,
    ],
  );
  return rows[0];
}

export async function approveExpense(client: PoolClient, id: string, by: string): Promise<void> {
  await client.query(
    "update backoffice.expense set status = 'approved', approved_by = $2 where id = $1",
    [id, by],
  );
}

/** The manager of a person, in the company's directory. */
export async function managerOf(client: PoolClient, personId: string): Promise<string | null> {
  const { rows } = await client.query<{ manager_id: string | null }>(
    "select manager_id from person where id = $1",
    [personId],
  );
  return rows[0]?.manager_id ?? null;
}

/** Until the transaction ends. Throws when the database's user is above row-level security. */
export async function actingAs(client: PoolClient, personId: string): Promise<void> {
  const { rows } = await client.query<{ held: boolean }>(
    "select set_config('crm.person', $1, true), row_security_active('crm.\"order\"') as held",
    [personId],
  );
  if (rows[0]?.held !== true) throw new Error("row-level security does not hold for this user");
}

/** False for a superuser or a role with BYPASSRLS, who would see every person's rows. */
export async function holdsRowSecurity(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ held: boolean }>(
    "select row_security_active('crm.\"order\"') as held",
  );
  return rows[0]?.held === true;
}

export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const value = await work(client);
    await client.query("commit");
    return value;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
