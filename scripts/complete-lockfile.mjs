// Adds to the lockfile the other systems' binaries that a registry mirror may not hold: npm leaves out what it can't
// look up, and `npm ci` then refuses the lockfile. With --check it only tells.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const systems =
  /\b(android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|aix|win32|windows)\b/;
const processors = /\b(arm64|arm|x64|ia32|ppc64|riscv64|s390x|loong64|mips64el|wasm32)\b/;

/** Entries for the optional dependencies that the lockfile names but doesn't hold, by their path. */
export function missingEntries(packages) {
  const missing = {};
  for (const [path, { optionalDependencies = {}, dev, devOptional }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isHeld(packages, path, name)) continue;
      const entry = entryFor(name, version);
      if (entry)
        missing[`node_modules/${name}`] = { ...entry, ...((dev || devOptional) && { dev: true }) };
    }
  }
  return missing;
}

/** As node looks: beside the dependent, then in each folder above. */
function isHeld(packages, from, name) {
  for (let at = from; ;) {
    if (packages[`${at}${at && "/"}node_modules/${name}`]) return true;
    if (at === "") return false;
    at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1));
  }
}

/** Without a system and processor in its name it is no binary, and without an exact version no entry. */
function entryFor(name, version) {
  const text = name.slice(name.indexOf("/") + 1).replace(/_/g, "-");
  const os = systems.exec(text)?.[1];
  const cpu = processors.exec(text)?.[1];
  if (!/^\d+\.\d+\.\d+/.test(version) || !cpu || (!os && cpu !== "wasm32")) return undefined;
  const libc = /musl/.test(text) ? ["musl"] : /gnu/.test(text) ? ["glibc"] : undefined;
  return {
    version,
    cpu: [cpu],
    ...(os === "linux" && libc && { libc }),
    optional: true,
    ...(os && { os: [os === "windows" ? "win32" : os] }),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const path = join(dirname(fileURLToPath(import.meta.url)), "../package-lock.json");
  const lockfile = JSON.parse(readFileSync(path, "utf8"));
  const missing = missingEntries(lockfile.packages);
  const names = Object.keys(missing);
  if (process.argv.includes("--check")) {
    for (const name of names) console.error(`missing from package-lock.json: ${name}`);
    if (names.length > 0) console.error("Run: node scripts/complete-lockfile.mjs");
    process.exitCode = names.length > 0 ? 1 : 0;
  } else if (names.length > 0) {
    const all = Object.entries({ ...lockfile.packages, ...missing });
    lockfile.packages = Object.fromEntries(all.toSorted(([a], [b]) => a.localeCompare(b, "en")));
    writeFileSync(path, `${JSON.stringify(lockfile, null, 2)}\n`);
    console.log(`Added ${names.length} entries.`);
  }
}
