// Keeps a session to the cluster: it says that we use it, and its end tells that the database went.
import pg from "pg";
import { aloneHere, announcePresence } from "../queries.ts";
import { bring } from "./bring.ts";
import type { BringOptions, Ground } from "./bring.ts";

export type Watch = {
  /** Gives up the presence; true when no other process has one, so that the database may stop. */
  leave(): Promise<boolean>;
};

const retryMs = 1_000;
const leaveTimeoutMs = 5_000;

export async function watch(ground: Ground, options: BringOptions): Promise<Watch> {
  const leaving = new AbortController();
  let session: pg.Client | undefined;
  let mending: Promise<void> | undefined;

  const enter = async (): Promise<void> => {
    const fresh = new pg.Client({
      ...options.superConnection,
      application_name: "stead presence",
      connectionTimeoutMillis: leaveTimeoutMs,
      keepAlive: true,
    });
    fresh.on("error", () => undefined);
    await fresh.connect();
    await announcePresence(fresh);
    session = fresh;
    fresh.once("end", () => {
      session = undefined;
      if (!leaving.signal.aborted) mending = mend();
    });
  };
  const mend = async (): Promise<void> => {
    options.log("error", "the embedded database went away; bringing it back");
    while (!leaving.signal.aborted) {
      const back = await bring(ground, { ...options, signal: leaving.signal });
      const entered =
        back.ok &&
        (await enter().then(
          () => true,
          () => false,
        ));
      if (entered) return options.log("info", "the embedded database is back");
      if (!back.ok) options.log("error", back.failure.detail);
      await options.clock.sleep(retryMs, leaving.signal);
    }
  };

  await enter();
  return {
    leave: async () => {
      leaving.abort();
      await mending;
      if (!session) return true;
      const alone = await aloneHere(session).catch(() => true);
      if (!alone) await session.end().catch(() => undefined);
      return alone;
    },
  };
}
