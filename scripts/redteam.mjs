// `npm run redteam -- [--suite <file>]`: lets a compromised model loose on a server of its own.
import { demandNode } from "./node-version.mjs";

demandNode();
const { main } = await import("../packages/server/redteam/main.ts");
process.exitCode = await main(process.argv.slice(2));
