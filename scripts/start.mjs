// `npm start`: the server, from source, on the Node that npm brought.
import { demandNode } from "./node-version.mjs";

demandNode();
await import("../packages/server/src/main.ts");
