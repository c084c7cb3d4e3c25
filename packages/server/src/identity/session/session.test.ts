// The rules of a session, at every border.
import { expect, test } from "vitest";
import { SESSION_BOUNDS, standingOf, type Session } from "./session.ts";

const SESSION: Session = {
  id: "ses_1",
  personId: "usr_1",
  csrf: "c",
  secretHash: "now",
  nextHash: "next",
  previousHash: "before",
  previousUntilMs: 1_000 + SESSION_BOUNDS.graceMs,
  rotatedAtMs: 1_000,
  seenAtMs: 1_000,
  expiresAtMs: 1_000 + SESSION_BOUNDS.absoluteMs,
};
const { idleMs, rotateMs, graceMs, touchMs, absoluteMs } = SESSION_BOUNDS;
const standing = (hash: string, afterMs: number, change: Partial<Session> = {}) =>
  standingOf({ ...SESSION, ...change }, { hash, nowMs: 1_000 + afterMs }, SESSION_BOUNDS);

test.each([
  ["fresh", "now", 0, { kind: "current", rotate: false, touch: false }],
  ["noted once a while", "now", touchMs, { kind: "current", rotate: false, touch: true }],
  ["due for a new secret", "now", rotateMs, { kind: "current", rotate: true, touch: true }],
  ["with the new secret", "next", 5, { kind: "next" }],
  ["with the old secret, in parallel", "before", graceMs - 1, { kind: "grace" }],
  ["with the old secret, later", "before", graceMs, { kind: "replayed" }],
  ["with another secret", "other", 0, { kind: "over" }],
  ["idle for too long", "now", idleMs, { kind: "over" }],
] as const)("a session %s", (...[, hash, afterMs, expected]) => {
  expect(standing(hash, afterMs)).toEqual(expected);
});

test("a session in steady use still ends", () => {
  const used = { seenAtMs: 1_000 + absoluteMs - 1 };
  expect(standing("now", absoluteMs - 1, used).kind).toBe("current");
  expect(standing("now", absoluteMs, used).kind).toBe("over");
});
