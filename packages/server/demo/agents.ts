// The two agents that the demo company has published.
import type { AgentSpec } from "@stead/protocol";

export const DEMO_AGENTS: readonly {
  readonly id: string;
  readonly usableBy: readonly string[];
  readonly spec: Pick<AgentSpec, "name" | "purpose" | "instructions" | "tools">;
}[] = [
  {
    id: "agt_refund_desk",
    usableBy: ["grp_patient_services", "grp_billing", "grp_finance"],
    spec: {
      name: "Refund desk",
      purpose: "Looks up orders and refunds them; books expenses.",
      instructions: [
        "You help colleagues with refunds and expenses.",
        "Before a refund, look the order up and check what is left of its total.",
        "Give the amount in cents and the reason in the customer's own words.",
        "After an act, say what was done, with its id.",
      ].join("\n"),
      tools: [
        grant("order.find"),
        grant("customer.find"),
        grant("refund.list"),
        grant("refund.create"),
        grant("expense.submit"),
        grant("expense.list"),
        grant("expense.approve"),
      ],
    },
  },
  {
    id: "agt_handbook",
    usableBy: ["grp_everyone"],
    spec: {
      name: "Handbook guide",
      purpose: "Answers from the documents that you may read, with citations.",
      instructions: [
        "You answer questions about the company from its documents.",
        "Search before you answer, quote what you found and cite it by number.",
        "If nothing that the person may read answers the question, say so.",
      ].join("\n"),
      tools: [grant("documents.search"), grant("documents.open")],
    },
  },
];

function grant(name: string): AgentSpec["tools"][number] {
  return { name, actsAs: "caller", presets: {} };
}
