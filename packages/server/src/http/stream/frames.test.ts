// Server-sent events: nothing read ahead, a comment when quiet, let go when the client leaves.
import { expect, test } from "vitest";
import { systemClock, type Clock } from "../../lib/clock.ts";
import type { Frame } from "../../lib/handler.ts";
import { frameText, streamFrames, type StreamCare } from "./frames.ts";

function care(change: Partial<StreamCare> = {}): StreamCare & { readonly gone: AbortController } {
  const gone = new AbortController();
  return {
    gone,
    clock: systemClock,
    signal: gone.signal,
    ended: () => gone.abort(),
    failed: () => undefined,
    stillAllowed: async () => true,
    ...change,
  };
}

function readerOf(response: Response): () => Promise<string | undefined> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  return async () => {
    const read = await reader?.read();
    return read?.value && decoder.decode(read.value);
  };
}

/** A clock whose every sleep is over at once. */
const hasty: Clock = { ...systemClock, sleep: () => Promise.resolve() };

test("frames are pulled one at a time, never ahead of the client", async () => {
  let made = 0;
  async function* source(): AsyncGenerator<Frame<unknown>> {
    for (;;) yield { id: String(++made), data: { made } };
  }
  const response = streamFrames(source(), care());
  const next = readerOf(response);
  expect(await next()).toBe(": stead\n\n");
  expect(made).toBe(0);
  expect(await next()).toBe('id: 1\ndata: {"made":1}\n\n');
  await systemClock.sleep(5);
  expect(made).toBe(1);
});

test("a quiet stream beats, and ends when the credential no longer holds", async () => {
  let allowed = true;
  const source: AsyncIterable<Frame<unknown>> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
  };
  let beats = 0;
  const clock: Clock = { ...hasty, monotonicMs: () => ++beats * 1000 };
  const mine = care({ clock, beatMs: 10, stillAllowed: async () => allowed });
  const next = readerOf(streamFrames(source, mine));
  await next();
  expect(await next()).toBe(": beat\n\n");
  expect(await next()).toBe(": beat\n\n");
  allowed = false;
  expect(await next()).toBeUndefined();
  expect(mine.gone.signal.aborted).toBe(true);
});

test("a client that leaves lets go of a source that waits", async () => {
  const mine = care();
  let returned = false;
  const source: AsyncIterable<Frame<unknown>> = {
    [Symbol.asyncIterator]: () => ({
      next: () =>
        new Promise((resolve) => {
          const end = () => resolve({ done: true, value: undefined });
          mine.signal.addEventListener("abort", end, { once: true });
        }),
      return: async () => {
        returned = true;
        return { done: true, value: undefined };
      },
    }),
  };
  const response = streamFrames(source, mine);
  const reader = response.body?.getReader();
  await reader?.read();
  const waiting = reader?.read();
  await reader?.cancel();
  await waiting;
  expect(mine.gone.signal.aborted).toBe(true);
  expect(returned).toBe(true);
});

async function* broken(): AsyncGenerator<Frame<unknown>> {
  yield { id: "1", data: 1 };
  throw new Error("bug");
}

test("a source that throws ends the stream and is told of", async () => {
  const bugs: unknown[] = [];
  const next = readerOf(streamFrames(broken(), care({ failed: (bug) => bugs.push(bug) })));
  await next();
  await next();
  expect(await next()).toBeUndefined();
  expect(bugs).toHaveLength(1);
});

test("no id or text can forge a frame", () => {
  const text = frameText({ id: "1\n\ndata: forged", data: "a\n\nid: 2\ndata: b" });
  expect(text.split("\n\n")).toHaveLength(2);
});
