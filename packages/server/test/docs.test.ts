// What the documents say is true: links lead somewhere, each dependency and setting and error is there,
// and nothing speaks of the place where it was written.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ERRORS } from "@stead/protocol";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ROOT } from "./tidy/source.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

function listed(...patterns: string[]): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--", ...patterns];
  const paths = execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).split("\n");
  return [...new Set(paths)].filter((path) => path !== "" && existsSync(join(ROOT, path)));
}

const documents = listed("*.md");

const versions = z.record(z.string(), z.string()).default({});
const manifestSchema = z.object({
  dependencies: versions,
  devDependencies: versions,
  optionalDependencies: versions,
});
const manifests = ["package.json", "bench/peers/package.json"].concat(
  readdirSync(join(ROOT, "packages")).map((name) => `packages/${name}/package.json`),
);

function directDependencies(): { manifest: string; name: string; version: string }[] {
  return manifests.flatMap((manifest) => {
    const found = manifestSchema.parse(JSON.parse(read(manifest)));
    return Object.values(found)
      .flatMap((group) => Object.entries(group))
      .filter(([name]) => !name.startsWith("@stead/"))
      .map(([name, version]) => ({ manifest, name, version }));
  });
}

describe("dependencies", () => {
  const page = read("docs/dependencies.md");

  test("each is pinned exactly", () => {
    const loose = directDependencies().filter(({ version }) => !/^\d+\.\d+\.\d+/.test(version));
    expect(loose).toEqual([]);
  });

  test("each is on the page, with its version", () => {
    const lines = page.split("\n");
    const missing = directDependencies().filter(
      ({ name, version }) =>
        !lines.some((line) => line.includes(`\`${name}\``) && line.includes(version)),
    );
    expect(missing).toEqual([]);
  });

  test("nothing is on the page that is not there", () => {
    const known = new Set(directDependencies().map(({ name }) => name));
    const rows = page.split("\n").filter((line) => line.startsWith("| `"));
    const named = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)]);
    expect(named.map((match) => match[1] ?? "").filter((name) => !known.has(name))).toEqual([]);
  });
});

describe("settings", () => {
  test("the operator's table has each setting with its default, and no other", () => {
    const source = read("packages/server/src/config.ts");
    const schema = /const settings = z\.object\(\{([\s\S]*?)\n\}\);/.exec(source)?.[1] ?? "";
    const wanted = [...schema.matchAll(/^ {2}([A-Z_]+): (.*),$/gm)].map(([, name, type]) => {
      const given = /\.default\((.*)\)/.exec(type ?? "")?.[1];
      const text = given?.replaceAll(/[_"]/g, "") ?? (type === "flag" ? "false" : "");
      return `${name} ${text}`.trim();
    });
    const rows = read("docs/operate/settings.md").matchAll(/^\| `([A-Z_]+)` \| (?:`(.*?)`)? *\|/gm);
    const written = [...rows].map(([, name, value = ""]) => `${name} ${value}`.trim());
    expect(wanted.length).toBeGreaterThan(15);
    expect(written.toSorted()).toEqual(wanted.toSorted());
  });
});

test("every error code is documented", () => {
  const page = read("docs/reference/api.md");
  expect(Object.keys(ERRORS).filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

/** What follows `#` in a link to this heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

test("relative links lead somewhere", () => {
  const broken = documents.flatMap((path) => {
    const text = read(path).replaceAll(/```[\s\S]*?```/g, "");
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1] ?? "")
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [file = "", anchor] = target.split("#");
        const full = file === "" ? join(ROOT, path) : join(ROOT, dirname(path), file);
        if (!existsSync(full)) return true;
        if (anchor === undefined) return false;
        const headings = readFileSync(full, "utf8").matchAll(/^#+ (.*)$/gm);
        return ![...headings].some((match) => anchorOf(match[1] ?? "") === anchor);
      })
      .map((target) => `${path} -> ${target}`);
  });
  expect(broken).toEqual([]);
});

test("files named in the documents are there", () => {
  const paths =
    /`((?:packages|scripts|docs|examples|bench)\/[\w./-]+\.(?:ts|mjs|md|cedar|sql|txt))`/g;
  const missing = documents
    .filter((path) => !path.startsWith("docs/howto/"))
    .flatMap((path) =>
      [...read(path).matchAll(paths)]
        .map((match) => match[1] ?? "")
        .filter((file) => !existsSync(join(ROOT, file)))
        .map((file) => `${path} -> ${file}`),
    );
  expect(missing).toEqual([]);
});

test("nothing speaks of where it was written", () => {
  // Written so that this file does not find itself.
  const places = ["work", "root", "tmp/bash_jobs"].map((name) => `(?<![\\w.~$-])/${name}/`);
  const words = ["issue #\\d", "brie[f]\\.md", "DESIG[N]\\.md", "registry\\.npm[j]s\\.org"];
  const rule = new RegExp([...places, ...words].join("|"), "i");
  const found = listed(
    "*.md",
    "*.ts",
    "*.tsx",
    "*.mjs",
    "*.css",
    "*.sql",
    "*.cedar",
    ".ci/*",
    "*.json",
  )
    .filter((path) => !path.endsWith("package-lock.json"))
    .flatMap((path) => {
      const hit = rule.exec(read(path));
      return hit ? [`${path}: ${hit[0]}`] : [];
    });
  expect(found).toEqual([]);
});

test("the lockfile names no registry but the public one", () => {
  const resolved = [...read("package-lock.json").matchAll(/"resolved": "(https?:[^"]+)"/g)];
  const others = resolved.filter(
    ([, url]) => !/^https:\/\/registry\.npm[j]s\.org\//.test(url ?? ""),
  );
  expect(others).toEqual([]);
});
