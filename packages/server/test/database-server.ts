// One embedded PostgreSQL per test run, with a migrated template database; vitest's global set-up.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { silentLog } from "../src/lib/log.ts";
import type { Connection } from "../src/store/connection.ts";
import { startEmbedded } from "../src/store/embedded.ts";
import { migrate } from "../src/store/migrate.ts";
import { createDatabase, templateName } from "./database-queries.ts";

declare module "vitest" {
  interface ProvidedContext {
    superConnection: Connection;
    appUser: string;
    migrationFailure: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Not in the checkout, whose folder the database's account may be kept from entering.
  const dataDir = mkdtempSync(join("/var/tmp", "stead-test-"));
  const started = await startEmbedded({ dataDir, log: silentLog });
  if (!started.ok) throw new Error(started.failure.detail);
  const { connection, superConnection, stop } = started.value;
  const end = async (): Promise<void> => {
    await stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  await createDatabase(superConnection, { name: templateName, owner: connection.user });
  const migrated = await migrate({ ...connection, database: templateName }, { log: silentLog });
  // Tests that need no database still run; the others say this.
  project.provide("migrationFailure", migrated.ok ? "" : migrated.failure.detail);
  project.provide("superConnection", superConnection);
  project.provide("appUser", connection.user);
  return end;
}
