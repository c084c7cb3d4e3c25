// Hands in a hurry: lost, copied and wide open key files, addresses that are wrong, headers of a proxy
// that nobody vouches for, a policy that lets everything through.
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineTool } from "@stead/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DatabaseError } from "pg";
import { z } from "zod";
import { readConfig } from "../../src/config.ts";
import { checkKeys } from "../../src/ledger/keys-fit.ts";
import { loadKeys } from "../../src/ledger/keys.ts";
import { makeLoginLinks } from "../../src/identity/link/make.ts";
import { PEOPLE, send } from "../../src/http/edge.fixture.ts";

import { silentLog } from "../../src/lib/log.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { buildPolicies } from "../../src/policy/load.ts";
import { isUnavailable } from "../../src/store/available.ts";
import { migrate } from "../../src/store/migrate.ts";
import { answer, cardOf, startRun } from "../loop/ask.ts";
import { EDGE, POLICIES } from "../loop/wiring.ts";
import { makeAgent, openYard, type Yard } from "../loop/yard.ts";

const policiesDir = mkdtempSync(join(tmpdir(), "stead-policies-"));
const OPEN = `@id("all")\n@reason("We trust everybody")\n`;
let yard: Yard;

const safe = defineTool({
  name: "vault.read",
  title: "Read a password",
  description: "Reads a password",
  input: z.object({ n: z.int() }),
  contract: {
    effect: "read",
    result: { audience: [], classes: ["secret"], trust: "record" },
  },
  run: async () => "the password is hunter2",
});

beforeAll(async () => {
  cpSync(POLICIES, policiesDir, { recursive: true });
  writeFileSync(
    join(policiesDir, "open.cedar"),
    `${OPEN}permit (principal, action in Action::"unapproved", resource);\n`,
  );
  yard = await openYard({
    policyDirs: [policiesDir],
    tools: [safe],
    script: ({ plan, turn }) => {
      const effect = { name: "effect.write", arguments: { n: 1 } };
      if (plan === "hidden" && turn === 0)
        return { calls: [{ name: "effect.once", arguments: { n: 1 } }] };
      if (plan === "secret" && turn === 0)
        return { calls: [{ name: "vault.read", arguments: { n: 1 } }] };
      if (plan === "secret" && turn === 1) return { calls: [effect] };
      if (plan === "pay" && turn === 0)
        return { calls: [{ name: "payment.make", arguments: { amountCents: 90_000, to: "Eve" } }] };
      return { text: "Done." };
    },
  });
});
afterAll(async () => {
  await yard.close();
  rmSync(policiesDir, { recursive: true });
});

test("a permit of everything is refused, with what to write in its place", async () => {
  for (const text of [
    "permit (principal, action, resource);",
    'permit (principal, action in [Action::"unapproved", Action::"agent.update"], resource);',
    'permit (principal, action == Action::"ledger.search", resource);',
    'permit (principal, action == Action::"approval.answer", resource);',
  ]) {
    const files = [{ name: "open.cedar", text: OPEN + text }];
    const built = await buildPolicies(files, { groups: [], tools: yard.stead.registry.list() });
    expect(built, text).toMatchObject({ ok: false, failure: { code: "policy.invalid" } });
    expect(built.ok ? "" : built.failure.hint, text).toContain("unapproved:");
  }
});

test("where every tool is let act, grants, forbids, secrets and separation still hold", async () => {
  const agentId = await makeAgent(yard, {
    name: "Open",
    tools: ["effect.write", "payment.make", "vault.read"].map((name) => ({
      name,
      actsAs: "caller" as const,
      presets: {},
    })),
  });
  const ada = await yard.enter("employee");
  const finn = await yard.enter("approver");
  // Not granted is not there, whatever is permitted.
  const hidden = await yard.ended(await startRun(yard, ada, { agentId, input: "hidden" }));
  expect(hidden.map(({ type }) => type)).not.toContain("call.started");
  // A forbid wins, and its question is not the asker's to answer.
  const paying = await startRun(yard, ada, { agentId, input: "pay" });
  const card = await cardOf(yard, finn, paying);
  expect(await answer(yard, ada, { card })).toMatch(/^(approval\.own|policy\.denied)$/);
  expect(await answer(yard, finn, { card, answer: "refused" })).toBe("yes");
  await yard.ended(paying);
  // What has read a secret asks before it reaches others.
  const leaking = await startRun(yard, ada, { agentId, input: "secret" });
  await yard.until(leaking, (events) => events.some(({ type }) => type === "approval.requested"));
  expect(yard.world.attempts).toEqual([]);
  expect(yard.world.keyless).toEqual([]);
});

test("keys that are open to others are closed when they are read", () => {
  const dir = join(yard.dataDir, "keys");
  for (const name of readdirSync(dir)) chmodSync(join(dir, name), 0o644);
  chmodSync(dir, 0o755);
  loadKeys(dir, "stead/org_main");
  for (const path of [dir, ...readdirSync(dir).map((name) => join(dir, name))])
    expect(statSync(path).mode & 0o077, path).toBe(0);
});

test("other keys than those the database was written with are refused, each by name", async () => {
  const { ledger } = yard.stead;
  expect(await checkKeys(ledger)).toMatchObject({ ok: true });
  const dir = join(yard.dataDir, "keys");
  const lost = mkdtempSync(join(tmpdir(), "stead-lost-"));
  for (const kept of ["bodies.key", "checkpoints.key"]) {
    const other = kept === "bodies.key" ? "checkpoints.key" : "bodies.key";
    const place = join(lost, kept);
    cpSync(dir, place, { recursive: true });
    rmSync(join(place, other));
    const keys = loadKeys(place, "stead/org_main");
    for (let look = 0; look < 500; look++) {
      const fit = await checkKeys({ ...ledger, keys });
      // The first checkpoint comes within a second or so.
      if (fit.ok) await systemClock.sleep(20);
      else {
        expect(fit).toMatchObject({ ok: false, failure: { code: "config.invalid" } });
        expect(fit.failure.detail).toContain(other);
        break;
      }
    }
    expect((await checkKeys({ ...ledger, keys })).ok).toBe(false);
  }
  rmSync(lost, { recursive: true });
});

test("an address of a database that is wrong is told without its password", async () => {
  for (const url of [
    "postgres://u:canary-pw@127.0.0.1:1/db",
    "postgres://u:canary-pw@host:none/db",
    "canary-pw",
  ]) {
    const done = await migrate(url, { log: silentLog });
    expect(done, url).toMatchObject({ ok: false, failure: { code: "store.unavailable" } });
    expect(JSON.stringify(done)).not.toContain("canary-pw");
  }
});

test.each(["53100", "53200", "53300"])(
  "a database without room (%s) is away, not a bug",
  (code) => {
    const full = Object.assign(new DatabaseError("no room", 1, "error"), { code });
    expect(isUnavailable(full)).toBe(true);
  },
);

test("login links are for the demo, on loopback, with the database of its own", async () => {
  const off = [{ demo: false }, { loopback: false }, { ownDatabase: true }];
  for (const rules of off) {
    const made = await makeLoginLinks(yard.stead.agents, { ...EDGE, ...rules }, [
      PEOPLE.employee.id,
    ]);
    expect(made).toMatchObject({ ok: false, failure: { code: "policy.denied" } });
  }
});

test("what a proxy says of the client is not believed", async () => {
  const guess = async (n: number) => {
    const headers = {
      authorization: `Bearer stead_${n}`,
      "x-forwarded-for": `10.1.${n % 250}.7`,
      "x-real-ip": `10.2.${n % 250}.7`,
      forwarded: `for=10.3.0.${n % 250};host=evil.example;proto=https`,
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "https",
    };
    return yard.request("/api/session", { headers });
  };
  const answers = await Promise.all(Array.from({ length: 5 }, (_, n) => guess(n)));
  for (const { status, headers } of answers) {
    expect(status).toBe(401);
    expect(headers.get("strict-transport-security")).toBeNull();
    expect(headers.get("location")).toBeNull();
  }
  const ian = await yard.enter("auditor");
  const seen = await send(yard, "/api/ledger/events?stream=identity&limit=100", { as: ian });
  expect(JSON.stringify(seen.body)).toContain("sign-in.refused");
  expect(JSON.stringify(seen.body)).not.toMatch(/10\.[123]\./);
});

test("settings that are wrong are named", () => {
  for (const env of [
    { STEAD_PORT: "99999" },
    { STEAD_PUBLIC_URL: "stead.example" },
    { STEAD_ROLE: "boss" },
    { STEAD_NO_DEMO: "perhaps" },
  ]) {
    const read = readConfig(env, []);
    expect(read).toMatchObject({ ok: false, failure: { code: "config.invalid" } });
  }
});
