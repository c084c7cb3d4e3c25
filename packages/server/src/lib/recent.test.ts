// One look-up for many at once, a fresh one after its time, and none kept that failed.
import { expect, test } from "vitest";
import { Recent } from "./recent.ts";
import { fail, ok, type Result } from "./result.ts";

function recent(look: (key: string) => Promise<Result<number>>) {
  const clock = { ms: 0 };
  const options = { forMs: 100, entriesMax: 2, now: () => clock.ms };
  return { clock, recent: new Recent(look, options) };
}

test("many at once share one look-up, and a later one is fresh", async () => {
  let looks = 0;
  const { clock, recent: kept } = recent(async () => ok(++looks));
  const all = await Promise.all([kept.get("a"), kept.get("a"), kept.get("a")]);
  expect(all).toEqual([ok(1), ok(1), ok(1)]);
  clock.ms = 99;
  expect(await kept.get("a")).toEqual(ok(1));
  clock.ms = 100;
  expect(await kept.get("a")).toEqual(ok(2));
});

test("a failure, returned or thrown, is not kept", async () => {
  let looks = 0;
  const { recent: kept } = recent(async () => {
    looks++;
    if (looks === 1) return fail("auth.invalid", "no");
    if (looks === 2) throw new Error("bug");
    return ok(looks);
  });
  expect((await kept.get("a")).ok).toBe(false);
  await expect(kept.get("a")).rejects.toThrow("bug");
  expect(await kept.get("a")).toEqual(ok(3));
});

test("holds no more than it may", async () => {
  let looks = 0;
  const { recent: kept } = recent(async () => ok(++looks));
  for (const key of ["a", "b", "c"]) await kept.get(key);
  expect(await kept.get("b")).toEqual(ok(2));
  expect(await kept.get("a")).toEqual(ok(4));
});
