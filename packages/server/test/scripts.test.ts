// The scripts behind the npm commands: what counts as installed, which Node will do, a whole lockfile.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";

const scripts = fileURLToPath(new URL("../../../scripts", import.meta.url));

/** The scripts are plain JavaScript for any Node: they are asked as a program would ask them. */
function ask(file: string, expression: string): unknown {
  const from = JSON.stringify(pathToFileURL(join(scripts, file)).href);
  const code = `import(${from}).then((m) => console.log(JSON.stringify({ said: ${expression} })))`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", code], { encoding: "utf8" });
  if (stderr !== "") throw new Error(stderr);
  return z.object({ said: z.unknown() }).parse(JSON.parse(stdout)).said;
}

function toDo(version: string, platform: string, arch: string): unknown {
  const machine = JSON.stringify({ platform, arch });
  return ask("node-version.mjs", `m.whatToDo("${version}", ${machine}) ?? null`);
}

function missing(packages: Record<string, unknown>): unknown {
  return ask("complete-lockfile.mjs", `m.missingEntries(${JSON.stringify(packages)})`);
}

describe("which Node will do", () => {
  it("24 and newer", () => {
    expect(toDo("v24.0.0", "linux", "x64")).toBe(null);
    expect(toDo("v100.1.0", "darwin", "arm64")).toBe(null);
  });

  it("older ones are told what to do, by system", () => {
    expect(toDo("v20.19.0", "linux", "arm64")).toMatch(/needs Node 24.*this is v20\.19\.0.*npm ci/);
    expect(toDo("v22.1.0", "darwin", "arm64")).toMatch(/install Node 24 or newer from/);
  });
});

describe("what counts as installed", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stead-install-"));
    mkdirSync(join(folder, "node_modules"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const here = { os: [process.platform], cpu: [process.arch] };
  const elsewhere = { os: ["plan9"], cpu: ["vax"] };
  const lock = {
    "": {},
    "node_modules/@stead/web": { resolved: "packages/web", link: true },
    "packages/web": {},
    "node_modules/a": { version: "1.0.0" },
    "node_modules/here": { version: "1.0.0", optional: true, ...here },
    "node_modules/elsewhere": { version: "1.0.0", optional: true, ...elsewhere },
  };
  const whole = {
    "node_modules/a": { version: "1.0.0" },
    "node_modules/here": { version: "1.0.0" },
  };

  function isInstalled(there?: Record<string, unknown>): unknown {
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages: lock }));
    const record = join(folder, "node_modules/.package-lock.json");
    if (there) writeFileSync(record, JSON.stringify({ packages: there }));
    return ask("install.mjs", `m.isInstalled(${JSON.stringify(folder)})`);
  }

  it("what is there as the lockfile says, without other systems' binaries", () => {
    expect(isInstalled(whole)).toBe(true);
  });

  it.each([
    ["nothing is there", undefined],
    ["a version differs", { ...whole, "node_modules/a": { version: "0.9.0" } }],
    ["a package is missing", { "node_modules/here": { version: "1.0.0" } }],
    ["this system's binary is missing", { "node_modules/a": { version: "1.0.0" } }],
  ])("not when %s", (_, there) => {
    expect(isInstalled(there)).toBe(false);
  });
});

describe("the lockfile", () => {
  it("gets the binaries of systems that a mirror left out", () => {
    const optionalDependencies = {
      "@a/b-linux-x64-musl": "1.2.3",
      "@a/b-darwin-arm64": "1.2.3",
      "@a/b-win32-x64-msvc": "1.2.3",
      "@a/b-linux-arm64-gnu": "1.2.3",
      fsevents: "~2.3.2",
    };
    const held = { version: "1.2.3" };
    const packages = {
      "packages/x/node_modules/a": { version: "1.2.3", dev: true, optionalDependencies },
      "packages/x/node_modules/@a/b-linux-arm64-gnu": held,
    };
    const common = { version: "1.2.3", optional: true, dev: true };
    expect(missing(packages)).toEqual({
      "node_modules/@a/b-linux-x64-musl": {
        ...common,
        os: ["linux"],
        cpu: ["x64"],
        libc: ["musl"],
      },
      "node_modules/@a/b-darwin-arm64": { ...common, os: ["darwin"], cpu: ["arm64"] },
      "node_modules/@a/b-win32-x64-msvc": { ...common, os: ["win32"], cpu: ["x64"] },
    });
    expect(missing({ ...packages, "node_modules/@a/b-darwin-arm64": held })).not.toHaveProperty([
      "node_modules/@a/b-darwin-arm64",
    ]);
  });
});
