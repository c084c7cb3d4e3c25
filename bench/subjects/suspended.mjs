// What a run that waits for a person costs in memory: heap after 10,000 of them against none.
import { openStead } from "./stead.mjs";
import { startRun } from "../../packages/server/src/runs/start.ts";
import { toolOf } from "../../packages/server/src/tools/contract.ts";
import { contractSchema } from "@stead/protocol";

const settings = JSON.parse(process.argv[2] ?? "{}");
const opened = await openStead({ ...settings, slots: 100 });
const { stead, people, version } = opened;
// The same tools under a contract that asks: nobody answers.
const inputSchema = {
  type: "object",
  properties: { key: { type: "string" }, limit: { type: "number" } },
};
const contract = contractSchema.parse({ effect: "outward" });
const name = "lookup";
stead.registry.removeOf("bench");
stead.registry.add({
  tool: toolOf({
    name,
    title: name,
    description: "look an item up",
    inputSchema,
    contract,
    provider: "bench",
  }),
  destination: "bench",
  gated: true,
  run: async () => ({ ok: true, value: { text: "" } }),
});
await stead.policies.reload();
const asking = {
  ...version,
  toolHashes: {},
  spec: { ...version.spec, tools: version.spec.tools.slice(0, 1) },
};
stead.runs.versionOf = async () => ({ ok: true, value: asking });
const heap = () => {
  for (let i = 0; i < 4; i++) globalThis.gc();
  return process.memoryUsage().heapUsed;
};

const LANES = 50;

/** Each lane starts the runs of one person: starts of the same person wait for each other. */
async function suspend(count, from) {
  const lane = async (k) => {
    for (let i = from + k; i < from + count; i += LANES) {
      const row = await startRun(stead.runs, {
        principal: people[k],
        version: asking,
        input: "Look up one item.",
        trial: false,
        surface: "bench",
        idempotencyKey: `suspended ${i} ${process.pid}`,
      });
      if (!row.ok) throw new Error(row.failure.detail);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, k) => lane(k)));
  while ((await waiting()) < from + count) await new Promise((resolve) => setTimeout(resolve, 200));
}

async function waiting() {
  const { rows } = await stead.database.pool.query(
    `select status, count(*)::int as n from run
     where status = $1 or ended_at is not null group by status`,
    ["waiting"],
  );
  if (rows.some(({ status }) => status !== "waiting"))
    throw new Error("a run has ended that should wait");
  return rows[0]?.n ?? 0;
}

await suspend(500, 0);
const before = heap();
await suspend(settings.runs, 500);
const bytesPerRun = (heap() - before) / settings.runs;
await stead.stop();
process.stdout.write(`${JSON.stringify({ bytesPerRun })}\n`);
process.exit(0);
