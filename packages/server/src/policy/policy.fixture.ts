// For tests and the benchmark: demo-like tools, a person, and questions that differ in one thing.
import type { Principal, Tool } from "@stead/protocol";
import { assert } from "../lib/result.ts";
import { buildPolicies, type PolicySource } from "./load.ts";
import type { CallQuestion, GroupName, PolicySet } from "./policy.ts";

export const GROUPS: readonly GroupName[] = [
  { id: "grp_finance", name: "Finance approvers" },
  { id: "grp_privacy", name: "Privacy officers" },
];

type Properties = Readonly<Record<string, unknown>>;

export function toolOf(
  name: string,
  effect: Tool["contract"]["effect"],
  more: { properties?: Properties; optional?: readonly string[]; reviewed?: boolean } = {},
): Tool {
  const { properties = {}, optional = [], reviewed = true } = more;
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return {
    name,
    title: name,
    description: "",
    inputSchema: { type: "object", properties, required, additionalProperties: false },
    contract: {
      effect,
      sinks: {},
      keyed: true,
      result: { audience: [], classes: [], trust: "record" },
      resultForCallerOnly: true,
    },
    reviewed,
    provider: "demo",
    hash: `hash of ${name}`,
  };
}

const string = { type: "string" };
const cents = { type: "integer" };

export const REFUND = toolOf("refund.create", "money", {
  properties: { orderId: string, amountCents: cents, reason: string },
});
export const FIND = toolOf("order.find", "read", { properties: { query: string } });
export const TOOLS: readonly Tool[] = [
  REFUND,
  FIND,
  toolOf("customer.find", "read", { properties: { query: string } }),
  toolOf("refund.list", "read"),
  toolOf("expense.submit", "write-own", {
    properties: { amountCents: cents, category: string, description: string },
  }),
  toolOf("expense.list", "read"),
  toolOf("expense.approve", "write-shared", { properties: { expenseId: string } }),
  toolOf("documents.search", "read", { properties: { query: string } }),
  toolOf("documents.open", "read", { properties: { id: string } }),
];

export const ADA: Principal = {
  orgId: "org_1",
  personId: "per_ada",
  name: "Ada Park",
  email: "ada@example.com",
  department: "Support",
  title: "Agent",
  groups: ["grp_support"],
  roles: ["employee"],
  via: { kind: "session", sessionId: "ses_1" },
};

export function callOf(tool: Tool, change: Partial<CallQuestion> = {}): CallQuestion {
  return {
    principal: ADA,
    agent: { id: "agt_1", version: 1 },
    granted: true,
    tool,
    arguments: {},
    actsAs: "caller",
    label: { audience: [], classes: [], trust: "person" },
    attended: true,
    surface: "console",
    spentMicros: 0,
    ...change,
  };
}

export function refundOf(amountCents: number, change: Partial<CallQuestion> = {}): CallQuestion {
  const args = { orderId: "ord_1", amountCents, reason: "broken" };
  return callOf(REFUND, { arguments: args, ...change });
}

/** The built-in rules and this text, over the demo-like tools. */
export async function policiesOf(
  text = "",
  source: Partial<Omit<PolicySource, "dir">> = {},
): Promise<PolicySet> {
  const built = await buildPolicies([{ name: "test.cedar", text }], {
    groups: GROUPS,
    tools: TOOLS,
    ...source,
  });
  assert(built.ok, built.ok ? "" : built.failure.detail);
  return built.value;
}
