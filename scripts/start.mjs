// `npm start`: the console if it has changed, then the server, from source, on the Node that npm brought.
import { buildConsole } from "./build-console.mjs";
import { demandNode } from "./node-version.mjs";

demandNode();
if (!buildConsole()) {
  console.error("The console could not be built; the reason is above.");
  process.exit(1);
}
const { main } = await import("../packages/server/src/start.ts");
await main();
