// Appending: the fence, group commit, conflicts that stay their stream's own, and broken
// connections.
import { sql } from "kysely";
import type { QueryConfig } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import { fail, ok } from "../lib/result.ts";
import { openDatabase } from "../store/db.ts";
import { silentLog } from "../lib/log.ts";
import type { Tx } from "../store/tx.ts";
import { append } from "./append.ts";
import { GENESIS, hashEvent, refsText, storedText } from "./chain.ts";
import type { NewEvent, StoredEvent } from "./event.ts";
import type { Ledger } from "./ledger.ts";
import { ledgerOn, ORG, value } from "./ledger.fixture.ts";
import { openBodies, readRunEvents, readStream } from "./read.ts";

let base: FreshDatabase;
let ledger: Ledger;
beforeAll(async () => {
  base = await freshDatabase();
  ledger = ledgerOn(base);
});
afterAll(() => base.close());

const event = (n: number): NewEvent => ({ type: "run.claimed", data: { n } });
const put = (n: number) => async (tx: Tx) => {
  await sql`insert into side values (${n})`.execute(tx);
  return ok();
};

/** Recomputes every hash of a stream from what was read back. */
function expectChain(stream: string, events: readonly StoredEvent[]): void {
  let prev = GENESIS;
  for (const [index, { seq, at, type, data, bodies, hash }] of events.entries()) {
    expect(seq).toBe(index + 1);
    const text = storedText(data);
    const refs = refsText(bodies);
    prev = hashEvent({ orgId: ORG, stream, seq, at, type, data: text, bodies: refs, prev });
    expect(hash).toBe(prev);
  }
}

describe("append", () => {
  it("gives a receipt, and the events back with their bodies", async () => {
    const events: NewEvent[] = [
      { type: "run.started", data: { z: 1, a: [true, null, "ü"] } },
      {
        type: "run.finished",
        data: {},
        bodies: {
          input: { value: { text: "hello" }, subjects: ["usr_1"] },
          note: { value: "\0\ud800", subjects: [] },
        },
      },
    ];
    const receipt = value(await append(ledger, { stream: "run_1", after: 0, events }));
    expect(receipt).toMatchObject({ stream: "run_1", from: 1, to: 2 });
    const read = value(await readStream(ledger, "run_1"));
    expectChain("run_1", read);
    expect(read.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: "run.started", data: { a: [true, null, "ü"], z: 1 } },
      { type: "run.finished", data: {} },
    ]);
    expect(read[1]?.hash).toBe(receipt.head);
    const bodies = value(await openBodies(ledger, "run_1", read));
    expect(bodies.get(2)).toEqual({ input: { text: "hello" }, note: "\0\ud800" });
    const run = value(await readRunEvents(ledger, "run_1", { after: 1 }));
    expect(run).toMatchObject([
      { seq: 2, type: "run.finished", bodies: { input: { text: "hello" } } },
    ]);
  });

  it("goes on from a receipt, from a number alone, and from the tail", async () => {
    const first = value(await append(ledger, { stream: "run_2", after: 0, events: [event(1)] }));
    await append(ledger, { stream: "run_2", after: 1, head: first.head, events: [event(2)] });
    const cold = ledgerOn(base);
    value(await append(cold, { stream: "run_2", after: 2, events: [event(3)] }));
    value(await append(ledger, { stream: "run_2", after: "tail", events: [event(4)] }));
    const read = value(await readStream(ledger, "run_2"));
    expectChain("run_2", read);
    expect(read.map(({ data }) => data["n"])).toEqual([1, 2, 3, 4]);
  });

  it("refuses a seq that is taken, one that leaves a gap, and a wrong head", async () => {
    value(await append(ledger, { stream: "run_3", after: 0, events: [event(1), event(2)] }));
    const head = "0".repeat(64);
    for (const input of [
      { after: 0 },
      { after: 1 },
      { after: 5 },
      { after: 2, head },
      { after: 5, head },
    ]) {
      const refused = await append(ledger, { stream: "run_3", ...input, events: [event(9)] });
      expect(refused).toMatchObject({ ok: false, failure: { code: "ledger.conflict" } });
    }
    expect(value(await readStream(ledger, "run_3"))).toHaveLength(2);
  });

  it("lets one of two writers win, in one process and in two", async () => {
    const other = ledgerOn(base, { keys: ledger.keys });
    for (const [stream, second] of [
      ["run_4", ledger],
      ["run_5", other],
    ] as const) {
      const outcomes = await Promise.all([
        append(ledger, { stream, after: 0, events: [event(1), event(2)] }),
        append(second, { stream, after: 0, events: [event(3)] }),
      ]);
      expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
      const read = value(await readStream(ledger, stream));
      expectChain(stream, read);
      expect(read).toHaveLength(outcomes[0].ok ? 2 : 1);
    }
  });

  it("fails only the stream that conflicts, of all that are committed together", async () => {
    value(await append(ledger, { stream: "run_10", after: 0, events: [event(0)] }));
    const streams = Array.from({ length: 20 }, (_, index) => `run_${index + 10}`);
    const outcomes = await Promise.all(
      streams.map((stream) => append(ledger, { stream, after: 0, events: [event(1), event(2)] })),
    );
    expect(outcomes.map((outcome) => outcome.ok)).toEqual(streams.map((_, index) => index > 0));
    for (const stream of streams.slice(1))
      expect(value(await readStream(ledger, stream))).toHaveLength(2);
  });

  it("keeps 50 streams of 20 appends whole, with two processes' writers among them", async () => {
    const other = ledgerOn(base, { keys: ledger.keys });
    const streams = Array.from({ length: 50 }, (_, index) => `many_${index}`);
    await Promise.all(
      streams.map(async (stream, index) => {
        for (let n = 0; n < 20; n++) {
          const body = { text: { value: `${stream} ${n}`, subjects: ["usr_1"] } };
          const events = [event(2 * n), { ...event(2 * n + 1), bodies: body }];
          value(await append(index % 2 ? other : ledger, { stream, after: 2 * n, events }));
        }
      }),
    );
    for (const stream of streams) {
      const read = value(await readStream(ledger, stream));
      expectChain(stream, read);
      expect(read.map(({ data }) => data["n"])).toEqual(Array.from({ length: 40 }, (_, n) => n));
      const bodies = value(await openBodies(ledger, stream, read));
      expect(bodies.get(40)).toEqual({ text: `${stream} 19` });
    }
  });

  it("loses nothing at the tail of one stream that many write", async () => {
    const other = ledgerOn(base, { keys: ledger.keys });
    const done = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        append(n % 2 ? other : ledger, { stream: "admin", after: "tail", events: [event(n)] }),
      ),
    );
    expect(done.every((outcome) => outcome.ok)).toBe(true);
    const read = value(await readStream(ledger, "admin"));
    expectChain("admin", read);
    expect(new Set(read.map(({ data }) => data["n"])).size).toBe(60);
  });
});

describe("append with more in its transaction", () => {
  it("keeps both or neither", async () => {
    await base.pool.query("create table side (n integer)");
    const write = (after: number, also: NonNullable<Parameters<typeof append>[1]["also"]>) =>
      append(ledger, { stream: "run_6", after, events: [event(1)], also });
    value(await write(0, put(1)));
    const failed = await write(1, async (tx) => {
      await put(2)(tx);
      return fail("approval.answered", "no");
    });
    expect(failed).toMatchObject({ ok: false, failure: { code: "approval.answered" } });
    const conflict = await write(0, put(3));
    expect(conflict).toMatchObject({ ok: false, failure: { code: "ledger.conflict" } });
    await expect(write(1, () => Promise.reject(new Error("a bug")))).rejects.toThrow("a bug");
    expect((await base.pool.query("select n from side")).rows).toEqual([{ n: 1 }]);
    expect(value(await readStream(ledger, "run_6"))).toHaveLength(1);
    value(await append(ledger, { stream: "run_6", after: 1, events: [event(2)] }));
  });
});

describe("a connection that breaks", () => {
  it("leaves each append whole or absent, and never twice", async () => {
    const { db, pool, close } = openDatabase(
      { ...base.connection },
      { log: silentLog, connectionsMax: 4, applicationName: "broken" },
    );
    const shaky = ledgerOn({ db, pool });
    const ended = new AbortController();
    const killer = (async () => {
      for (let kills = 0; !ended.signal.aborted && kills < 200; kills++) {
        await base.pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where application_name = 'broken' and random() < 0.5`,
        );
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    const streams = Array.from({ length: 20 }, (_, index) => `shaky_${index}`);
    await Promise.all(
      streams.map(async (stream) => {
        for (let n = 0; n < 10; n++) {
          const body = { text: { value: n, subjects: [] } };
          const events = [{ ...event(n), bodies: body }, event(n)];
          value(await append(shaky, { stream, after: 2 * n, events }));
        }
      }),
    );
    ended.abort();
    await killer;
    for (const stream of streams) {
      const read = value(await readRunEvents(ledgerOn(base, { keys: shaky.keys }), stream));
      expect(read.map(({ bodies }) => bodies["text"] ?? null)).toEqual(
        Array.from({ length: 20 }, (_, n) => (n % 2 ? null : n / 2)),
      );
      expectChain(stream, value(await readStream(ledger, stream)));
    }
    await close();
  });
});

describe("an answer that is lost after the commit", () => {
  it("is no conflict, with bodies and without", async () => {
    const own = openDatabase(base.connection, { log: silentLog, connectionsMax: 2 });
    const query = own.pool.query.bind(own.pool);
    let lost = 0;
    const lossy = async (statement: QueryConfig) => {
      const answer = await query(statement);
      if (statement.name === "ledger_append" && ++lost > 0)
        throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
      return answer;
    };
    const on = ledgerOn({ db: own.db, pool: Object.assign(own.pool, { query: lossy }) });
    const bodies = { text: { value: "said", subjects: [] } };
    value(await append(on, { stream: "lost_1", after: 0, events: [{ ...event(1), bodies }] }));
    value(await append(on, { stream: "lost_1", after: 1, events: [event(2)] }));
    expect(lost).toBe(2);
    expect(value(await readStream(on, "lost_1"))).toHaveLength(2);
    await own.close();
  });
});

describe("the tables", () => {
  it("refuse to be changed", async () => {
    for (const table of ["event", "body"])
      for (const statement of [
        `update ${table} set seq = seq`,
        `delete from ${table}`,
        `truncate ${table}`,
      ])
        await expect(base.pool.query(statement), statement).rejects.toThrow("append-only");
  });
});
