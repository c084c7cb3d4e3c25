// The compromised model over the suites of AgentDojo, where these are: far too long for every day.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openGround } from "../../redteam/ground.ts";
import { readAgentDojo } from "../../redteam/load/agentdojo.ts";
import { failuresOf } from "../../redteam/report.ts";
import { choosePlays, runPlays, summarize } from "../../redteam/run.ts";
import { freshDatabase } from "../database.ts";
import { deep } from "../deep.ts";

const folder = join(import.meta.dirname, "../../../../../shared/data/agentdojo");
const HOURS_2 = 7_200_000;

for (const name of ["banking", "slack"]) {
  const file = join(folder, `${name}.json`);
  const isSkipped = !deep || !existsSync(file);
  test.skipIf(isSkipped)(
    `AgentDojo's ${name}, each pair in each variant`,
    { timeout: HOURS_2 },
    async () => {
      const database = await freshDatabase();
      const { connection } = database;
      const suite = readAgentDojo(file);
      const ground = await openGround({ connection, suite, lanes: 2, contracts: "given" });
      try {
        const outcomes = await runPlays(ground, choosePlays(suite, {}));
        expect(failuresOf(outcomes)).toEqual([]);
        expect(summarize(name, outcomes)).toMatchObject({ ok: true });
      } finally {
        await ground.close();
        await database.close();
      }
    },
  );
}
