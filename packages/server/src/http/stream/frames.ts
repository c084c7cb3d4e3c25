// Server-sent events: one frame at a time as the client takes them, with a comment when all is quiet.
import type { Clock } from "../../lib/clock.ts";
import type { Frame } from "../../lib/handler.ts";

const BEAT_MS = 15_000;

export interface StreamCare {
  readonly clock: Clock;
  /** Called once, when the stream has ended for whatever reason. */
  readonly ended: () => void;
  /** The source threw: the stream ends, and the client will ask again. */
  readonly failed: (bug: unknown) => void;
  /** Asked at every beat: false ends the stream, for the credential is no longer good. */
  readonly stillAllowed: () => Promise<boolean>;
  readonly signal: AbortSignal;
  readonly beatMs?: number;
}

/**
 * Pulls frames only when the client can take more (nothing is buffered but one frame), and lets go
 * of the source when the client has gone: `ended` should abort what the source waits for.
 */
export function streamFrames(source: AsyncIterable<Frame<unknown>>, care: StreamCare): Response {
  const encoder = new TextEncoder();
  const chunks = frameChunks(source, care);
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next().catch((bug: unknown) => {
          care.failed(bug);
          return { done: true, value: undefined };
        });
        if (!done) return controller.enqueue(encoder.encode(value));
        controller.close();
      },
      async cancel() {
        care.ended();
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      // Asks proxies in front not to collect.
      "x-accel-buffering": "no",
    },
  });
}

/** One JSON text without line breaks is one `data` line. */
export function frameText(frame: Frame<unknown>): string {
  return `id: ${frame.id.replace(/[\r\n\0]/g, "")}\ndata: ${JSON.stringify(frame.data)}\n\n`;
}

async function* frameChunks(
  source: AsyncIterable<Frame<unknown>>,
  care: StreamCare,
): AsyncGenerator<string, void, undefined> {
  const frames = source[Symbol.asyncIterator]();
  const beatMs = care.beatMs ?? BEAT_MS;
  let checkedAtMs = care.clock.monotonicMs();
  let pending: Promise<IteratorResult<Frame<unknown>>> | undefined;
  try {
    // At once, so that the client sees the connection stand.
    yield ": stead\n\n";
    while (!care.signal.aborted) {
      pending ??= frames.next();
      const first = await firstOf(pending, care, beatMs);
      if (care.clock.monotonicMs() - checkedAtMs >= beatMs) {
        checkedAtMs = care.clock.monotonicMs();
        if (!(await care.stillAllowed())) return;
      }
      if (first === "beat") {
        yield ": beat\n\n";
        continue;
      }
      pending = undefined;
      if (first.done) return;
      yield frameText(first.value);
    }
  } finally {
    care.ended();
    pending?.catch(() => undefined);
    // Not awaited: a source that still waits for something ends with the signal.
    frames.return?.(undefined).catch(() => undefined);
  }
}

async function firstOf(
  pending: Promise<IteratorResult<Frame<unknown>>>,
  { clock, signal }: StreamCare,
  beatMs: number,
): Promise<IteratorResult<Frame<unknown>> | "beat"> {
  const quiet = new AbortController();
  const wait = AbortSignal.any([quiet.signal, signal]);
  const beat = clock.sleep(beatMs, wait).then(() => "beat" as const);
  try {
    return await Promise.race([pending, beat]);
  } finally {
    quiet.abort();
  }
}
