// The work that detection does grows as the text does: counted in calls to what reads text, as time is
// another thing on every machine.
import { beforeAll, expect, test } from "vitest";
import { detect } from "./detect.ts";

/** Enough for what grows with the square to show, few enough to be counted soon. */
const CHARS = 6_000;

const PIECES = [
  "4111 1111 1111 1112 ",
  "123 45 6789 ",
  "12 ",
  "1(2)",
  "0049 ",
  "ssn 1 2 3 ",
  "AB 12 CD 34 ",
  "May 1 ",
  "1.1.1.1 ",
  "a.a@a.a",
  "http://",
  "eyJaaaaaaaaaaaaaaaa.",
  "-----BEGIN PRIVATE KEY",
  "password: ",
  "JOHN SMITH ",
  "John and Mary, ",
  "Suite 1 ",
  "the corner of A ",
  "deadbeef00",
  "a:",
  "@",
];

const READS: readonly [object: object, names: readonly string[]][] = [
  [RegExp.prototype, ["exec", "test"]],
  [String.prototype, ["charCodeAt", "charAt", "slice", "indexOf"]],
];

/** Calls to all that reads a text, while it is looked at. */
function stepsOn(text: string): number {
  let steps = 0;
  const restore: (() => void)[] = [];
  for (const [object, names] of READS)
    for (const name of names) {
      const known = Object.getOwnPropertyDescriptor(object, name) ?? {};
      const read: (...given: unknown[]) => unknown = known.value;
      const counted = function (this: unknown, ...given: unknown[]): unknown {
        steps++;
        return Reflect.apply(read, this, given);
      };
      Object.defineProperty(object, name, { ...known, value: counted });
      restore.push(() => Object.defineProperty(object, name, known));
    }
  try {
    detect(text);
  } finally {
    for (const each of restore) each();
  }
  return steps;
}

beforeAll(() => {
  // The lists of words are read once, with the first text.
  detect("x");
});

test.each(PIECES)("twice %j is twice the work", (piece) => {
  const text = piece.repeat(Math.ceil(CHARS / piece.length));
  expect(stepsOn(text + text)).toBeLessThan(2.4 * stepsOn(text) + 100);
});
