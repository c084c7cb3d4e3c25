// The demo's CRM: customers and orders under row-level security, and tools that read it as whoever acts.
import type { Pool, PoolClient } from "pg";
import type { Contract } from "@stead/protocol";
import { fail, ok, type Result } from "../src/lib/result.ts";
import { toolOf } from "../src/tools/contract.ts";
import type { RegisteredTool, ToolCall } from "../src/tools/tool.ts";
import { asPerson, findCustomers, findOrder, type OrderRow } from "./queries.ts";

const READ: Contract = {
  effect: "read",
  sinks: {},
  keyed: true,
  result: { audience: [], classes: ["pii"], trust: "record" },
  resultForCallerOnly: true,
};

export function crmTools(pool: Pool): RegisteredTool[] {
  return [
    crmTool(pool, {
      name: "order.find",
      title: "Find an order",
      description: "Looks up one order by its id: customer, item, total, status and date.",
      properties: { orderId: { type: "string", description: "Order id such as ORD-1042" } },
      run: async (client, { orderId }) => {
        const order = await findOrder(client, String(orderId).trim().toUpperCase());
        return order
          ? ok(orderText(order))
          : fail("tool.failed", `There is no order ${String(orderId)} that you may see.`);
      },
    }),
    crmTool(pool, {
      name: "customer.find",
      title: "Find customers",
      description: "Finds customers by name or e-mail, with their orders.",
      properties: { query: { type: "string", description: "Part of a name or an e-mail address" } },
      run: async (client, { query }) => {
        const rows = await findCustomers(client, String(query));
        return ok(rows.length > 0 ? rows.map(orderText).join("\n") : "No customer matches.");
      },
    }),
  ];
}

function orderText(order: OrderRow): string {
  return JSON.stringify({
    orderId: order.id,
    customer: order.customer,
    email: order.email,
    item: order.item,
    totalCents: order.total_cents,
    currency: "USD",
    status: order.status,
    placedOn: order.placed_on,
  });
}

interface CrmTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly run: (
    client: PoolClient,
    args: Readonly<Record<string, unknown>>,
  ) => Promise<Result<string>>;
}

function crmTool(pool: Pool, given: CrmTool): RegisteredTool {
  const { name, title, description, properties } = given;
  const inputSchema = {
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
  return {
    tool: toolOf({ name, title, description, inputSchema, contract: READ, provider: "demo" }),
    destination: "CRM (this company's own database)",
    gated: true,
    run: async ({ principal, arguments: args }: ToolCall) => {
      const found = await asPerson(pool, principal.personId, (client) => given.run(client, args));
      return found.ok ? ok({ text: found.value }) : found;
    },
  };
}
