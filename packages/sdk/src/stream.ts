// A run as it happens: frames in order, none twice, over as many connections as it takes.
import type { StreamFrame } from "@stead/protocol";
import type { Client } from "./client.ts";
import { UnreachableError } from "./error.ts";
import { backoffMs, passes, sleep } from "./retry.ts";
import { createTranscript } from "./transcript.ts";

export interface RunStreamOptions {
  readonly signal?: AbortSignal;
  /** Continue after this frame's id, from an earlier stream. */
  readonly lastEventId?: string;
  /** Connections in a row that brought nothing before giving up; default 12, about a minute. */
  readonly fruitlessMax?: number;
}

export interface IdFrame {
  readonly id: string;
  readonly frame: StreamFrame;
}

/**
 * Ends with the frame `run-end`. A connection that breaks is opened again from the last frame seen;
 * deltas that come twice are left out, so that appending texts of one attempt gives its text.
 */
export async function* streamRun(
  client: Client,
  runId: string,
  options: RunStreamOptions = {},
): AsyncGenerator<StreamFrame, void, undefined> {
  for await (const { frame } of streamRunWithIds(client, runId, options)) yield frame;
}

export async function* streamRunWithIds(
  client: Client,
  runId: string,
  { signal, lastEventId: from, fruitlessMax = 12 }: RunStreamOptions = {},
): AsyncGenerator<IdFrame, void, undefined> {
  const transcript = createTranscript();
  let lastEventId = from;
  for (let fruitless = 0; ; fruitless++) {
    try {
      const options = { ...(signal ? { signal } : {}), ...(lastEventId ? { lastEventId } : {}) };
      for await (const { id, data } of client.frames(
        "run.stream",
        { params: { runId } },
        options,
      )) {
        fruitless = 0;
        if (id !== "") lastEventId = id;
        const frame = transcript.apply(data);
        if (frame) yield { id, frame };
        if (data.type === "run-end") return;
      }
    } catch (error) {
      if (signal?.aborted || !(passes(error) || isBroken(error))) throw error;
    }
    if (fruitless >= fruitlessMax) throw new UnreachableError("the stream brought nothing");
    await sleep(backoffMs(fruitless), signal);
  }
}

/** A connection that breaks in the middle is a TypeError of `fetch`'s. */
function isBroken(error: unknown): boolean {
  return error instanceof TypeError;
}
