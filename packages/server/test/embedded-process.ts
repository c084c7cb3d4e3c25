// A process of its own that starts the embedded database, says how, and obeys "stop"; for tests that kill it.
import { createInterface } from "node:readline";
import { silentLog } from "../src/lib/log.ts";
import { startEmbedded } from "../src/store/embedded.ts";

const [dataDir = "", binariesDir] = process.argv.slice(2);
const started = await startEmbedded({
  dataDir,
  log: silentLog,
  ...(binariesDir && { binariesDir }),
});
if (!started.ok) {
  process.stdout.write(`${JSON.stringify({ failure: started.failure })}\n`);
  process.exit(1);
}
const { arrival, connection, stop } = started.value;
process.stdout.write(`${JSON.stringify({ arrival, connection })}\n`);
for await (const line of createInterface(process.stdin)) {
  if (line === "stop") break;
}
await stop();
process.exit(0);
