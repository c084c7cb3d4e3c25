// Keeps a session to the cluster: it says that we use it, and its end tells that the database went.
import { Client } from "pg";
import { fail, ok } from "../../lib/result.ts";
import type { Result } from "../../lib/result.ts";
import { aloneHere, announcePresence } from "../queries.ts";
import { bring } from "./bring.ts";
import type { Arrival, BringOptions } from "./bring.ts";
import type { Ground } from "./ground.ts";

export type Watch = {
  arrival: Arrival;
  /** Gives up the presence; true when no other process has one, so that the database may stop. */
  leave: () => Promise<boolean>;
};

const retryMs = 1_000;
const connectTimeoutMs = 5_000;
const entriesMax = 5;

export async function watch(ground: Ground, options: BringOptions): Promise<Result<Watch>> {
  const leaving = new AbortController();
  const bringing = { ...options, signal: leaving.signal };
  let session: Client | undefined;
  let mending: Promise<void> | undefined;

  /** Another process may be stopping the database while we come in: then it is started again. */
  const enter = async (): Promise<Result<Arrival>> => {
    let arrival = await bring(ground, bringing);
    for (let entry = 1; arrival.ok; entry += 1) {
      const fresh = await present(options);
      if (fresh) {
        session = fresh;
        fresh.once("end", lost);
        return arrival;
      }
      if (entry === entriesMax) return fail("store.unavailable", "The database keeps going away.");
      arrival = await bring(ground, bringing);
    }
    return arrival;
  };
  const lost = (): void => {
    session = undefined;
    if (!leaving.signal.aborted) mending = mend();
  };
  const mend = async (): Promise<void> => {
    options.log("error", "the embedded database went away; bringing it back");
    while (!leaving.signal.aborted) {
      const back = await enter();
      if (back.ok) return options.log("info", "the embedded database is back");
      options.log("error", back.failure.detail);
      await options.clock.sleep(retryMs, leaving.signal);
    }
  };
  const leave = async (): Promise<boolean> => {
    leaving.abort();
    await mending;
    if (!session) return true;
    const alone = await aloneHere(session).catch(() => true);
    // Alone, the session stays: its lock keeps newcomers out until the shutdown ends it.
    if (!alone) await session.end().catch(() => undefined);
    return alone;
  };

  const entered = await enter();
  return entered.ok ? ok({ arrival: entered.value, leave }) : entered;
}

async function present({ superConnection }: BringOptions): Promise<Client | undefined> {
  const client = new Client({
    ...superConnection,
    application_name: "stead presence",
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await announcePresence(client);
    return client;
  } catch {
    await client.end().catch(() => undefined);
    return undefined;
  }
}
