// Every installed package, also what tests and benchmarks bring along, under a licence that lets anyone use Stead: read
// from what is installed, by the lockfiles. Prints what is out of the ordinary; fails on what is not allowed.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const PERMISSIVE = new Set(
  (
    "MIT MIT-0 ISC 0BSD BSD BSD-2-Clause BSD-3-Clause Apache-2.0 BlueOak-1.0.0 CC0-1.0 Unlicense " +
    "PostgreSQL Python-2.0 Zlib"
  ).split(" "),
);
/** Not permissive for everything, but for what these are; each with why it may be here. */
const ALLOWED = [
  {
    licence: "OFL-1.1",
    packages: /^@fontsource/,
    why: "fonts: free to use and pass on, only not to be sold alone",
  },
  {
    licence: "MPL-2.0",
    packages: /^lightningcss(-|$)/,
    why: "builds the console and is not passed on; its own files only must stay open",
    developmentOnly: true,
  },
];

/** `MIT OR (GPL-3.0 AND BSD)`: OR needs one, AND needs both; an exception only adds rights. */
export function isPermissive(expression) {
  const words = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const either = () => {
    let found = both();
    while (words[at] === "OR") {
      at++;
      const next = both();
      found = next || found;
    }
    return found;
  };
  const both = () => {
    let found = one();
    while (words[at] === "AND") {
      at++;
      const next = one();
      found = next && found;
    }
    return found;
  };
  const one = () => {
    const word = words[at++];
    if (word === "(") {
      const found = either();
      return words[at++] === ")" && found;
    }
    if (words[at] === "WITH") at += 2;
    return word !== undefined && PERMISSIVE.has(word);
  };
  const found = either();
  return found && at === words.length;
}

/** `odd` is allowed for a reason, `wrong` is not, `unread` is another system's and not installed here. */
export function judge(packages, manifestOf) {
  const found = { plain: [], odd: [], wrong: [], unread: [] };
  for (const [path, entry] of Object.entries(packages)) {
    if (!path.includes("node_modules/") || entry.link) continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const manifest = manifestOf(path);
    const licence = licenceIn(manifest) ?? (manifest ? undefined : entry.license);
    if (licence === undefined && !manifest && entry.optional) {
      found.unread.push(name);
      continue;
    }
    const development = entry.dev === true;
    const why = allowance({ name, licence, development });
    if (licence !== undefined && isPermissive(licence)) found.plain.push(name);
    else if (why) found.odd.push({ name, licence, why });
    else found.wrong.push(`${name}: ${licence ?? "no licence given"}`);
  }
  return found;
}

function allowance({ name, licence, development }) {
  const rule = ALLOWED.find(
    (each) =>
      each.licence === licence &&
      each.packages.test(name) &&
      (development || !each.developmentOnly),
  );
  return rule?.why;
}

/** Also as older manifests say it: `{ type }`, or a list of those. */
function licenceIn(manifest) {
  const given = manifest?.license ?? manifest?.licenses;
  const list = (Array.isArray(given) ? given : [given]).map((each) => each?.type ?? each);
  const texts = list.filter((each) => typeof each === "string");
  return texts.length > 0 ? texts.join(" OR ") : undefined;
}

function check(root, folder) {
  const { packages } = JSON.parse(readFileSync(join(root, folder, "package-lock.json"), "utf8"));
  return judge(packages, (path) => {
    const file = join(root, folder, path, "package.json");
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  });
}

function main() {
  const root = join(dirname(fileURLToPath(import.meta.url)), "..");
  let wrong = 0;
  for (const folder of [".", "bench/peers"]) {
    const found = check(root, folder);
    const { plain, odd, unread } = found;
    console.log(
      `${folder}: ${plain.length} permissive, ${odd.length} allowed for a reason, ` +
        `${unread.length} of other systems not read`,
    );
    const groups = new Map();
    for (const { name, licence, why } of odd) {
      const said = [licence, why].join(", ");
      groups.set(said, [...(groups.get(said) ?? []), name]);
    }
    for (const [said, names] of groups) console.log(`  ${said}: ${names.join(", ")}`);
    for (const line of found.wrong) console.error("  NOT ALLOWED", line);
    wrong += found.wrong.length;
  }
  process.exitCode = wrong > 0 ? 1 : 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
