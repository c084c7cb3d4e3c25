// LISTEN on a connection of its own, opened again when it breaks. NOTIFY only wakes: the truth is in tables.
import { Client } from "pg";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Connection } from "./connection.ts";
import { listenTo, unlisten } from "./queries.ts";

/** Called with the payload; with undefined after a gap: anything may have happened, look yourself. */
export type Wake = (payload: string | undefined) => void;

export type Listener = {
  /** Resolves once notifications can no longer be missed; the function it gives ends it. */
  on(channel: string, wake: Wake): Promise<() => void>;
  close(): Promise<void>;
};

const waitMinMs = 100;
const waitMaxMs = 2_000;

export function openListener(
  connection: Connection | string,
  { log, clock }: { log: Log; clock: Clock },
): Listener {
  const wakes = new Map<string, Set<Wake>>();
  const closing = new AbortController();
  let client: Client | undefined;
  let opening: Promise<void> | undefined;

  const open = async (): Promise<void> => {
    for (
      let waitMs = waitMinMs;
      !closing.signal.aborted;
      waitMs = Math.min(waitMs * 2, waitMaxMs)
    ) {
      const fresh = newClient(connection);
      try {
        await fresh.connect();
        for (const channel of wakes.keys()) await listenTo(fresh, channel);
        fresh.on("notification", ({ channel, payload }) => wake(channel, payload ?? ""));
        fresh.on("end", () => lost(fresh));
        client = fresh;
        return;
      } catch (error) {
        log("warn", "listening failed", { cause: error instanceof Error ? error.message : "" });
        await fresh.end().catch(() => undefined);
        await clock.sleep(waitMs, closing.signal);
      }
    }
  };
  const ready = (): Promise<void> => (opening ??= open());
  const wake = (channel: string, payload: string | undefined): void => {
    for (const each of wakes.get(channel) ?? []) each(payload);
  };
  const reopen = async (): Promise<void> => {
    await open();
    for (const channel of wakes.keys()) wake(channel, undefined);
  };
  const lost = (old: Client): void => {
    if (client !== old || closing.signal.aborted) return;
    log("warn", "listening connection lost");
    client = undefined;
    opening = reopen();
  };

  return {
    on: async (channel, each) => {
      wakes.set(channel, (wakes.get(channel) ?? new Set()).add(each));
      await ready();
      if (client) await listenTo(client, channel).catch(() => undefined);
      return () => {
        const set = wakes.get(channel);
        set?.delete(each);
        if (set?.size !== 0) return;
        wakes.delete(channel);
        if (client) void unlisten(client, channel).catch(() => undefined);
      };
    },
    close: async () => {
      closing.abort();
      await opening;
      await client?.end().catch(() => undefined);
    },
  };
}

function newClient(connection: Connection | string): Client {
  const to = typeof connection === "string" ? { connectionString: connection } : connection;
  const client = new Client({ ...to, application_name: "stead listen", keepAlive: true });
  client.on("error", () => undefined);
  return client;
}
