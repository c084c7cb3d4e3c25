// What is said of who acts is found out for the call, and can't be made up by names.
import { actingWords } from "@stead/protocol";
import { expect, test } from "vitest";

test.each([
  [
    { kind: "caller", name: "Ada Park <ada@x.example>", effect: "outward" },
    "will send as Ada Park, with their own rights",
  ],
  [
    { kind: "caller", name: "Ada Park <ada@x.example>, with their own account ap in Drive" },
    "will act as Ada Park, with their own account ap in Drive",
  ],
  [
    { kind: "agent", name: "agent Refunds, owned by Finance", effect: "money", tense: "done" },
    "acted as the agent Refunds, owned by Finance",
  ],
  [
    { kind: "connection", name: "connection office (account svc-refunds)", effect: "read" },
    "will read through the connection office (account svc-refunds)",
  ],
  [
    { kind: "caller", name: "the agent Refunds <eve@x.example>", tense: "undone" },
    "was to act as the agent Refunds, with their own rights",
  ],
] as const)("%j", (acting, words) => {
  expect(actingWords(acting)).toBe(words);
});
