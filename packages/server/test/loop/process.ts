// A server or worker as a process of its own, for tests that kill it: real wiring, and a tool whose
// effects are files, so that they outlive everything.
import { createHash } from "node:crypto";
import { appendFileSync, linkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../../src/config.ts";
import { listen } from "../../src/http/serve.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { jsonLog } from "../../src/lib/log.ts";
import { assert, ok } from "../../src/lib/result.ts";
import { createStead } from "../../src/main.ts";
import type { Connection } from "../../src/store/connection.ts";
import { registeredTool } from "../../src/tools/defined.ts";
import { World, worldTools } from "./tools.ts";
import { EDGE, POLICIES } from "./wiring.ts";

const effectsDir = process.argv[2] ?? "";
const connection: Connection = JSON.parse(process.argv[3] ?? "{}");
const modelHost = process.argv[4] ?? "";

const config = readConfig(process.env, process.argv.slice(5));
assert(config.ok, "the settings are sound");
const world = new World();
world.before = async ({ key, runId, args }) => {
  appendFileSync(join(effectsDir, "attempts.log"), `${key}\n`);
  await sleep(10);
  const name = createHash("sha256").update(key).digest("hex");
  const draft = join(effectsDir, `${name}.${process.pid}`);
  writeFileSync(draft, JSON.stringify({ runId, args }));
  try {
    // Whole or not at all, for the process may be killed here, too.
    linkSync(draft, join(effectsDir, `${name}.json`));
  } catch {
    // This key has had its effect.
  }
  rmSync(draft);
  await sleep(10);
};

const log = jsonLog(
  (line) => process.stderr.write(line),
  () => systemClock.now(),
);
const models = [{ id: "m" }];
const built = await createStead({
  config: config.value,
  connection,
  log,
  providers: [{ id: "peer", wire: "openai-chat", baseUrl: `http://${modelHost}`, models }],
  policyDirs: [POLICIES],
  edge: EDGE,
  childEnvironment: {},
  prepare: async ({ registry }) => {
    for (const tool of worldTools(world)) {
      const added = registry.add(registeredTool(tool, { provider: "built-in" }));
      if (!added.ok) return added;
    }
    return ok();
  },
});
assert(built.ok, built.ok ? "" : built.failure.detail);
await built.value.start();
if (config.value.role !== "worker") {
  const place = { host: config.value.host, port: config.value.port, clock: systemClock };
  const serving = await listen(built.value.app, place);
  assert(serving.ok, serving.ok ? "" : serving.failure.detail);
}
process.stdout.write("ready\n");
