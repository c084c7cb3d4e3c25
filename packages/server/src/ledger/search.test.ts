// The ledger's endpoints: filters, pages, bodies whose reading is recorded, checkpoints and export.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EndpointReply, Endpoints } from "@stead/protocol";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import { append } from "./append.ts";
import { startCheckpointer } from "./checkpoint.ts";
import type { Ledger } from "./ledger.ts";
import { ledgerOn, value } from "./ledger.fixture.ts";
import { readStream } from "./read.ts";
import { ledgerRoutes } from "./routes.ts";
import { readBodies, search } from "./search.ts";

let base: FreshDatabase;
let ledger: Ledger;
let nowMs = 1_800_000_000_000;

beforeAll(async () => {
  base = await freshDatabase();
  ledger = ledgerOn(base);
  const clock = { ...ledger.clock, now: () => (nowMs += 1_000) };
  ledger = ledgerOn(base, { clock, keys: ledger.keys });
  for (let n = 0; n < 10; n++)
    for (const stream of ["run_a", "run_b"]) {
      const data = { n, text: n === 3 ? "50%_off\\" : "plain", odd: n === 4 ? "nul\0" : "" };
      const bodies = { note: { value: `secret ${n}`, subjects: ["usr_1"] } };
      const type = n % 2 ? "odd.happened" : "even.happened";
      value(await append(ledger, { stream, after: n, events: [{ type, data, bodies }] }));
    }
  value(
    await append(ledgerOn(base, { orgId: "org_other" }), {
      stream: "run_a",
      after: 0,
      events: [{ type: "even.happened", data: {} }],
    }),
  );
});
afterAll(() => base.close());

const found = async (input: Partial<Parameters<typeof search>[1]>) =>
  value(await search(ledger, { limit: 50, ...input })).items.map(
    ({ stream, seq }) => `${stream} ${seq}`,
  );

describe("search", () => {
  it("is newest first, of this organisation alone", async () => {
    const all = await found({});
    expect(all).toHaveLength(20);
    expect(all.slice(0, 3)).toEqual(["run_b 10", "run_a 10", "run_b 9"]);
  });

  it("filters by stream, type, time and text, which means itself", async () => {
    expect(await found({ stream: "run_a", type: "odd.happened" })).toHaveLength(5);
    const times = { from: new Date(1_800_000_001_000).toISOString() };
    expect(await found({ ...times, to: new Date(1_800_000_004_000).toISOString() })).toHaveLength(
      4,
    );
    expect(await found({ text: "0%_o" })).toEqual(["run_b 4", "run_a 4"]);
    expect(await found({ text: "0__o" })).toEqual([]);
    expect(await found({ text: "PLAIN", stream: "run_a" })).toHaveLength(9);
    expect(await found({ text: "run_b" })).toHaveLength(10);
    expect(await found({ text: "nul\0" })).toHaveLength(2);
    expect(await found({ text: "secret" })).toEqual([]);
    expect(await found({ text: "' or 1=1 --" })).toEqual([]);
  });

  it("goes through pages without loss or repetition", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = value(await search(ledger, { limit: 3, ...(cursor ? { cursor } : {}) }));
      seen.push(...page.items.map(({ stream, seq }) => `${stream} ${seq}`));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(await found({}));
    expect(await search(ledger, { limit: 3, cursor: "nonsense" })).toMatchObject({
      ok: false,
      failure: { code: "request.invalid" },
    });
  });

  it("gives the data as it was written", async () => {
    const [item] = value(await search(ledger, { stream: "run_a", text: "nul\0", limit: 1 })).items;
    expect(item?.data).toEqual({ n: 4, text: "plain", odd: "nul\0" });
    expect(item?.prev).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("reading bodies", () => {
  it("is itself an event", async () => {
    const read = value(await readBodies(ledger, { stream: "run_a", seq: 3, by: "usr_9" }));
    expect(read).toEqual({ bodies: { note: "secret 2" } });
    const audit = value(await readStream(ledger, "audit"));
    expect(audit.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: "bodies.read", data: { stream: "run_a", seq: 3, by: "usr_9", bodies: ["note"] } },
    ]);
  });

  it("says when there is no such event", async () => {
    for (const place of [
      { stream: "run_a", seq: 99 },
      { stream: "run_x", seq: 1 },
    ])
      expect(await readBodies(ledger, { ...place, by: "usr_9" })).toMatchObject({
        ok: false,
        failure: { code: "resource.not_found" },
      });
  });
});

describe("the checkpointer", () => {
  it("covers what is appended, sooner when there is much, until it is stopped", async () => {
    const checkpointer = startCheckpointer(ledger, { everyMs: 60_000, events: 40 });
    const page = { params: undefined, query: { limit: 2 }, body: undefined };
    const list = async (): Promise<EndpointReply<Endpoints["ledger.checkpoints"]>> => {
      const { "ledger.checkpoints": checkpoints } = ledgerRoutes(ledger);
      return value(await checkpoints(asker, page));
    };
    await expect.poll(async () => (await list()).items.length).toBe(1);
    for (let n = 0; n < 40; n++)
      value(
        await append(ledger, { stream: "run_c", after: n, events: [{ type: "a.b", data: {} }] }),
      );
    await expect.poll(async () => (await list()).items.length).toBe(2);
    await checkpointer.stop();
    const [newest, oldest] = (await list()).items;
    expect(newest?.size).toBeGreaterThan(oldest?.size ?? 0);
    expect(newest?.note).toContain(ledger.keys.signer.name);
    const verified = value(await ledgerRoutes(ledger)["ledger.verify"](asker, none));
    expect(verified).toMatchObject({ ok: true, uncovered: 0, checkpoints: 2, unwitnessed: 2 });
  });
});

const none = { params: undefined, query: undefined, body: undefined };
const asker: Parameters<ReturnType<typeof ledgerRoutes>["ledger.verify"]>[0] = {
  requestId: "req_1",
  signal: new AbortController().signal,
  answerHeaders: new Headers(),
  idempotencyKey: "",
  lastEventId: null,
  principal: {
    orgId: "org_test",
    personId: "usr_9",
    name: "Nine",
    email: "nine@example.org",
    department: "",
    title: "",
    groups: [],
    roles: ["auditor"],
    via: { kind: "run", runId: "run_0" },
  },
};
