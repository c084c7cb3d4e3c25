// Contracts of the back office's tools, written by people and pinned with the tools' schemas.
import type { Contract } from "@stead/protocol";

const OWN_RESULT: Contract["result"] = { audience: [], classes: ["financial"], trust: "record" };
/** What people wrote into a booking is theirs. */
const WORDS: Contract["fields"] = {
  reason: { trust: "colleague", classes: [] },
  description: { trust: "colleague", classes: [] },
};

function contract(effect: Contract["effect"], sinks: Contract["sinks"], undo?: string): Contract {
  return {
    effect,
    sinks,
    keyed: true,
    result: OWN_RESULT,
    fields: WORDS,
    resultForCallerOnly: true,
    ...(undo ? { undo } : {}),
  };
}

export const BACKOFFICE_CONTRACTS: Readonly<Record<string, Contract>> = {
  "refund.create": contract("money", {
    orderId: { kind: "id", trust: "record" },
    amountCents: { kind: "amount", trust: "record", scale: 100 },
  }),
  "refund.list": contract("read", {}),
  "expense.submit": contract("write-own", {
    amountCents: { kind: "amount", trust: "person", scale: 100 },
  }),
  "expense.list": contract("read", {}),
  "expense.approve": contract("money", { expenseId: { kind: "id", trust: "person" } }),
};
