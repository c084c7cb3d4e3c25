// `npm test`: every check, then every test, then one line that counts them. With arguments: those tests alone.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { demandNode } from "./node-version.mjs";

demandNode();
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bin = join(root, "node_modules/.bin");
const path = [dirname(process.execPath), bin, process.env.PATH].join(delimiter);
const only = process.argv.slice(2);

const checks = [
  ["lockfile", process.execPath, ["scripts/complete-lockfile.mjs", "--check"]],
  ["licences", process.execPath, ["scripts/licences.mjs"]],
  ["format", "oxfmt", ["--check"]],
  ["lint", "oxlint", ["--type-aware", "--quiet"]],
  ["types", "tsc", ["-p", "."]],
  ["types of the console", "tsc", ["-p", "packages/web"], "packages/web/tsconfig.json"],
  ["dead code", "knip", []],
  ["build of the console", process.execPath, ["scripts/build-console.mjs"]],
];

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, PATH: path },
    });
    child.on("error", (error) => {
      console.error(String(error));
      resolve(false);
    });
    child.on("close", (code) => resolve(code === 0));
  });
}

async function step(name, work) {
  console.log(`\n── ${name} ${"─".repeat(Math.max(0, 76 - name.length))}`);
  const startedMs = performance.now();
  const passed = await work();
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${passed ? "passed" : "FAILED"}: ${name} (${seconds} s)`);
  return passed;
}

async function tests() {
  const folder = mkdtempSync(join(tmpdir(), "stead-results-"));
  const file = join(folder, "results.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  try {
    const ended = await run("vitest", ["run", ...reporters, ...only]);
    return {
      ended,
      files: existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).testResults : [],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const passed = [];
const failed = [];
const skipped = [];
for (const [name, command, args, needs] of only.length > 0 ? [] : checks) {
  if (needs && !existsSync(join(root, needs))) continue;
  ((await step(name, () => run(command, args))) ? passed : failed).push(name);
}

let results = { ended: false, files: [] };
await step("tests", async () => (results = await tests()).ended);
for (const { name, status, assertionResults } of results.files) {
  const file = relative(root, name);
  for (const { fullName, status: outcome } of assertionResults) {
    const list = { passed, failed }[outcome] ?? skipped;
    list.push(`${file}: ${fullName}`);
  }
  if (status === "failed" && assertionResults.every((each) => each.status !== "failed")) {
    failed.push(`${file}: could not be run`);
  }
}
// An error outside of any test, or no report at all.
if (!results.ended && !failed.some((each) => each.includes(": "))) failed.push("the test run");

console.log("");
for (const name of skipped) console.log(`skipped: ${name}`);
for (const name of failed) console.log(`failed: ${name}`);
console.log(`${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`);
process.exitCode = failed.length > 0 ? 1 : 0;
