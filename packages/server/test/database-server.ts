// One embedded PostgreSQL per test run, with a migrated template database; vitest's global set-up.
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { silentLog } from "../src/lib/log.ts";
import type { Connection } from "../src/store/connection.ts";
import { startEmbedded } from "../src/store/embedded.ts";
import { endPostmaster, isAlive } from "../src/store/embedded/postmaster.ts";
import { migrate } from "../src/store/migrate.ts";
import { createDatabase, forgoDiskFlush, templateName } from "./database-queries.ts";

declare module "vitest" {
  interface ProvidedContext {
    superConnection: Connection;
    appUser: string;
    migrationFailure: string;
  }
}

const place = existsSync("/var/tmp") ? "/var/tmp" : tmpdir();
const prefix = "stead-test-";

/** Ends and removes what runs that were killed left behind. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(place)) {
    const pid = Number(/^stead-test-(\d+)-/.exec(name)?.[1]);
    if (!(pid > 0) || isAlive(pid)) continue;
    const home = join(place, name);
    const ours = { home, cluster: join(home, "cluster"), socketDir: join(home, "socket") };
    try {
      await endPostmaster(ours);
      rmSync(home, { recursive: true, force: true });
    } catch {
      // Another account's, or swept by another run just now.
    }
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep();
  const dataDir = mkdtempSync(join(place, `${prefix}${process.pid}-`));
  // Root's database runs as somebody else, who must be able to pass.
  chmodSync(dataDir, 0o711);
  const started = await startEmbedded({ dataDir, log: silentLog });
  if (!started.ok) throw new Error(started.failure.detail);
  const { connection, superConnection, stop } = started.value;
  const end = async (): Promise<void> => {
    await stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  await forgoDiskFlush(superConnection);
  await createDatabase(superConnection, { name: templateName, owner: connection.user });
  const migrated = await migrate({ ...connection, database: templateName }, { log: silentLog });
  // Tests that need no database still run; the others say this.
  project.provide("migrationFailure", migrated.ok ? "" : migrated.failure.detail);
  project.provide("superConnection", superConnection);
  project.provide("appUser", connection.user);
  return end;
}
