// Keys that a key service keeps: without it nothing starts, its going is borne for a bounded time, its refusal
// holds until it is taken back, and no key and no token stands where it should not.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { append } from "../../ledger/append.ts";
import { value } from "../../ledger/ledger.fixture.ts";
import { addKey, loadKeys, openBody, sealBody } from "../../ledger/keys.ts";
import { readStream } from "../../ledger/read.ts";
import { systemClock, type Clock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog, type Log } from "../../lib/log.ts";
import { createVault } from "../vault.ts";
import { openLedger, type KmsSettings, type OpenedLedger } from "./parts.ts";
import { FakeTransit } from "./transit.fixture.ts";

const MINUTE_MS = 60_000;
const TOKEN = "hvs.canary-of-the-key-service";
const BINDING = { tenant: "o", person: "p", provider: "x", connection: "c", version: 1 };

/** Stands until it is told: then whoever slept so long wakes. */
class StepClock implements Clock {
  #aheadMs = 0;
  #sleepers: { readonly untilMs: number; readonly wake: () => void }[] = [];
  now = (): number => systemClock.now() + this.#aheadMs;
  monotonicMs = (): number => systemClock.monotonicMs() + this.#aheadMs;
  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((wake) => {
      if (signal?.aborted) return wake();
      signal?.addEventListener("abort", () => wake(), { once: true });
      this.#sleepers.push({ untilMs: this.monotonicMs() + ms, wake });
    });

  step(ms: number): void {
    this.#aheadMs += ms;
    const due = this.#sleepers.filter(({ untilMs }) => untilMs <= this.monotonicMs());
    this.#sleepers = this.#sleepers.filter((sleeper) => !due.includes(sleeper));
    for (const { wake } of due) wake();
  }
}

let database: FreshDatabase;
let dataDir = "";
let service: FakeTransit;
let clock: StepClock;
const said: unknown[] = [];
const log: Log = (...line) => void said.push(line);
const open: OpenedLedger[] = [];

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "stead-kms-"));
  clock = new StepClock();
  service = new FakeTransit();
  service.addKey("stead");
  service.tokens.set(TOKEN, new Set(["transit/encrypt/stead", "transit/decrypt/stead"]));
  await service.listen();
});
afterEach(async () => {
  for (const { keyService } of open.splice(0)) await keyService.close();
  await service.close();
  rmSync(dataDir, { recursive: true });
});

const settings = (more: Partial<KmsSettings> = {}): KmsSettings => ({
  url: `http://127.0.0.1:${service.port}`,
  mount: "transit",
  key: "stead",
  token: TOKEN,
  tokenFile: undefined,
  namespace: undefined,
  cacheMinutes: 60,
  ...more,
});

async function start(more: Partial<KmsSettings> = {}, orgId = "org_kms") {
  const { db, pool } = database;
  const parts = { db, pool, orgId, clock, ids: createIds(systemClock), log };
  const opened = await openLedger({ dataDir, kms: settings(more) }, { ...parts, patienceMs: 50 });
  if (opened.ok) open.push(opened.value);
  return opened;
}

const keyFile = (): string => join(dataDir, "keys", "bodies.key");
const detailOf = (result: Awaited<ReturnType<typeof start>>): string =>
  result.ok ? "" : `${result.failure.code}: ${result.failure.detail}`;

describe("a key service", () => {
  it("keeps the keys: the file alone opens nothing, and no call waits for the service", async () => {
    const { ledger } = value(await start());
    const vault = createVault(ledger.keys);
    const sealed = vault.seal("secret", BINDING);
    const asked = service.asked.length;
    for (let i = 0; i < 50; i++) expect(value(vault.open(sealed, BINDING))).toBe("secret");
    expect(service.asked).toHaveLength(asked);
    expect(readFileSync(keyFile(), "utf8")).toMatch(/^vault:vault:v1:/);
    expect(() => loadKeys(join(dataDir, "keys"), "stead/org_kms")).toThrow("the key service vault");
    const again = value(await start());
    expect(value(createVault(again.ledger.keys).open(sealed, BINDING))).toBe("secret");
  });

  it("is asked in the ledger's sight, with no byte of a key or a token written down", async () => {
    const { ledger } = value(await start());
    const events = value(await readStream(ledger, "egress"));
    const sent = events.filter(({ type }) => type === "egress.sent");
    expect(sent.length).toBeGreaterThan(1);
    expect(JSON.stringify(sent)).toContain(`127.0.0.1:${service.port}`);
    expect(JSON.stringify([events, said])).not.toMatch(/canary|vault:v1/);
  });

  it("must be there at the start, and may use its key", async () => {
    service.sealed = true;
    expect(detailOf(await start())).toMatch(/^store.unavailable: The key service .* it is sealed/);
    service.sealed = false;
    service.echoes = true;
    const cases: [Partial<KmsSettings>, RegExp][] = [
      [{ token: "over-canary" }, /^config.invalid: .* refuses Stead's token/],
      [{ key: "other" }, /^config.invalid: .* refuses Stead's token/],
      [{ mount: "transfer" }, /^config.invalid: .* no Transit engine at transfer/],
      [{ token: undefined, tokenFile: join(dataDir, "absent") }, /STEAD_KMS_TOKEN_FILE/],
    ];
    for (const [more, words] of cases) expect(detailOf(await start(more))).toMatch(words);
    service.tokens.get(TOKEN)?.add("transit/encrypt/other");
    expect(detailOf(await start({ key: "other" }))).toMatch(/has no key other/);
    service.tokens.get(TOKEN)?.delete("transit/encrypt/stead");
    expect(detailOf(await start())).toMatch(/refuses Stead's token/);
    await service.close();
    expect(detailOf(await start())).toMatch(/^store.unavailable: The key service .* not answer/);
    expect(JSON.stringify(said)).not.toContain("canary");
  });

  it("opens a file for its own organisation, key and service alone", async () => {
    value(await start());
    expect(detailOf(await start({}, "org_other"))).toMatch(/another key or another organisation/);
    const line = readFileSync(keyFile(), "utf8");
    service.keys.delete("stead");
    service.addKey("stead");
    expect(detailOf(await start())).toMatch(/another key or another organisation/);
    writeFileSync(keyFile(), line.replace("vault:", "cloud:"));
    expect(detailOf(await start())).toMatch(/holds a key of the key service cloud/);
  });

  it("goes: keys serve for the time that was set, then nothing opens or is written, by name", async () => {
    const { ledger, keyService } = value(await start());
    const vault = createVault(ledger.keys);
    const sealed = vault.seal("secret", BINDING);
    const { port } = service;
    await service.close();
    clock.step(30 * MINUTE_MS);
    await vi.waitFor(() => expect(keyService.state()).toContain("does not answer"));
    expect(value(vault.open(sealed, BINDING))).toBe("secret");
    clock.step(31 * MINUTE_MS);
    const shut = vault.open(sealed, BINDING);
    expect(shut).toMatchObject({ ok: false, failure: { code: "store.unavailable" } });
    const bodies = { note: { value: "x", subjects: [] } };
    const events = [{ type: "note.made", data: {}, bodies }];
    const refused = await append(ledger, { stream: "notes", after: "tail", events });
    expect(refused).toMatchObject({ ok: false, failure: { code: "store.unavailable" } });
    expect(await addKey(ledger.keys)).toMatchObject({ ok: false });
    await service.listen(port);
    await vi.waitFor(() => {
      clock.step(5_000);
      expect(value(vault.open(sealed, BINDING))).toBe("secret");
    });
    expect(keyService.state()).toBe("ok");
  });

  it("refuses: what was at hand goes at once, and comes back with the permission", async () => {
    const { ledger, keyService } = value(await start());
    const body = sealBody(ledger.keys, Buffer.from("x"), "b");
    service.tokens.get(TOKEN)?.delete("transit/decrypt/stead");
    clock.step(6 * MINUTE_MS);
    await vi.waitFor(() => expect(keyService.state()).toContain("refuses Stead's token"));
    expect(() => openBody(ledger.keys, body, "b")).toThrow("Nothing that is sealed opens");
    service.tokens.get(TOKEN)?.add("transit/decrypt/stead");
    await vi.waitFor(() => {
      clock.step(5_000);
      expect(openBody(ledger.keys, body, "b")?.toString()).toBe("x");
    });
  });

  it("changes its key's version: the file follows at a start, and old versions can be retired", async () => {
    const before = value(await start());
    const body = sealBody(before.ledger.keys, Buffer.from("x"), "b");
    value(await addKey(before.ledger.keys));
    service.rotate("stead");
    const after = value(await start());
    expect(readFileSync(keyFile(), "utf8").match(/vault:v2:/g)).toHaveLength(2);
    const key = service.keys.get("stead");
    if (key) key.minDecryption = 2;
    expect(openBody(after.ledger.keys, body, "b")?.toString()).toBe("x");
    const late = value(await start());
    expect(openBody(late.ledger.keys, body, "b")?.toString()).toBe("x");
    // Whoever was there before goes on with what it has, and learns of the new lines by itself.
    const next = sealBody(late.ledger.keys, Buffer.from("y"), "b");
    expect(openBody(before.ledger.keys, next, "b")?.toString()).toBe("y");
    if (key) key.minDecryption = 3;
    expect(detailOf(await start())).toMatch(/retired the version/);
  });

  it("takes over a file that stood open, and is renewed where its token stands in the settings", async () => {
    const plain = loadKeys(join(dataDir, "keys"), "stead/org_kms");
    const body = sealBody(plain, Buffer.from("old"), "b");
    const tokenFile = join(dataDir, "token");
    writeFileSync(tokenFile, `${TOKEN}\n`);
    const taken = value(await start({ token: undefined, tokenFile }));
    expect(readFileSync(keyFile(), "utf8")).toMatch(/^vault:vault:v1:\S+\n$/);
    expect(openBody(taken.ledger.keys, body, "b")?.toString()).toBe("old");
    expect(service.asked).not.toContain("auth/token/renew-self");
    value(await start());
    clock.step(6 * MINUTE_MS);
    await vi.waitFor(() => expect(service.asked).toContain("auth/token/renew-self"));
  });
});

it("needs nothing where the keys stand in a file", async () => {
  const { db, pool } = database;
  const parts = { db, pool, orgId: "org_file", clock, ids: createIds(systemClock), log: silentLog };
  const { ledger, keyService } = value(await openLedger({ dataDir, kms: undefined }, parts));
  expect(sealBody(ledger.keys, Buffer.from("x"), "b").wrapped.length).toBeGreaterThan(32);
  expect(keyService.state()).toBe("ok");
  writeFileSync(keyFile(), "vault:vault:v1:AAAA\n");
  expect(await openLedger({ dataDir, kms: undefined }, parts)).toMatchObject({
    ok: false,
    failure: { code: "config.invalid", detail: expect.stringContaining("key service vault") },
  });
});
