// The house keeps its shape: the ladder, the homes of SQL, environment, clock, randomness and sockets,
// the bounds of files, the words.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codeOf, ROOT, sourceFiles, type SourceFile } from "./source.ts";

const files = sourceFiles();
const server = files.filter((file) => file.path.startsWith("packages/server/src/"));
const product = files.filter((file) => file.path.startsWith("packages/") && !file.isTest);
const architecture = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
const ladder = [
  ...(/```ladder\n([\s\S]*?)```/.exec(architecture)?.[1] ?? "").matchAll(/^(\w+)/gm),
].map((match) => match[1] ?? "");
const ABOVE_LADDER = ["config.ts", "main.ts", "start.ts"];

function folderOf(path: string): string {
  return path.split("/")[3] ?? "";
}

/** Lines of the product that a rule finds, but for the places where they are at home. */
function found(rule: RegExp, homes: readonly (string | RegExp)[], among = product): string[] {
  return among
    .filter(
      (file) =>
        !homes.some((home) =>
          typeof home === "string" ? file.path.startsWith(home) : home.test(file.path),
        ),
    )
    .flatMap((file) => {
      const hits = codeOf(file.text).match(rule);
      return hits ? [`${file.path}: ${hits[0]}`] : [];
    });
}

describe("the ladder", () => {
  test("is written down, and every folder of the server stands on it", () => {
    expect(ladder.length).toBeGreaterThan(10);
    const folders = new Set(server.map((file) => folderOf(file.path)));
    for (const root of ABOVE_LADDER) folders.delete(root);
    expect([...folders].filter((folder) => !ladder.includes(folder))).toEqual([]);
  });

  test("imports point only down", () => {
    const upward = server
      .filter((file) => !ABOVE_LADDER.includes(folderOf(file.path)))
      .flatMap((file) => {
        const own = ladder.indexOf(folderOf(file.path));
        return file.imports
          .filter((target) => target.startsWith("packages/server/"))
          .filter((target) => !(file.isTest && !target.startsWith("packages/server/src/")))
          .filter((target) => {
            const rung = ladder.indexOf(folderOf(target));
            return !target.startsWith("packages/server/src/") || rung < 0 || rung < own;
          })
          .map((target) => `${file.path} -> ${target}`);
      });
    expect(upward.filter((line) => !isTestOf(line))).toEqual([]);
  });

  test("packages import only what they may", () => {
    const allowed: Record<string, readonly string[]> = {
      protocol: [],
      sdk: ["@stead/protocol"],
      connectors: ["@stead/sdk"],
      cli: ["@stead/sdk", "@stead/protocol"],
      web: ["@stead/sdk", "@stead/protocol"],
      server: ["@stead/protocol", "@stead/sdk", "@stead/connectors"],
    };
    const wrong = product.flatMap((file) => {
      const own = file.path.split("/")[1] ?? "";
      return file.imports
        .filter((target) =>
          target.startsWith("packages/")
            ? target.split("/")[1] !== own
            : target.startsWith("@stead/") && !(allowed[own] ?? []).includes(target),
        )
        .map((target) => `${file.path} -> ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  test("every port is listed in ARCHITECTURE.md", () => {
    const ports = server.filter((file) => /(^|[-/])port\.ts$/.test(file.path));
    const missing = ports
      .map((file) => file.path.replace("packages/server/src/", ""))
      .filter((path) => !architecture.includes(`\`${path}\``));
    expect(missing).toEqual([]);
  });
});

/** A test may wire what the product wires in main. */
function isTestOf(line: string): boolean {
  return /\.(test|fixture|bench)\.ts -> /.test(line);
}

describe("homes", () => {
  test("SQL stands in queries.ts files and migrations", () => {
    const rule =
      /(?<![.\w])sql[`<]|\.(selectFrom|insertInto|updateTable|deleteFrom)\(|\.query(<[^>]*>)?\(\s*[`"{]|`\s*(select|insert into|update|delete from|with)\s[^`]*`/i;
    const homes = [
      /queries\.ts$/,
      "packages/web/",
      // SOQL: not a database's language, but that of Salesforce's API.
      "packages/connectors/src/salesforce/",
    ];
    expect(found(rule, homes)).toEqual([]);
  });

  test("the environment is read in config.ts, and where another process begins", () => {
    const homes = [
      "packages/server/src/config.ts",
      "packages/cli/src/settings.ts",
      "packages/server/demo/backoffice/server.ts",
    ];
    expect(found(/process\.env/, homes)).toEqual([]);
  });

  test("time is read in lib/clock.ts", () => {
    const rule = /\bDate\.now\(\)|\bnew Date\(\)|performance\.now\(\)|process\.hrtime/;
    const homes = [
      "packages/server/src/lib/clock.ts",
      "packages/web/",
      "packages/sdk/",
      "packages/cli/",
      // Where a poll begins and a subscription ends, told to the source; a connector has no clock of the
      // server's.
      /^packages\/connectors\/src\/[\w-]+\/(changes|push)\.ts$/,
    ];
    expect(found(rule, homes)).toEqual([]);
  });

  test("randomness comes from lib/ids.ts; keys and nonces from where they are made", () => {
    const rule = /Math\.random|randomBytes|randomUUID|randomFillSync|generateKeyPair/;
    const homes = [
      "packages/server/src/lib/ids.ts",
      "packages/server/src/ledger/keys.ts",
      "packages/server/src/ledger/tree/witness.ts",
      "packages/server/src/egress/vault.ts",
      "packages/server/src/identity/secret.ts",
      "packages/server/src/tools/mcp/acting.ts",
      // The secret with which a source proves itself.
      /^packages\/connectors\/src\/[\w-]+\/push\.ts$/,
      "packages/web/",
      "packages/sdk/",
      "packages/cli/",
    ];
    expect(found(rule, homes)).toEqual([]);
  });

  test("sockets are opened by egress, the store, and the edge that listens", () => {
    const homes = [
      "packages/server/src/egress/",
      "packages/server/src/store/",
      "packages/server/src/http/serve.ts",
      // Puts TLS around a connection that egress opened.
      "packages/connectors/src/mail/secure.ts",
      "packages/connectors/src/mail/write.ts",
    ];
    const modules = [
      "undici",
      "node:net",
      "node:tls",
      "node:http",
      "node:https",
      "node:http2",
      "node:dgram",
      "net",
      "http",
    ];
    const opening = product
      .filter((file) => file.path.startsWith("packages/server/src/"))
      .filter((file) => !homes.some((home) => file.path.startsWith(home)))
      .filter(
        (file) =>
          file.imports.some((target) => modules.includes(target)) ||
          /[^.#\w]fetch\(/.test(codeOf(file.text)),
      )
      .map((file) => file.path);
    expect(opening).toEqual([]);
  });

  test("only policy notes decisions as made, from which alone permits are minted", () => {
    const users = product
      .filter((file) => /\battest\b/.test(codeOf(file.text)))
      .map((file) => file.path.replace("packages/server/src/", ""));
    expect(users.toSorted()).toEqual(["policy/decide.ts", "policy/permit.ts"]);
  });

  test("nothing writes to the console but the process itself, the command line and scripts", () => {
    const homes = ["packages/cli/", "packages/server/src/start.ts", "packages/web/"];
    expect(found(/\bconsole\.\w+\(/, homes)).toEqual([]);
  });
});

/** Comments and strings are not broken by the formatter; comments may run a little over. */
function isUnbreakable(line: string): boolean {
  const rest = line.trim();
  if (rest.startsWith("//") || rest.startsWith("*") || rest.startsWith("/**"))
    return line.length <= 112;
  return /["'`/]/.test(rest);
}

describe("bounds", () => {
  const counted = files.filter((file) => !file.path.startsWith("bench/peers"));
  const sizes = counted.map((file) => file.lines.length).toSorted((a, b) => a - b);

  test("files are small: none above 500 lines, nine of ten within 250", () => {
    const large = counted.filter((file) => file.lines.length > 500).map((file) => file.path);
    expect(large).toEqual([]);
    expect(sizes[Math.floor(sizes.length * 0.9)]).toBeLessThanOrEqual(250);
  });

  test("lines have at most 100 columns", () => {
    const long = counted
      .filter((file) => file.path.endsWith(".ts"))
      .flatMap((file) =>
        file.lines.flatMap((line, i) =>
          line.length > 100 && !/https?:\/\//.test(line) && !isUnbreakable(line)
            ? [`${file.path}:${i + 1}`]
            : [],
        ),
      );
    expect(long).toEqual([]);
  });

  test("every file opens with what it is for", () => {
    const silent = files
      .filter((file) => file.path.endsWith(".ts") || file.path.endsWith(".tsx"))
      .filter((file) => !/^(#!.*\n)?\s*(\/\/|\/\*)/.test(file.text))
      .map((file) => file.path);
    expect(silent).toEqual([]);
  });

  test("no default exports but in tools' own configuration, no barrels but a package's index", () => {
    const homes = [/\.config\.ts$/];
    expect(found(/^export default/m, homes)).toEqual([]);
    const barrels = product
      .filter(
        (file) =>
          /^export \* from/m.test(file.text) && !/packages\/\w+\/src\/index\.ts$/.test(file.path),
      )
      .map((file) => file.path);
    expect(barrels).toEqual([]);
  });
});

describe("words", () => {
  test("starred words of the glossary are used nowhere", () => {
    const glossary = readFileSync(join(ROOT, "GLOSSARY.md"), "utf8");
    const starred = [...glossary.matchAll(/([A-Za-z][A-Za-z ]*)\*/g)].map((match) =>
      (match[1] ?? "").trim(),
    );
    expect(starred.length).toBeGreaterThan(4);
    const rule = new RegExp(`\\b(${starred.join("|")})s?\\b`, "i");
    const using = files
      .filter((file) => !file.path.includes("/tidy/"))
      .filter((file) => !file.path.endsWith(".config.ts"))
      .flatMap((file) =>
        rule.test(file.text) ? [`${file.path}: ${rule.exec(file.text)?.[0] ?? ""}`] : [],
      );
    expect(using).toEqual([]);
  });

  test("no file is a drawer for everything", () => {
    const drawers = /(^|[/-])(utils?|helpers?|manager|service|common|misc)\.tsx?$/;
    expect(files.filter((file) => drawers.test(file.path)).map((file) => file.path)).toEqual([]);
  });

  test("the project speaks of itself alone", () => {
    const rule = /[/]work[/](main|shared)|registry[.]npm[j]s|TO[D]O\b/;
    expect(
      files.filter((file) => rule.test(file.text)).map((file: SourceFile) => file.path),
    ).toEqual([]);
  });
});
