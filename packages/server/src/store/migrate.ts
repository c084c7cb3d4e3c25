// Brings a database up to date: plain SQL files, in order, each once, never changed afterwards.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, DatabaseError } from "pg";
import { systemClock } from "../lib/clock.ts";
import { sha256 } from "../lib/json.ts";
import type { Log } from "../lib/log.ts";
import { fail, ok } from "../lib/result.ts";
import type { Result } from "../lib/result.ts";
import { isUnavailable } from "./available.ts";
import type { Connection } from "./connection.ts";
import { appliedMigrations, applyMigration, lockSetup } from "./queries.ts";
import type { AppliedMigration } from "./queries.ts";

type Migration = AppliedMigration & { text: string };

const ownFolder = fileURLToPath(new URL("migrations", import.meta.url));
const fileName = /^(\d{6})_([a-z0-9_-]+)\.sql$/;

/** The names of the migrations applied now. Processes that start together wait for each other. */
export async function migrate(
  connection: Connection | string,
  { log, folder = ownFolder }: { log: Log; folder?: string },
): Promise<Result<string[]>> {
  const files = readMigrations(folder);
  if (!files.ok) return files;
  const opened = await connect(connection, log);
  if (!opened.ok) return opened;
  const client = opened.value;
  try {
    await lockSetup(client);
    const due = chooseDue(files.value, await appliedMigrations(client));
    if (!due.ok) return due;
    for (const migration of due.value) {
      log("info", "migrating", { migration: migration.name });
      const applied = await applyOne(client, migration);
      if (!applied.ok) return applied;
    }
    return ok(due.value.map(({ name }) => name));
  } finally {
    await client.end().catch(() => undefined);
  }
}

const AGAIN_MS = 500;
const TRIES_MAX = 120;

/** Waits for one that is recovering. The address may hold a password, so no error shows it. */
async function connect(connection: Connection | string, log: Log): Promise<Result<Client>> {
  for (let tries = 1; ; tries++)
    try {
      const client = new Client(
        typeof connection === "string" ? { connectionString: connection } : connection,
      );
      client.on("error", () => undefined);
      await client.connect();
      return ok(client);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
      const isRecovering = error instanceof DatabaseError && isUnavailable(error);
      if (!isRecovering || tries >= TRIES_MAX)
        return fail("store.unavailable", `The database can't be reached (${code}).`, {
          hint: "Look at DATABASE_URL, and whether that PostgreSQL runs and lets this user in.",
        });
      log("warn", "the database is not ready yet, trying again", { code, inMs: AGAIN_MS });
      await systemClock.sleep(AGAIN_MS);
    }
}

export function readMigrations(folder: string): Result<Migration[]> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .toSorted();
  const found: Migration[] = [];
  for (const file of files) {
    const number = Number(fileName.exec(file)?.[1]);
    if (!(number > 0)) return fail("config.invalid", `${file} is not named 000001_words.sql`);
    const twin = found.find((other) => other.number === number);
    if (twin) return fail("config.invalid", `${file} has the same number as ${twin.name}`);
    const text = readFileSync(join(folder, file), "utf8");
    found.push({ number, name: file.slice(0, -4), checksum: sha256(text), text });
  }
  return ok(found);
}

/** History must be a prefix of the files: changed, missing or inserted files are refused. */
export function chooseDue(files: Migration[], applied: AppliedMigration[]): Result<Migration[]> {
  for (const [index, past] of applied.entries()) {
    const file = files[index];
    if (file?.number === past.number && file.checksum === past.checksum) continue;
    if (!files.some(({ number }) => number === past.number)) {
      return fail(
        "config.invalid",
        `The database has migration ${past.name}, this Stead has not.`,
        {
          hint: "It was used by a newer version: start that one, or restore a backup.",
        },
      );
    }
    const detail =
      file?.number === past.number
        ? `Migration ${past.name} was changed after it was applied.`
        : `Migration ${file?.name} was put before ${past.name}, which is applied already.`;
    return fail("config.invalid", detail, { hint: "Migrations are only ever added at the end." });
  }
  return ok(files.slice(applied.length));
}

async function applyOne(client: Client, migration: Migration): Promise<Result<void>> {
  try {
    await applyMigration(client, migration);
    return ok();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return fail("config.invalid", `Migration ${migration.name} failed: ${error.message}`);
  }
}
