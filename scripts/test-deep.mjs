// `npm run test:deep`: the tests that have a long form, in that form. With arguments: those tests alone.
import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { demandNode } from "./node-version.mjs";

demandNode();
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const path = [dirname(process.execPath), join(root, "node_modules/.bin"), process.env.PATH];
const only = process.argv.slice(2);
const long = [
  "packages/server/src/egress/known",
  "packages/server/src/egress/gate/prompts",
  "packages/server/test/non-interference",
  "packages/server/test/redteam/fuzz",
];
const child = spawn("vitest", ["run", ...(only.length > 0 ? only : long)], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, PATH: path.join(delimiter), STEAD_TEST_DEEP: "1" },
});
child.on("close", (code) => process.exit(code ?? 1));
