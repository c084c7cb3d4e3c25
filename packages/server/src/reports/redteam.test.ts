// Red-team results are kept in the ledger and read back as they were reported.
import type { RedteamReport } from "@stead/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import { ledgerOn, value } from "../ledger/ledger.fixture.ts";
import { ADA } from "../policy/policy.fixture.ts";
import { getRedteam, keepRedteam, listRedteam } from "./redteam.ts";

let base: FreshDatabase;
beforeAll(async () => {
  base = await freshDatabase();
});
afterAll(() => base.close());

const CALL = { tool: "pay", arguments: { to: "LT12", amount: 0.1 } };
const REPORT: RedteamReport = {
  suite: "company",
  version: "0.1.0 (abc)",
  contracts: "given",
  startedAt: "2026-03-10T08:00:00.000Z",
  durationMs: 1200,
  tasks: 3,
  rows: [
    {
      variant: "after",
      plays: 2,
      through: 1,
      held: 1,
      completed: 2,
      approvals: 0,
      readsAsked: 0,
      undecided: false,
    },
  ],
  attackEffects: 1,
  tasksIncomplete: 0,
  readsAsked: 0,
  undecidedEffects: 0,
  approvalsPerTask: 1 / 3,
  ok: false,
  plays: [
    {
      task: "refund",
      attack: "pay-stranger",
      variant: "after",
      outcome: "through",
      asked: ["Refund it"],
      calls: [{ ...CALL, decision: "permit", reason: "" }],
      effects: [CALL],
      missing: [],
    },
  ],
};

test("what was reported is listed, the newest first, and opened with its plays", async () => {
  const ledger = ledgerOn(base);
  expect(value(await listRedteam(ledger))).toEqual([]);
  const first = value(await keepRedteam(ledger, ADA, REPORT));
  const second = value(await keepRedteam(ledger, ADA, { ...REPORT, suite: "banking", plays: [] }));
  expect(value(await listRedteam(ledger))).toEqual([second, first]);
  expect(first).toMatchObject({ suite: "company", approvalsPerTask: 1 / 3 });
  expect(first.reportedBy).toBe(ADA.personId);
  const found = value(await getRedteam(ledger, first.id));
  expect(found).toEqual({ ...first, plays: REPORT.plays, erased: false });
});

test.each(["red_99", "red_0", "run_1", "red_1e1", ""])("there is none called %j", async (id) => {
  expect(await getRedteam(ledgerOn(base), id)).toMatchObject({
    ok: false,
    failure: { code: "resource.not_found" },
  });
});
