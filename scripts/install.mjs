// Installs what is missing, and nothing otherwise. Plain JavaScript that Node 20 runs: the first start has no other.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const progressEveryMs = 10_000;

/** What npm says it put there against what the lockfile wants, entry by entry. */
export function isInstalled(folder) {
  const wanted = readFileSync(join(folder, "package-lock.json"), "utf8");
  if (readOr(stampOf(folder), "") === hashOf(wanted)) return true;
  const record = readOr(join(folder, "node_modules/.package-lock.json"), "");
  if (record === "") return false;
  const there = JSON.parse(record).packages;
  return Object.entries(JSON.parse(wanted).packages).every(([path, entry]) => {
    if (!path.startsWith("node_modules/") || entry.link) return true;
    const found = there[path];
    return found ? found.version === entry.version : !isNeededHere(entry);
  });
}

function isNeededHere({ optional, peer, os, cpu, libc }) {
  if (!optional && !peer) return true;
  // Optional without a system of its own may be left out; with ours it is the runtime or a binary.
  if (!os || !cpu || libc) return false;
  return os.includes(process.platform) && cpu.includes(process.arch);
}

const stampOf = (folder) => join(folder, "node_modules/.stead-installed");
const hashOf = (text) => createHash("sha256").update(text).digest("hex");
const readOr = (path, other) => (existsSync(path) ? readFileSync(path, "utf8") : other);

async function install() {
  console.log("Installing what is missing (once; a minute or two)…");
  const startedMs = performance.now();
  const seconds = () => Math.round((performance.now() - startedMs) / 1000);
  const ticker = setInterval(() => console.log(`  … ${seconds()} s`), progressEveryMs);
  const code = await npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  clearInterval(ticker);
  if (code !== 0) {
    console.error(
      "\nThe installation failed; the reason is above. Then run the same command again.",
    );
    process.exit(code);
  }
  writeFileSync(stampOf(root), hashOf(readFileSync(join(root, "package-lock.json"), "utf8")));
  console.log(`Installed in ${seconds()} s.`);
}

function npm(args) {
  const script = process.env.npm_execpath;
  const command = script ? process.execPath : "npm";
  const child = spawn(command, [...(script ? [script] : []), ...args], {
    cwd: root,
    stdio: "inherit",
  });
  return new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(String(error));
      resolve(1);
    });
    child.on("close", (code) => resolve(code ?? 1));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href && !isInstalled(root)) {
  await install();
}
