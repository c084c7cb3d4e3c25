// The parts on their own: policy, ledger, scanner, models, egress, each with its own measurements.
import { existsSync } from "node:fs";
import { join } from "node:path";

const source = join(import.meta.dirname, "../../packages/server/src");
const PARTS = [
  ["policy/policy.bench.ts", "measurePolicy"],
  ["tools/sink/sink.bench.ts", "measureSinks"],
  ["ledger/ledger.bench.ts", "measureLedger"],
  ["egress/egress.bench.ts", "measureEgress"],
  ["models/scan/scan.bench.ts", "measureScanner"],
  ["models/models.bench.ts", "measureModels"],
];
const figures = [];
for (const [file, name] of PARTS) {
  const path = join(source, file);
  if (!existsSync(path)) continue;
  const module = await import(path);
  figures.push(...(await module[name]()));
}
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit(0);
