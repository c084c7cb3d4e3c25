// Follows a run by server-sent events. A lost line says "reconnecting" and takes up where it stopped.
import { streamFrameSchema } from "@stead/protocol";
import type { StreamFrame } from "@stead/protocol";
import { useEffect, useState } from "react";
import { streamPath } from "../api/client.ts";
import { EMPTY_RUN, foldFrame } from "./run-view.ts";
import type { RunView } from "./run-view.ts";

export type Connection = "connecting" | "live" | "reconnecting" | "closed";

const FRAME_EVENTS = ["message", ...streamFrameSchema.options.map((o) => o.shape.type.value)];
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 15_000;

interface Feed {
  onFrames: (frames: StreamFrame[]) => void;
  onConnection: (connection: Connection) => void;
}

/** One run's line. Frames are handed on once per drawn picture, not once per token. */
function follow(runId: string, feed: Feed): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitMs = RETRY_MIN_MS;
  let waiting: StreamFrame[] = [];
  let stopped = false;
  const flush = (): void => {
    const frames = waiting;
    waiting = [];
    if (!stopped && frames.length > 0) feed.onFrames(frames);
  };
  const take = (event: MessageEvent<string>): void => {
    const frame = streamFrameSchema.safeParse(JSON.parse(event.data));
    if (!frame.success) return;
    if (waiting.push(frame.data) === 1) setTimeout(flush, 16);
    if (frame.data.type === "run-end") close("closed");
  };
  const close = (connection: Connection): void => {
    source?.close();
    feed.onConnection(connection);
  };
  const lost = (): void => {
    feed.onConnection("reconnecting");
    // A refused line stays closed in the browser; a broken one is taken up by the browser itself.
    if (source?.readyState !== EventSource.CLOSED) return;
    timer = setTimeout(open, waitMs);
    waitMs = Math.min(waitMs * 2, RETRY_MAX_MS);
  };
  const open = (): void => {
    source = new EventSource(streamPath(runId));
    source.addEventListener("open", () => {
      waitMs = RETRY_MIN_MS;
      feed.onConnection("live");
    });
    source.addEventListener("error", lost);
    for (const name of FRAME_EVENTS) source.addEventListener(name, take);
  };
  open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    source?.close();
  };
}

export function useRunStream(runId: string, enabled: boolean): [RunView, Connection] {
  const [run, setRun] = useState<RunView>(EMPTY_RUN);
  const [connection, setConnection] = useState<Connection>("connecting");
  useEffect(() => {
    if (!enabled) return undefined;
    setConnection("connecting");
    return follow(runId, {
      onFrames: (frames) => setRun((known) => frames.reduce(foldFrame, known)),
      onConnection: setConnection,
    });
  }, [runId, enabled]);
  return [run, connection];
}
