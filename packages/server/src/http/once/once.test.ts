// Idempotency keys under races, crashes and failures, against a real database.
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog } from "../../lib/log.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { Ctx } from "../../store/context.ts";
import { createIdempotency, type Idempotency, type Keyed } from "./once.ts";
import { claimKey, findKept } from "./queries.ts";
import { seal, unseal } from "./sealed.ts";

let database: FreshDatabase;
let ctx: Ctx;
let idempotency: Idempotency;
const once: Idempotency["once"] = (request, work) => idempotency.once(request, work);
let nowMs = systemClock.now();
const clock = { ...systemClock, now: () => nowMs };
const ids = createIds(clock);

beforeAll(async () => {
  database = await freshDatabase();
  ctx = { db: database.db, orgId: "org_test", clock, ids, log: silentLog };
  idempotency = createIdempotency(ctx);
});
afterAll(() => database.close());

const keyed = (change: Partial<Keyed> = {}): Keyed => ({
  endpoint: "run.start",
  personId: "usr_1",
  key: ids.token(16),
  input: { body: { a: 1 } },
  ...change,
});

/** An effect that counts, and takes a moment. */
function effect() {
  const seen: string[] = [];
  const work = async (effectKey: string): Promise<Result<unknown>> => {
    seen.push(effectKey);
    await systemClock.sleep(20);
    return ok({ number: seen.length });
  };
  return { seen, work };
}

test("of twenty requests at once one acts, and all get its answer", async () => {
  const { seen, work } = effect();
  const request = keyed();
  const answers = await Promise.all(Array.from({ length: 20 }, () => once(request, work)));
  expect(seen).toHaveLength(1);
  for (const { result } of answers) expect(result).toEqual(ok({ number: 1 }));
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
});

test("the key is a person's and an endpoint's own", async () => {
  const { seen, work } = effect();
  const request = keyed();
  await once(request, work);
  await once({ ...request, personId: "usr_2" }, work);
  await once({ ...request, endpoint: "agent.create" }, work);
  expect(new Set(seen).size).toBe(3);
});

test("the same key with another request is refused, whatever its fields' order", async () => {
  const { seen, work } = effect();
  const request = keyed({ input: { body: { a: 1, b: 2 } } });
  await once(request, work);
  expect((await once({ ...request, input: { body: { b: 2, a: 1 } } }, work)).replayed).toBe(true);
  const other = await once({ ...request, input: { body: { a: 2 } } }, work);
  expect(other.result).toMatchObject({ ok: false, failure: { code: "request.conflict" } });
  expect(seen).toHaveLength(1);
});

test("a failure that passes may be tried again; one that stays is repeated", async () => {
  const request = keyed();
  await once(request, async () => fail("store.unavailable", "away"));
  expect((await once(request, async () => ok(1))).result).toEqual(ok(1));
  const other = keyed();
  await once(other, async () => fail("run.finished", "over", { hint: "start another" }));
  const again = await once(other, async () => ok(2));
  expect(again.result).toEqual(fail("run.finished", "over", { hint: "start another" }));
});

test("an exception leaves the key free, and the repeat has the same effect key", async () => {
  const request = keyed();
  const seen: string[] = [];
  const work = (outcome: () => Result<unknown>) => async (effectKey: string) => {
    seen.push(effectKey);
    return outcome();
  };
  const boom = work(() => {
    throw new Error("bug");
  });
  await expect(once(request, boom)).rejects.toThrow("bug");
  await once(
    request,
    work(() => ok(1)),
  );
  expect(seen).toHaveLength(2);
  expect(new Set(seen).size).toBe(1);
});

test("a process that died with the key in hand is followed by the next attempt", async () => {
  const { seen, work } = effect();
  const request = keyed();
  await once(request, work);
  const [id = ""] = seen;
  const kept = await findKept(ctx, id);
  await database.pool.query(
    "update idempotency_key set status = null, reply = null where id = $1",
    [id],
  );
  expect(kept?.status).toBe(200);
  nowMs += 60_000;
  const after = await once(request, work);
  expect(after.replayed).toBe(false);
  expect(seen).toEqual([id, id]);
});

test("while another holds it, it can't be claimed", async () => {
  const claim = {
    id: "x",
    requestHash: "h",
    nowMs,
    heldUntilMs: nowMs + 1,
    expiresAtMs: nowMs + 9,
  };
  expect(await claimKey(ctx, { ...claim, holder: "a" })).toBe(true);
  expect(await claimKey(ctx, { ...claim, holder: "b" })).toBe(false);
  expect(await claimKey(ctx, { ...claim, holder: "b", nowMs: nowMs + 1 })).toBe(true);
});

test("after a day the key is new", async () => {
  const { seen, work } = effect();
  const request = keyed();
  await once(request, work);
  nowMs += 24 * 3_600_000;
  expect((await once(request, work)).replayed).toBe(false);
  expect(seen).toHaveLength(2);
});

const shown = async (): Promise<Result<unknown>> => ok({ secret: "stead_do_not_keep" });

test("a secret that is shown once is not kept", async () => {
  const request = keyed({ endpoint: "key.create" });
  await once(request, shown);
  const again = await once(request, shown);
  expect(again.result).toMatchObject({ ok: false, failure: { code: "request.conflict" } });
});

test("what is kept can't be read without the client's key", async () => {
  const request = keyed();
  await once(request, async () => ok("the patient's name"));
  const { rows } = await database.pool.query<{ reply: Buffer }>(
    "select reply from idempotency_key",
  );
  const stored = Buffer.concat(rows.flatMap(({ reply }) => reply ?? []));
  expect(stored.includes("patient")).toBe(false);
  const sealed = seal(ids, "one", "text");
  expect(unseal("one", sealed)).toBe("text");
  expect(() => unseal("two", sealed)).toThrow(/./);
});
