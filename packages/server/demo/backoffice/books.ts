// The back office's books: what may be booked, by whom, and once per key.
import { createHash } from "node:crypto";
import type { Pool } from "pg";
import {
  actingAs,
  approveExpense,
  bookExpense,
  expenseById,
  expensesOf,
  findOrder,
  inTransaction,
  insertRefund,
  lockOrder,
  managerOf,
  refundByKey,
  refundsOf,
} from "../queries.ts";
import type { Acting } from "./acting.ts";

export type Answer = Readonly<Record<string, unknown>> | { readonly error: string };

const REFUNDERS = ["grp_patient_services", "grp_billing", "grp_finance"];

export async function refund(
  pool: Pool,
  acting: Acting,
  input: { orderId: string; amountCents: number; reason: string },
): Promise<Answer> {
  if (!REFUNDERS.some((group) => acting.groups.includes(group)))
    return { error: "Only Patient Services, Billing and Finance may refund." };
  const orderId = input.orderId.trim().toUpperCase();
  return inTransaction(pool, async (client) => {
    await actingAs(client, acting.personId);
    await lockOrder(client, orderId);
    const booked = await refundByKey(client, acting.key);
    if (booked)
      return { refundId: booked.id, orderId, amountCents: booked.amount_cents, repeated: true };
    const order = await findOrder(client, orderId);
    if (!order) return { error: `There is no order ${orderId} that you may see.` };
    const paid = (await refundsOf(client, orderId)).reduce((sum, row) => sum + row.amount_cents, 0);
    const left = order.total_cents - paid;
    if (input.amountCents > left)
      return { error: `At most ${left} cents of ${orderId} can still be refunded.` };
    const refundId = `RF-${shortId(acting.key)}`;
    await insertRefund(client, {
      key: acting.key,
      id: refundId,
      order_id: orderId,
      amount_cents: input.amountCents,
      reason: input.reason,
      by_person: acting.personId,
    });
    return {
      refundId,
      orderId,
      amountCents: input.amountCents,
      customer: order.customer,
      status: "paid",
    };
  });
}

export async function listRefunds(pool: Pool, acting: Acting, orderId: string): Promise<Answer> {
  return inTransaction(pool, async (client) => {
    await actingAs(client, acting.personId);
    const order = await findOrder(client, orderId.trim().toUpperCase());
    if (!order) return { error: `There is no order ${orderId} that you may see.` };
    return { refunds: await refundsOf(client, order.id) };
  });
}

export async function submit(
  pool: Pool,
  acting: Acting,
  input: { amountCents: number; category: string; description: string },
): Promise<Answer> {
  const booked = await inTransaction(pool, (client) =>
    bookExpense(client, {
      key: acting.key,
      id: `EX-${shortId(acting.key)}`,
      person_id: acting.personId,
      amount_cents: input.amountCents,
      category: input.category,
      description: input.description,
      status: "submitted",
      approved_by: null,
    }),
  );
  return booked
    ? { expenseId: booked.id, ...input, status: booked.status }
    : { error: "Not booked." };
}

export async function listExpenses(pool: Pool, acting: Acting): Promise<Answer> {
  const expenses = await inTransaction(pool, (client) => expensesOf(client, acting.personId));
  return { expenses };
}

export async function approve(pool: Pool, acting: Acting, expenseId: string): Promise<Answer> {
  return inTransaction(pool, async (client) => {
    const expense = await expenseById(client, expenseId.trim().toUpperCase());
    const manager = expense && (await managerOf(client, expense.person_id));
    if (!expense || manager !== acting.personId)
      return { error: `There is no expense ${expenseId} of somebody whom you manage.` };
    if (expense.status === "submitted") await approveExpense(client, expense.id, acting.personId);
    return { expenseId: expense.id, amountCents: expense.amount_cents, status: "approved" };
  });
}

/** Made from the call's key, so a repeat would make the same id. */
function shortId(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 8).toUpperCase();
}
