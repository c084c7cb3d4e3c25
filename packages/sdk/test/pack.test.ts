// The packages that others install: packed, installed in an empty folder elsewhere, used there.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const elsewhere = mkdtempSync(join(tmpdir(), "stead-pack-"));
const names = ["protocol", "sdk", "connectors"];
const unreachable = /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ECONNRESET|ENOTCACHED/;
const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--fetch-retries=1"];
let offline = false;

function run(
  command: string,
  args: string[],
  cwd: string,
): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  return { status, said: stdout + stderr };
}

function demand(command: string, args: string[], cwd: string): string {
  const { status, said } = run(command, args, cwd);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}\n${said}`);
  return said;
}

const use = `
import { ERRORS } from "@stead/protocol";
import * as sdk from "@stead/sdk";
import * as connectors from "@stead/connectors";
console.log(JSON.stringify({ denied: ERRORS["policy.denied"][0], sdk, connectors }));
`;

beforeAll(() => {
  for (const name of names) {
    demand(
      "npm",
      ["pack", "--silent", "--pack-destination", elsewhere],
      join(root, "packages", name),
    );
  }
  writeFileSync(join(elsewhere, "package.json"), `{ "type": "module", "private": true }`);
  const tarballs = readdirSync(elsewhere).filter((file) => file.endsWith(".tgz"));
  const installed = run("npm", ["install", ...flags, ...tarballs.map((t) => `./${t}`)], elsewhere);
  offline = installed.status !== 0 && unreachable.test(installed.said);
  if (installed.status !== 0 && !offline) throw new Error(installed.said);
}, 180_000);

afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

describe("the packed packages, installed elsewhere", () => {
  it("hold what was built, and neither sources nor tests", (ctx) => {
    ctx.skip(offline, "the npm registry can't be reached");
    for (const name of names) {
      const folder = join(elsewhere, "node_modules/@stead", name);
      expect(readdirSync(folder).toSorted()).toEqual(["dist", "package.json"]);
      const files = readdirSync(join(folder, "dist"), { recursive: true, encoding: "utf8" });
      expect(files).toContain("index.js");
      expect(files).toContain("index.d.ts");
      expect(files.filter((file) => /\.test\.|tsbuildinfo|(?<!\.d)\.ts$/.test(file))).toEqual([]);
    }
  });

  it("are imported by plain node", (ctx) => {
    ctx.skip(offline, "the npm registry can't be reached");
    writeFileSync(join(elsewhere, "use.mjs"), use);
    const said: unknown = JSON.parse(demand(process.execPath, ["use.mjs"], elsewhere));
    expect(said).toMatchObject({ denied: 403 });
  });

  it("carry types that a strict program accepts", (ctx) => {
    ctx.skip(offline, "the npm registry can't be reached");
    expect(existsSync(join(elsewhere, "node_modules/@stead/sdk/dist/index.d.ts"))).toBe(true);
    writeFileSync(
      join(elsewhere, "use.ts"),
      `${use}\nexport const status: 403 = ERRORS["policy.denied"][0];`,
    );
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024"];
    const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
    demand(join(root, "node_modules/.bin/tsc"), [...options, ...types, "use.ts"], elsewhere);
  });

  it("are all that the guide to a connector of one's own needs", (ctx) => {
    ctx.skip(offline, "the npm registry can't be reached");
    const folder = join(elsewhere, "feed");
    mkdirSync(folder);
    const guide = readFileSync(join(root, "docs/howto/add-a-connector.md"), "utf8");
    const blocks = [...guide.matchAll(/^ {3}```ts (\S+)\n([\s\S]*?)^ {3}```$/gm)];
    expect(blocks.map(([, name]) => name)).toEqual(["feed.ts", "check.ts"]);
    for (const [, name = "", text = ""] of blocks)
      writeFileSync(join(folder, name), text.replaceAll(/^ {3}/gm, ""));
    demand("npm", ["init", "-y"], folder);
    demand("npm", ["pkg", "set", "type=module"], folder);
    const tarballs = readdirSync(elsewhere).filter((file) => /-(protocol|sdk)-.*tgz$/.test(file));
    expect(tarballs.length).toBe(2);
    demand("npm", ["install", ...flags, ...tarballs.map((t) => `../${t}`), "zod@4.6.7"], folder);
    expect(readdirSync(join(folder, "node_modules/@stead")).toSorted()).toEqual([
      "protocol",
      "sdk",
    ]);
    const said = demand(process.execPath, ["check.ts"], folder);
    expect(said.match(/^passed /gm)?.length).toBeGreaterThan(15);
    expect(said).not.toContain("failed ");
    const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024"];
    const more = ["--allowImportingTsExtensions", "--exactOptionalPropertyTypes"];
    const tsc = join(root, "node_modules/.bin/tsc");
    demand(tsc, [...options, ...more, ...types, "check.ts"], folder);
  }, 120_000);
});
