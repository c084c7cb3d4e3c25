// Requests of the red team's endpoints that would succeed, if the person may.
import type { RedteamReport } from "@stead/protocol";
import type { LooseInput } from "@stead/sdk";
import { send } from "../../src/http/edge.fixture.ts";
import { assert } from "../../src/lib/result.ts";
import { z } from "zod";
import type { Office } from "./office.ts";

type Case = () => LooseInput | Promise<LooseInput>;
type Names = "redteam.get" | "redteam.list" | "redteam.report";

const REPORT: RedteamReport = {
  suite: "company",
  version: "0.1.0",
  contracts: "given",
  startedAt: "2026-03-10T08:00:00.000Z",
  durationMs: 1,
  tasks: 0,
  rows: [],
  attackEffects: 0,
  tasksIncomplete: 0,
  readsAsked: 0,
  undecidedEffects: 0,
  approvalsPerTask: 0,
  ok: true,
  plays: [],
};

export function redteamCases(office: Office): Readonly<Record<Names, Case>> {
  return {
    "redteam.list": () => ({}),
    "redteam.report": () => ({ body: { ...REPORT } }),
    "redteam.get": async () => {
      const as = await office.enter("administrator");
      const kept = await send(office, "/api/redteam", { as, method: "POST", body: REPORT });
      assert(kept.status === 200, JSON.stringify(kept.body));
      return { params: { redteamId: z.object({ id: z.string() }).parse(kept.body).id } };
    },
  };
}
