// Builds the console when what it is made of has changed since the last build, and not otherwise.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "packages/web/dist");
const stamp = join(dist, ".made-of");
const ingredients = [
  "package-lock.json",
  "packages/web/index.html",
  "packages/web/package.json",
  "packages/web/public",
  "packages/web/src",
  "packages/web/tsconfig.json",
  "packages/web/vite.config.ts",
  "packages/protocol/src",
  "packages/sdk/src",
];

function filesUnder(path) {
  if (!existsSync(join(root, path))) return [];
  if (statSync(join(root, path)).isFile()) return [path];
  const names = readdirSync(join(root, path)).toSorted();
  return names.flatMap((name) => filesUnder(`${path}/${name}`));
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** True when the console is there and is what the sources say. */
export function buildConsole({ log = console.log } = {}) {
  const madeOf = hashOf(ingredients.flatMap(filesUnder));
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === madeOf) return true;
  log("Building the console (once per change)…");
  const vite = join(root, "node_modules/vite/bin/vite.js");
  // Aside first, so that two servers that start at once never serve each other's half.
  const made = `${dist}-${process.pid}`;
  const args = [vite, "build", "--logLevel", "warn", "--outDir", made, "--emptyOutDir"];
  const cwd = join(root, "packages/web");
  // Whoever starts us may say "test" or "development", which would build React's slow edition.
  const env = { ...process.env, NODE_ENV: "production" };
  const { status } = spawnSync(process.execPath, args, { cwd, env, stdio: "inherit" });
  if (status === 0) {
    writeFileSync(join(made, ".made-of"), madeOf);
    rmSync(dist, { recursive: true, force: true });
    try {
      renameSync(made, dist);
    } catch (error) {
      // Another server that started at once was faster: with the same in it, that will do.
      if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== madeOf) throw error;
    }
  }
  rmSync(made, { recursive: true, force: true });
  return status === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.exitCode = buildConsole() ? 0 : 1;
}
