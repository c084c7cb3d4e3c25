// Detectors beside the built-in ones: their findings count, and where one fails nothing is known.
import { expect, test } from "vitest";
import { systemClock } from "../../lib/clock.ts";
import type { Finding } from "./finding.ts";
import { detectWith } from "./model.ts";
import type { Detector } from "./model.ts";

const TEXT = "the heron flies, write to amy@example.org";
const HERON: Finding = { from: 4, to: 9, type: "PROJECT", class: "project-x", score: 0.9 };

const ask = (detector: Detector, timeoutMs = 60_000) =>
  detectWith(TEXT, { detectors: [detector], timeoutMs, clock: systemClock });

test("its findings stand among the others", async () => {
  const answer = await ask({ name: "m", find: () => Promise.resolve([HERON]) });
  expect(answer.ok && answer.value.map(({ type }) => type)).toEqual(["PROJECT", "EMAIL_ADDRESS"]);
});

test("it keeps its own state", async () => {
  class Counting implements Detector {
    readonly name = "counting";
    asked = 0;
    find(): Promise<Finding[]> {
      this.asked++;
      return Promise.resolve([]);
    }
  }
  const detector = new Counting();
  expect((await ask(detector)).ok).toBe(true);
  expect(detector.asked).toBe(1);
});

test("one that throws, or answers what can't be, fails the whole", async () => {
  const throwing = { name: "m", find: () => Promise.reject(new Error("no")) };
  expect(await ask(throwing)).toMatchObject({ failure: { code: "egress.blocked" } });
  for (const wrong of [
    { to: 500 },
    { from: -1 },
    { to: 4 },
    { score: Number.NaN },
    { class: "" },
  ]) {
    const lying = { name: "m", find: () => Promise.resolve([{ ...HERON, ...wrong }]) };
    expect(await ask(lying)).toMatchObject({ failure: { code: "egress.blocked" } });
  }
});

test("one that never answers is let go, and fails the whole", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const silent: Detector = {
    name: "m",
    find: (_text, signal) => {
      signal.addEventListener("abort", () => resolve());
      return new Promise(() => {});
    },
  };
  expect(await ask(silent, 5)).toMatchObject({ failure: { code: "egress.timeout" } });
  await promise;
});
