// Settings that are wrong: each is named in one sentence, the process ends with 1, no secret is printed.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../src/config.ts";
import { freshDatabase, type FreshDatabase } from "./database.ts";

const SECRET = "hunter2";
const START = join(import.meta.dirname, "../src/start.ts");
const place = mkdtempSync(join(tmpdir(), "stead-settings-"));
let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  await database.close();
  rmSync(place, { recursive: true });
});

const WRONG: Readonly<Record<string, readonly string[]>> = {
  STEAD_PORT: ["abc", "-1", "65536", "1.5"],
  STEAD_PUBLIC_URL: ["stead.example"],
  DATABASE_URL: [
    `mysql://u:${SECRET}@127.0.0.1/db`,
    `postgres://u:${SECRET}@127.0.0.1:99999/db`,
    `postgres://u:${SECRET}@[::1/db`,
    SECRET,
  ],
  STEAD_ROLE: ["boss"],
  STEAD_RUN_SLOTS: ["0", "5001", "many"],
  STEAD_RUNS_PER_PERSON: ["0", "x"],
  STEAD_ALLOW_PRIVATE: ["127.0.0.1", "http://127.0.0.1:80", "a:1,b", "[::1]"],
  STEAD_WEB_SEARCH: ["google", "searxng search.example"],
  STEAD_LOG: ["loud"],
  STEAD_CHILD_SANDBOX: ["perhaps"],
  STEAD_NEW_KEYS: ["perhaps"],
  STEAD_KMS: ["cloud", "vault"],
  STEAD_KMS_URL: ["vault", "http://vault.example:8200"],
  STEAD_KMS_KEY: ["stead", "transit/", "../stead"],
  STEAD_KMS_CACHE_MINUTES: ["0", "x", "1441"],
  STEAD_NO_DEMO: ["perhaps"],
  ANTHROPIC_BASE_URL: ["nowhere"],
  OPENAI_BASE_URL: ["nowhere"],
};
/** Any text will do, or it is tried when it is used. */
const FREE = [
  "STEAD_HOST",
  "STEAD_DATA",
  "STEAD_POLICIES",
  "STEAD_PROVIDERS",
  "STEAD_CONNECTORS",
  "STEAD_WEB_SEARCH_KEY",
  "STEAD_KMS_TOKEN",
  "STEAD_KMS_TOKEN_FILE",
  "STEAD_KMS_NAMESPACE",
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_MODELS",
  "OPENAI_API_KEY",
  "OPENAI_MODELS",
  "OPENAI_EMBEDDINGS",
];

test("every setting has a wrong value here, or takes any", () => {
  const text = readFileSync(join(import.meta.dirname, "../src/config.ts"), "utf8");
  const names = [...text.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(15);
  expect(new Set([...Object.keys(WRONG), ...FREE])).toEqual(new Set(names));
});

describe.each(Object.entries(WRONG))("%s", (name, values) => {
  test.each(values)("%s is refused by name", (value) => {
    const read = readConfig({ [name]: value }, []);
    expect(read).toMatchObject({ ok: false, failure: { code: "config.invalid" } });
    const said = JSON.stringify(read);
    expect(said).toContain(name);
    expect(said).not.toContain(SECRET);
  });
});

test("what is right is taken", () => {
  const right = {
    DATABASE_URL: "postgres://u:p@/db?host=/run/postgresql",
    STEAD_ALLOW_PRIVATE: "127.0.0.1:80, model.internal:8080,[::1]:9,",
  };
  expect(readConfig(right, [])).toMatchObject({ ok: true });
  expect(readConfig({ DATABASE_URL: "postgresql://h:5432/db" }, [])).toMatchObject({ ok: true });
});

interface Ended {
  readonly code: number | null;
  readonly errors: string;
  readonly out: string;
}

/** The real process, until it ends. */
function started(env: Readonly<Record<string, string>>): Promise<Ended> {
  const script = `import(${JSON.stringify(START)}).then(({ main }) => main())`;
  const child = spawn(process.execPath, ["--conditions=stead-source", "-e", script], {
    env: {
      PATH: process.env["PATH"] ?? "",
      STEAD_DATA: join(place, "data"),
      STEAD_PORT: "0",
      STEAD_NO_DEMO: "1",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  let out = "";
  child.stderr.on("data", (chunk) => (errors += String(chunk)));
  child.stdout.on("data", (chunk) => (out += String(chunk)));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, errors, out })));
}

/** The test database, as a person would write it. */
function url({ password = database.connection.password, name = database.connection.database }) {
  const { host, port, user } = database.connection;
  const where = new URLSearchParams({ host, port: String(port) });
  return `postgres://${user}:${encodeURIComponent(password)}@/${name}?${where.toString()}`;
}

function file(name: string, text: string): string {
  writeFileSync(join(place, name), text);
  return join(place, name);
}

describe("the process ends with 1 and one sentence when", () => {
  const cases: [what: string, env: () => Record<string, string>, says: RegExp][] = [
    ["a port is no port", () => ({ STEAD_PORT: "abc" }), /^STEAD_PORT: /],
    [
      "the database's address can't be read",
      () => ({ DATABASE_URL: `postgres://u:${SECRET}@h:99999/db` }),
      /^DATABASE_URL: /,
    ],
    [
      "no database answers there",
      () => ({ DATABASE_URL: `postgres://u:${SECRET}@127.0.0.1:1/db` }),
      /^The database can't be reached \(ECONNREFUSED\).*DATABASE_URL/,
    ],
    [
      "there is no such database",
      () => ({ DATABASE_URL: url({ name: "no_such_database" }) }),
      /^The database can't be reached \(3D000\).*DATABASE_URL/,
    ],
    [
      "there is no such file of providers",
      () => ({ STEAD_PROVIDERS: join(place, "nothing.json") }),
      /nothing\.json can't be read/,
    ],
    [
      "the file of providers is no JSON",
      () => ({ STEAD_PROVIDERS: file("broken.json", `[{"key": "${SECRET}"`) }),
      /broken\.json can't be read/,
    ],
    [
      "there is no such folder of policies",
      () => ({ DATABASE_URL: url({}), STEAD_POLICIES: join(place, "nowhere") }),
      /nowhere could not be read/,
    ],
    [
      "the address to listen on is not this machine's",
      () => ({ DATABASE_URL: url({}), STEAD_HOST: "192.0.2.1" }),
      /Can't listen on 192\.0\.2\.1/,
    ],
    [
      "the folder for data is a file",
      () => ({ STEAD_DATA: file("a-file", "") }),
      /STEAD_DATA|a-file/,
    ],
  ];
  test.each(cases)("%s", { timeout: 60_000 }, async (_what, env, says) => {
    const { code, errors, out } = await started(env());
    const said = errors.split("\n").filter((line) => line !== "" && !line.startsWith("{"));
    expect({ code, said }).toMatchObject({ code: 1, said: [expect.stringMatching(says)] });
    expect(errors + out).not.toContain(SECRET);
    expect(errors + out).not.toContain(database.connection.password);
  });
});
