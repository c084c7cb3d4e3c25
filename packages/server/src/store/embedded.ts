// A real PostgreSQL of our own where no DATABASE_URL is given: made, adopted, recovered, watched, stopped.
import { Client } from "pg";
import { systemClock } from "../lib/clock.ts";
import { createIds } from "../lib/ids.ts";
import type { Log } from "../lib/log.ts";
import { fail, ok } from "../lib/result.ts";
import type { Result } from "../lib/result.ts";
import type { Connection } from "./connection.ts";
import type { Arrival } from "./embedded/bring.ts";
import { prepareGround } from "./embedded/ground.ts";
import type { Ground } from "./embedded/ground.ts";
import { initCluster, passwordOf, superuser } from "./embedded/init.ts";
import { endPostmaster } from "./embedded/postmaster.ts";
import { probe } from "./embedded/probe.ts";
import { watch } from "./embedded/watch.ts";
import { ensureRoleAndDatabase, lockSetup } from "./queries.ts";

export type Embedded = {
  connection: Connection;
  /** For tests and maintenance: the role that may do everything. */
  superConnection: Connection;
  arrival: Arrival | "made";
  healthy: () => Promise<boolean>;
  /** Stops the database, unless another process of ours still uses it. */
  stop: () => Promise<void>;
};

export type EmbeddedOptions = {
  dataDir: string;
  log: Log;
  /** Told in plain words what takes long. */
  onProgress?: (message: string) => void;
  /** Where the binaries are, when not where npm put them. */
  binariesDir?: string;
};

const appUser = "stead";
const appDatabase = "stead";

export async function startEmbedded(options: EmbeddedOptions): Promise<Result<Embedded>> {
  const { log, onProgress = () => undefined } = options;
  const found = prepareGround({ ...options, onProgress });
  if (!found.ok) return found;
  const ground = found.value;
  const made = await makeOnce(ground, onProgress);
  if (!made.ok) return made;
  const password = passwordOf(ground.place);
  const base = { host: ground.place.socketDir, port: 5432, password };
  const superConnection = { ...base, user: superuser, database: "postgres" };
  const connection = { ...base, user: appUser, database: appDatabase };
  const bringing = { superConnection, log, clock: systemClock };
  const presence = await watch(ground, bringing);
  if (!presence.ok) return presence;
  await setUp(superConnection, connection);
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    if (!(await presence.value.leave())) return log("info", "database left to another process");
    if (!(await endPostmaster(ground.place))) log("error", "the embedded database did not stop");
  };
  return ok({
    connection,
    superConnection,
    arrival: made.value ? "made" : presence.value.arrival,
    healthy: async () => (await probe(superConnection, ground.place.cluster)) === "ready",
    stop: () => (stopping ??= stop()),
  });
}

async function makeOnce(
  ground: Ground,
  onProgress: (text: string) => void,
): Promise<Result<boolean>> {
  const password = createIds(systemClock).token(24);
  const { account, binaries, place } = ground;
  const result = await initCluster(binaries, place, { account, password, onProgress });
  if (typeof result === "boolean") return ok(result);
  return fail("store.unavailable", `The database could not be made: ${result.failure}`);
}

async function setUp(superConnection: Connection, connection: Connection): Promise<void> {
  const client = new Client(superConnection);
  await client.connect();
  try {
    await lockSetup(client);
    await ensureRoleAndDatabase(client, connection);
  } finally {
    await client.end();
  }
}
