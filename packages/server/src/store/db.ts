// The pool to our own PostgreSQL and the typed query builder over it.
import { Kysely, PostgresDialect } from "kysely";
import { Pool, TypeOverrides, types } from "pg";
import type { Log } from "../lib/log.ts";
import type { Connection } from "./connection.ts";
import { prepareAgain } from "./prepared.ts";

/**
 * Every table by name. Empty here: the folder that owns a table declares it in its `queries.ts` with
 * `declare module "../store/db.ts" { interface Tables { thing: ThingTable } }`.
 */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type
export interface Tables {}

export type Db = Kysely<Tables>;

export type Database = { db: Db; pool: Pool; close: () => Promise<void> };

export type PoolBounds = {
  connectionsMax?: number;
  statementTimeoutMs?: number;
  applicationName?: string;
};

const parsers = new TypeOverrides();
parsers.setTypeParser(types.builtins.INT8, toSafeInteger);
// A calendar day has no time zone: as a Date it would shift with the server's.
parsers.setTypeParser(types.builtins.DATE, (text: string) => text);

export function openDatabase(
  connection: Connection | string,
  { log, ...bounds }: PoolBounds & { log: Log },
): Database {
  const pool = new Pool({
    ...(typeof connection === "string" ? { connectionString: connection } : connection),
    max: bounds.connectionsMax ?? 20,
    statement_timeout: bounds.statementTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: 60_000,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: bounds.applicationName ?? "stead",
    types: parsers,
  });
  // An idle connection that breaks is no event for anybody: the next query opens another.
  pool.on("error", (error) => log("warn", "database connection lost", { cause: error.message }));
  // Nor one that breaks in somebody's hands: the query under way rejects, and the pool drops it.
  pool.on("connect", (client) => {
    client.on("error", () => undefined);
    prepareAgain(client);
  });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  let closing: Promise<void> | undefined;
  return { db, pool, close: () => (closing ??= pool.end()) };
}

/** Beyond 2^53 a number would lie about its last digits. */
function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} is no safe integer`);
  return value;
}
