// The limits of one credential: in the pure bucket, between people, and between processes.
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { systemClock } from "../../lib/clock.ts";
import { silentLog } from "../../lib/log.ts";
import { assert } from "../../lib/result.ts";
import { burstOf, grant, LEASE_MS, type Ask, type BucketState } from "./bucket.ts";
import { FairQueue } from "./fair-queue.ts";
import type { Lease, Limiter, LimitRequest } from "./limiter.ts";
import { createLimiter } from "./shared.ts";

const ASK: Ask = {
  processId: "a",
  requests: 1,
  tokens: 0,
  tokensBlock: 0,
  tokensBack: 0,
  slots: 0,
  slotsUsed: 0,
  pauseMs: 0,
};

describe("bucket", () => {
  test("never hands out more than a burst and what has flowed in since", () => {
    const step = fc.record({ afterMs: fc.nat(5000), requests: fc.nat(10), tokens: fc.nat(500) });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 600 }),
        (steps, rpm) => {
          const limits = { requestsPerMinute: rpm, tokensPerMinute: rpm * 100 };
          let state: BucketState | undefined;
          let now = 1000;
          let requests = 0;
          let tokens = 0;
          for (const { afterMs, ...wanted } of steps) {
            now += afterMs;
            const done = grant({ state, limits, ask: { ...ASK, ...wanted }, nowMs: now });
            ({ state } = done);
            requests += done.granted.requests;
            tokens += done.granted.tokens;
          }
          const minutes = (now - 1000) / 60_000;
          expect(requests).toBeLessThanOrEqual(burstOf(rpm) + rpm * minutes + 1e-6);
          // One request may be larger than the bucket, and then leaves a debt.
          expect(tokens).toBeLessThanOrEqual(burstOf(rpm * 100) + rpm * 100 * minutes + 500);
        },
      ),
    );
  });

  test("slots of a process that died come back when its lease ends", () => {
    const limits = { concurrent: 4 };
    const first = grant({ state: undefined, limits, ask: { ...ASK, slots: 4 }, nowMs: 0 });
    expect(first.granted.slots).toBe(4);
    const other = { ...ASK, processId: "b", slots: 2 };
    const early = grant({ state: first.state, limits, ask: other, nowMs: 10 });
    expect(early.granted.slots).toBe(0);
    expect(early.granted.waitMs).toBeGreaterThan(0);
    const late = grant({ state: early.state, limits, ask: other, nowMs: LEASE_MS + 1 });
    expect(late.granted.slots).toBe(2);
  });

  test("a pause holds for everybody, and then ends", () => {
    const limits = { requestsPerMinute: 600 };
    const { state } = grant({ state: undefined, limits, ask: { ...ASK, pauseMs: 2000 }, nowMs: 0 });
    const other = { ...ASK, processId: "b" };
    const held = grant({ state, limits, ask: other, nowMs: 1000 }).granted;
    expect(held).toMatchObject({ requests: 0, waitMs: 1000 });
    expect(grant({ state, limits, ask: other, nowMs: 2001 }).granted.requests).toBe(1);
  });
});

test("a person who asks once does not wait behind one who asked a hundred times", () => {
  const queue = new FairQueue<{ personId: string; cost: number; n: number }>();
  for (let n = 0; n < 100; n++) queue.push({ personId: "busy", cost: 10, n });
  queue.shift();
  queue.push({ personId: "calm", cost: 10, n: 0 });
  const next = [queue.shift(), queue.shift()].map((item) => item?.personId);
  expect(next).toContain("calm");
  expect(queue.size).toBe(98);
});

describe("processes", () => {
  let database: FreshDatabase;
  const limiters: Limiter[] = [];
  const signal = new AbortController().signal;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(async () => {
    for (const limiter of limiters.splice(0)) await limiter.close();
    await database.close();
  });

  function limiterOf(processId: string): Limiter {
    const { db } = database;
    const made = createLimiter({
      db,
      orgId: "org_1",
      processId,
      clock: systemClock,
      log: silentLog,
    });
    limiters.push(made);
    return made;
  }

  function request(more: Partial<LimitRequest> = {}): LimitRequest {
    const limits = { concurrent: 3 };
    return {
      credential: "c",
      limits,
      personId: "p",
      tokens: 10,
      waitMsMax: 20_000,
      signal,
      ...more,
    };
  }

  async function leaseOf(limiter: Limiter, more: Partial<LimitRequest> = {}): Promise<Lease> {
    const lease = await limiter.acquire(request(more));
    assert(lease.ok, "a lease was expected");
    return lease.value;
  }

  test("together they never hold more slots than there are, and all get their turn", async () => {
    let going = 0;
    let most = 0;
    const work = async (limiter: Limiter): Promise<void> => {
      const lease = await leaseOf(limiter);
      most = Math.max(most, ++going);
      await new Promise((resolve) => setTimeout(resolve, 5));
      going--;
      lease.release(10);
    };
    const two = [limiterOf("a"), limiterOf("b")];
    await Promise.all(two.flatMap((limiter) => Array.from({ length: 12 }, () => work(limiter))));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(3);
  });

  test("requests a minute are shared, and who can't wait is told", async () => {
    const limits = { requestsPerMinute: 12 };
    const [a, b] = [limiterOf("a"), limiterOf("b")];
    const asked = await Promise.all(
      [a, b, a, b, a, b].map((limiter) => limiter.acquire(request({ limits, waitMsMax: 300 }))),
    );
    // Two may go at once; the third would have to wait for five seconds.
    expect(asked.filter(({ ok }) => ok)).toHaveLength(2);
    const refused = asked.find(({ ok }) => !ok);
    expect(refused).toMatchObject({ failure: { code: "model.rate_limited" } });
  });

  test("a cancel ends the wait at once, and leaves the place to others", async () => {
    const limiter = limiterOf("a");
    const held = await Promise.all([1, 2, 3].map(() => leaseOf(limiter)));
    const stop = new AbortController();
    const waiting = limiter.acquire(request({ signal: stop.signal }));
    const next = limiter.acquire(request());
    stop.abort();
    expect(await waiting).toMatchObject({ ok: false, failure: { code: "run.cancelled" } });
    held[0]?.release(10);
    expect((await next).ok).toBe(true);
  });

  test("most calls cost no round trip", async () => {
    const limits = { requestsPerMinute: 60_000, tokensPerMinute: 60_000_000, concurrent: 100 };
    const limiter = limiterOf("a");
    const before = await statements();
    for (let i = 0; i < 100; i++) (await leaseOf(limiter, { limits })).release(10);
    expect((await statements()) - before).toBeLessThan(20);
  });

  async function statements(): Promise<number> {
    const { rows } = await database.pool.query<{ xid: string }>(
      "select pg_current_xact_id()::text as xid",
    );
    return Number(rows[0]?.xid);
  }

  test("without limits the database is not asked, and an outage is said as such", async () => {
    const limiter = limiterOf("a");
    const { pool } = database;
    await pool.query("drop table model_limit");
    expect((await limiter.acquire(request({ limits: {} }))).ok).toBe(true);
    const refused = await limiter.acquire(request({ waitMsMax: 50 }));
    expect(refused).toMatchObject({ failure: { code: "store.unavailable" } });
  });
});
