// The command line as people use it: its own process, against a listening server.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PEOPLE, type Persona } from "../src/http/edge.fixture.ts";
import { listen, type Listening } from "../src/http/serve.ts";
import { makeKey } from "../src/identity/key/make.ts";
import { makeLoginLinks } from "../src/identity/link/make.ts";
import { principalOf } from "../src/identity/principal.ts";
import { assert } from "../src/lib/result.ts";
import { openOffice, type Office } from "./office/office.ts";

const PROGRAM = join(import.meta.dirname, "../../cli/bin/stead.mjs");
const SCOPES = ["agent.*", "run.*", "approval.*", "ledger.*", "person.*", "report.*", "registry.*"];

let office: Office;
let listening: Listening;
let home: string;

beforeAll(async () => {
  office = await openOffice();
  const place = { host: "127.0.0.1", port: 0, clock: office.ctx.clock };
  const bound = await listen(office.stead.app, place);
  assert(bound.ok, "a free port is found");
  listening = bound.value;
  home = mkdtempSync(join(tmpdir(), "stead-cli-"));
});
afterAll(async () => {
  await listening.close();
  await office.close();
  rmSync(home, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function stead(args: readonly string[], key?: string): Promise<Ended> {
  const environment = {
    PATH: "/usr/bin:/bin",
    XDG_CONFIG_HOME: home,
    ...(key === undefined ? {} : { STEAD_URL: listening.url, STEAD_KEY: key }),
  };
  const argv = ["--conditions=stead-source", PROGRAM, ...args];
  const child = spawn(process.execPath, argv, {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

async function keyOf(persona: Persona): Promise<string> {
  const via = { kind: "session", sessionId: "x" } as const;
  const principal = await principalOf(office.ctx, PEOPLE[persona].id, via);
  assert(principal.ok, "the person is there");
  const idempotencyKey = office.ctx.ids.token(16);
  const wish = { principal: principal.value, name: "k", scopes: SCOPES, days: 1, idempotencyKey };
  const made = await makeKey(office.stead.agents, wish);
  assert(made.ok, "a key is made");
  return made.value.secret;
}

test("help lists every endpoint; a wrong word says how it is used", async () => {
  const help = await stead(["help"]);
  expect(help.code).toBe(0);
  expect(help.out).toContain("approval.answer");
  expect(await stead(["dance"])).toMatchObject({ code: 2 });
  const wrong = await stead(["call", "agent.get", "--agent", "x"], "stead_none");
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("no field agent") });
  expect(await stead(["call", "session.get"], "stead_none")).toMatchObject({ code: 3 });
});

test("the main job: run, approve, trace", { timeout: 120_000 }, async () => {
  const employee = await keyOf("employee");
  const approver = await keyOf("approver");
  const asked = await stead(["run", "Payer", "Pay Acme", "--no-wait"], employee);
  expect(asked.code).toBe(4);
  expect(asked.err).toContain("office.payments");
  const approvalId = /Approval (apr_\w+)/.exec(asked.err)?.[1] ?? "";
  const runId = /(run_\w+)/.exec(asked.err)?.[1] ?? "";
  const own = await stead(["approve", approvalId], employee);
  expect(own).toMatchObject({ code: 3, out: expect.stringContaining("you can't answer it") });
  // Nobody is there to have read it: that is no yes.
  const silent = await stead(["approve", approvalId], approver);
  expect(silent).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
  const answered = await stead(["approve", approvalId, "--yes", "--note", "fine"], approver);
  expect(answered).toMatchObject({ code: 0, out: expect.stringContaining("amountCents: 900") });
  expect(answered.out).toMatch(/approved\n$/);
  expect((await stead(["approve", approvalId], approver)).code).toBe(3);
  const done = await stead(["run", "Payer", "Pay Acme", "--json", "--no-wait"], employee);
  expect(done.out.split("\n")[0]).toContain('"type":"run-start"');
  const trace = await stead(["trace", runId], employee);
  expect(trace.out).toContain("seen as asker");
  expect(trace.out).toMatch(/^ {2}\S.*\(tool\)/m);
});

test("a run that is waited for prints the answer and ends well", { timeout: 120_000 }, async () => {
  const employee = await keyOf("employee");
  const approver = await keyOf("approver");
  const running = stead(["run", "Payer", "Pay Acme"], employee);
  const listed = async () => {
    const { out } = await stead(["call", "approval.list"], approver);
    return /"id": "(apr_\w+)"/.exec(out)?.[1];
  };
  // Runs of the test before may wait as well: every one that waits is approved until ours has ended.
  for (let ended: Ended | undefined; !ended;) {
    const approvalId = await listed();
    if (approvalId) await stead(["approve", approvalId, "--yes"], approver);
    ended = await Promise.race([running, Promise.resolve(undefined)]);
  }
  expect(await running).toMatchObject({ code: 0, out: "Done.\n" });
});

test(
  "the ledger is verified there, and here by a program of its own",
  { timeout: 60_000 },
  async () => {
    const auditor = await keyOf("auditor");
    const there = await stead(["ledger", "verify"], auditor);
    expect(there).toMatchObject({ code: 0, out: expect.stringContaining("The ledger verifies.") });
    const file = join(home, "export.jsonl");
    const here = await stead(["ledger", "verify", "--export", file], auditor);
    expect(here).toMatchObject({ code: 0 });
    expect(readFileSync(file, "utf8").split("\n").length).toBeGreaterThan(10);
    expect((await stead(["ledger", "verify"], await keyOf("employee"))).code).toBe(3);
  },
);

test("a report is made there, verified here, and fails after one flipped byte", async () => {
  const auditor = await keyOf("auditor");
  const file = join(home, "report.note");
  const about = ["--class", "phi", "--destination", "model.example"];
  const period = ["--from", "2026-01-01", "--to", "2026-02-01", "--out", file];
  const made = await stead(["report", "non-egress", ...about, ...period], auditor);
  expect(made).toMatchObject({
    code: 0,
    out: expect.stringContaining("No phi reached model.example:443."),
  });
  const key = office.stead.ledger.keys.signer.verifierKey;
  const exported = join(home, "whole.jsonl");
  expect((await stead(["ledger", "export", exported], auditor)).code).toBe(0);
  const verify = ["verify", "report", file, "--key", key];
  const sound = await stead([...verify, "--export", exported]);
  expect(sound).toMatchObject({ code: 0, out: expect.stringContaining("complete: no send") });
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  expect(await stead(verify)).toMatchObject({ code: 1 });
  expect((await stead(["report", "non-egress", ...about], auditor)).code).toBe(2);
  const employee = await keyOf("employee");
  expect((await stead(["report", "non-egress", ...about, ...period], employee)).code).toBe(3);
});

test("what is wrong here is a sentence, never a stack", { timeout: 120_000 }, async () => {
  const auditor = await keyOf("auditor");
  const nowhere = await stead(["ledger", "export", join(home, "no/such/folder.jsonl")], auditor);
  expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining("can't be written") });
  for (const name of ["run", "approve", "trace", "ledger", "login", "call", "report", "verify"]) {
    const help = await stead([name, "--help"]);
    expect(help).toMatchObject({ code: 0, out: expect.stringMatching(`^stead ${name} `) });
  }
  const employee = await keyOf("employee");
  const lacking = await stead(["call", "run.start"], employee);
  expect(lacking).toMatchObject({ code: 2, err: expect.stringContaining("agentId") });
  const unknown = await stead(["run", "Nobody", "hello"], employee);
  expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining("Payer") });
  mkdirSync(join(home, "stead"), { recursive: true });
  writeFileSync(join(home, "stead", "settings.json"), "{no");
  const broken = await stead(["call", "session.get"]);
  expect(broken).toMatchObject({ code: 2, err: expect.stringContaining("stead login") });
  expect(broken.err).not.toContain("    at ");
});

test("login keeps a key for its owner alone, by link or by key", async () => {
  const rules = { demo: true, loopback: true, ownDatabase: false };
  const links = await makeLoginLinks(office.stead.agents, rules, [PEOPLE.employee.id]);
  assert(links.ok && links.value[0], "a link is made");
  const link = `${listening.url}${links.value[0].path}`;
  expect(await stead(["login", link])).toMatchObject({ code: 0 });
  const file = join(home, "stead", "settings.json");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const kept = await stead(["call", "session.get"]);
  expect(kept.out).toContain(PEOPLE.employee.id);
  expect((await stead(["login", link])).code).toBe(2);
  const key = await keyOf("builder");
  expect((await stead(["login", key, "--url", listening.url])).code).toBe(0);
  expect((await stead(["call", "session.get"])).out).toContain(PEOPLE.builder.id);
});

test("a list of known values is imported, and what is left out is told by its line", async () => {
  const key = await keyOf("administrator");
  const file = join(home, "patients.csv");
  writeFileSync(file, "Name,MRN\nPetronella Castelvecchi,MRN-00412233\n=1+1,\n");
  const shown = await stead(["registry", "import", file], key);
  expect(shown).toMatchObject({ code: 2, err: expect.stringContaining("MRN=phi") });
  const done = await stead(["registry", "import", file, "Name=pii", "MRN=phi"], key);
  expect(done).toMatchObject({
    code: 1,
    err: expect.stringContaining("line 3: a value is a form"),
  });
  expect(done.out).toBe("patients: 1 records, 1 lines left out\n");
  writeFileSync(file, Buffer.from("Name\nJos\u00e9\n", "latin1"));
  const wrong = await stead(["registry", "import", file, "Name=pii"], key);
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("line 2: not UTF-8") });
});
