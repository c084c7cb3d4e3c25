// One connection for one act, over a stream that Stead opened; nobody else ever gets it.
import { SourceError } from "@stead/sdk";
import { Client, DatabaseError } from "pg";
import { beginBounded } from "./queries.ts";
import type { Database } from "./settings.ts";
import { TooMuch, Wire } from "./wire.ts";

const BYTES_MAX = 32_000_000;

/** Within one transaction that always ends in a rollback. */
export async function connected<T>(
  source: Database,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { host, port, database, tls, ca, timeoutMs } = source.settings;
  const { login, password } = source.secrets;
  if (login === undefined || password === undefined)
    throw new SourceError("settings", "Enter the login role and its password.");
  const stream = new Wire(await source.dial({ protocol: "postgres", host, port }), BYTES_MAX);
  const client = new Client({
    stream: () => stream,
    host,
    port,
    database,
    user: login,
    password,
    application_name: "stead",
    // Set, so that nothing of this process's environment goes along in its place.
    options: "-c row_security=on",
    ssl:
      tls === "verify" ? { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) } : false,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs * 2,
  });
  // Every failure also reaches the query that was under way.
  client.on("error", () => {});
  const stop = (): void => void stream.destroy();
  source.signal.addEventListener("abort", stop, { once: true });
  if (source.signal.aborted) stop();
  try {
    await client.connect();
    await beginBounded(client, timeoutMs);
    return await work(client);
  } catch (error) {
    throw sourceError(error);
  } finally {
    source.signal.removeEventListener("abort", stop);
    stream.destroy();
  }
}

const REFUSED = "42501";
/** Not a value of the column's type, or out of its range. */
const VALUE = /^22/;

export function isRefused(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === REFUSED;
}

export function isNoValue(error: unknown): boolean {
  return error instanceof DatabaseError && VALUE.test(error.code ?? "");
}

/** Never the server's own words: they may hold what stands in rows. */
function sourceError(error: unknown): SourceError {
  if (error instanceof SourceError) return error;
  if (error instanceof TooMuch)
    return new SourceError("too_large", "The database answered with more than is taken.");
  const code = error instanceof DatabaseError ? (error.code ?? "") : "";
  if (code.startsWith("28"))
    return new SourceError("reconnect", "The database does not take the login role's password.");
  if (code === REFUSED) return new SourceError("forbidden", "The database does not allow it.");
  if (code === "3D000") return new SourceError("settings", "There is no such database.");
  if (code === "57014" || code === "55P03")
    return new SourceError("busy", "The database took too long.");
  if (VALUE.test(code))
    return new SourceError("malformed", "A value does not fit the type of its column.");
  if (code.startsWith("42"))
    return new SourceError("settings", `The configured tables don't fit the database (${code}).`);
  if (code !== "" && !/^(08|53|57)/.test(code))
    return new SourceError("malformed", `The database could not answer (${code}).`);
  return new SourceError("unavailable", "The database can't be reached.");
}
