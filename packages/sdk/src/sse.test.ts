// Server-sent events, cut anywhere.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseEvent, readEvents } from "./sse.ts";

const TEXT =
  ': hello\n\nid: 1\ndata: {"a":"é"}\n\n: beat\n\nid: 2\r\ndata: x\r\ndata:y\r\n\r\nid: 3\ndata: cut';

async function read(chunks: readonly Uint8Array[]): Promise<[string, string][]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const events: [string, string][] = [];
  for await (const { id, data } of readEvents(body)) events.push([id, data]);
  return events;
}

test("any cutting gives the same events; what was cut off is none", async () => {
  const bytes = new TextEncoder().encode(TEXT);
  const places = fc.array(fc.nat(bytes.length), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(places, async (cuts) => {
      const ends = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const chunks = ends.slice(1).map((end, index) => bytes.slice(ends[index], end));
      expect(await read(chunks)).toEqual([
        ["1", '{"a":"é"}'],
        ["2", "x\ny"],
      ]);
    }),
  );
});

test("a comment is no event", () => {
  expect(parseEvent(": beat")).toBeUndefined();
  expect(parseEvent("id: 1")).toBeUndefined();
  expect(parseEvent("data")).toEqual({ id: "", data: "" });
});
