// Listens, and stops: no new connections, streams ended, running requests given a little time.
import { getRequestListener } from "@hono/node-server";
import { createServer, type Server } from "node:http";
import type { Clock } from "../lib/clock.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { App } from "./app.ts";

const GRACE_MS = 10_000;
const LOOK_MS = 25;

export interface Listening {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

export interface Place {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly clock: Clock;
}

export async function listen(app: App, place: Place): Promise<Result<Listening>> {
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((request, response) => void answer(request, response));
  server.headersTimeout = 15_000;
  server.requestTimeout = 60_000;
  server.keepAliveTimeout = 30_000;
  server.maxHeadersCount = 100;
  const bound = await bind(server, place);
  if (!bound.ok) return bound;
  const port = bound.value;
  const name = place.host.includes(":") ? `[${place.host}]` : place.host;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= shut(server, app, place.clock));
  return ok({ port, url: `http://${name}:${port}`, close });
}

function bind(server: Server, { host, port }: Place): Promise<Result<number>> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const taken = error.code === "EADDRINUSE";
      const detail = taken
        ? `Port ${port} is in use.`
        : `Can't listen on ${host}: ${error.message}`;
      resolve(fail("config.invalid", detail, { hint: "Set STEAD_PORT to another port." }));
    };
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      const address = server.address();
      resolve(ok(typeof address === "object" && address ? address.port : port));
    });
  });
}

async function shut(server: Server, app: App, clock: Clock): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await app.close();
  const done = new AbortController();
  const swept = sweep(server, clock, done.signal);
  await closed;
  done.abort();
  await swept;
}

/** A connection whose answer has just ended is idle only now, so we look again and again. */
async function sweep(server: Server, clock: Clock, done: AbortSignal): Promise<void> {
  for (let waitedMs = 0; waitedMs < GRACE_MS && !done.aborted; waitedMs += LOOK_MS) {
    server.closeIdleConnections();
    await clock.sleep(LOOK_MS, done);
  }
  server.closeAllConnections();
}
