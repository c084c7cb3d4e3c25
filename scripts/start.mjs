// `npm start`: the console if it has changed, then the server, from source, on the Node that npm brought.
import { enableCompileCache, flushCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { buildConsole } from "./build-console.mjs";
import { demandNode } from "./node-version.mjs";

demandNode();
if (!buildConsole()) {
  console.error("The console could not be built; the reason is above.");
  process.exit(1);
}
// A second start compiles nothing; what can't be kept is compiled again, and nothing else happens.
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url)));
const { main } = await import("../packages/server/src/start.ts");
await main();
flushCompileCache();
