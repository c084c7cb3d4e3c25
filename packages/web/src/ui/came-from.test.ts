// Where somebody came from is kept for one way back, and for no other place.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cameFrom, leaveFrom } from "./came-from.ts";

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
});
afterEach(() => void vi.unstubAllGlobals());

test("leads back once, within the time that a sign-in takes", () => {
  leaveFrom("/ask/thr_1?agent=agt_1", 1_000);
  expect(cameFrom(2_000)).toBe("/ask/thr_1?agent=agt_1");
  expect(cameFrom(2_000)).toBeNull();
  leaveFrom("/ask/thr_1", 1_000);
  expect(cameFrom(1_000 + 10 * 60_000)).toBeNull();
});

test("leads nowhere else", () => {
  for (const path of ["//evil.example", "https://evil.example", "", "javascript:alert(1)"]) {
    leaveFrom(path);
    expect(cameFrom(), path).toBeNull();
  }
});
