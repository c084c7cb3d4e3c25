// Events from bytes: any chunking gives the same events, and every byte is looked at once.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EVENT_BYTES_MAX, SseParser } from "./sse.ts";

function eventsOf(chunks: readonly Uint8Array[]): string[] {
  const events: string[] = [];
  const parser = new SseParser((data) => events.push(data));
  for (const chunk of chunks) parser.push(chunk);
  parser.end();
  return events;
}

const STREAM =
  ': hello\r\nevent: x\r\ndata: {"a":"ü€😀"}\r\n\r\nid: 1\ndata:no space\n\n\n' +
  "data: two\ndata: lines\n\nretry: 5\n\ndata: [DONE]";

test("comments, names, both line ends, several lines, no last blank line", () => {
  expect(eventsOf([Buffer.from(STREAM)])).toEqual([
    '{"a":"ü€😀"}',
    "no space",
    "two\nlines",
    "[DONE]",
  ]);
});

test("any chunking gives the same events", () => {
  const bytes = Buffer.from(STREAM);
  const whole = eventsOf([bytes]);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
      expect(eventsOf(chunks)).toEqual(whole);
    }),
  );
});

test("an event without an end is given up at its bound", () => {
  const parser = new SseParser(() => undefined);
  const chunk = Buffer.alloc(EVENT_BYTES_MAX / 8, "x");
  const taken = Array.from({ length: 10 }, () => parser.push(chunk));
  expect(taken[0]).toBe(true);
  expect(taken.at(-1)).toBe(false);
});
