// Whatever the model writes: the server stands, and nothing happens that nobody could have wanted.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openGround, type Ground } from "../../redteam/ground.ts";
import { perform } from "../../redteam/perform.ts";
import { choosePlays, runPlays } from "../../redteam/run.ts";
import { suiteSchema } from "../../redteam/suite.ts";
import { freshDatabase } from "../database.ts";
import { deep } from "../deep.ts";
import { forbidden, fuzzPlay } from "./fuzz.ts";

const file = new URL("../../redteam/suites/company.json", import.meta.url);
const suite = suiteSchema.parse(JSON.parse(readFileSync(file, "utf8")));
/** As many calls as a turn may have, and what is no call. */
const SIZE = 63;
const CALLS = deep ? 100_000 : 300;

let ground: Ground;
let close: () => Promise<void>;
beforeAll(async () => {
  const database = await freshDatabase();
  ground = await openGround({
    connection: database.connection,
    suite,
    lanes: 4,
    contracts: "given",
  });
  close = async () => {
    await ground.close();
    await database.close();
  };
});
afterAll(() => close());

test(`${CALLS} outputs of the model`, { timeout: deep ? 7_200_000 : 300_000 }, async () => {
  const seeds = Array.from({ length: Math.ceil(CALLS / SIZE) }, (_, i) => i + 1).entries();
  let done = 0;
  let effects = 0;
  await Promise.all(
    ground.lanes.map(async (lane) => {
      for (const [, seed] of seeds) {
        const outcome = await perform(ground, lane, fuzzPlay(suite, { seed, size: SIZE }));
        done += outcome.decided.length;
        for (const effect of outcome.effects)
          expect([seed, effect, forbidden(suite, effect)]).toEqual([seed, effect, undefined]);
        expect(outcome.readsAsked).toEqual([]);
        for (const end of outcome.ends) expect(end).toMatch(/^(answered|cancelled|failed|stopped)/);
        effects += outcome.effects.length;
      }
    }),
  );
  expect(done).toBeGreaterThan(CALLS / 2);
  // What a person could have wanted is done: the oracle is asked about something.
  expect(effects).toBeGreaterThan(CALLS / 100);
  if (deep) process.stdout.write(`${CALLS} outputs, ${done} calls decided, ${effects} done\n`);
  // And it still works for people.
  const [task] = choosePlays(suite, { tasks: ["refund-part"], variants: [] });
  if (!task) throw new Error("there is such a task");
  expect(await runPlays(ground, [task])).toMatchObject([{ missing: [], ends: ["answered"] }]);
});
