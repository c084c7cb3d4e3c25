// A socket of our own in front of the database: for a child in a sandbox, which may reach this and
// nothing else. It passes bytes on and knows no password.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { placeOf, type Connection } from "./connection.ts";

export const RELAY_PORT = 5432;
const CONNECTIONS_MAX = 20;

/** The socket's path; it goes with the process. */
export async function relayTo(connection: Connection | string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "stead-db-"));
  chmodSync(folder, 0o700);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const server = createServer((near) => pass(near, connection));
  server.maxConnections = CONNECTIONS_MAX;
  const path = join(folder, `.s.PGSQL.${RELAY_PORT}`);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  server.unref();
  return path;
}

function pass(near: Socket, connection: Connection | string): void {
  const far = connect(targetOf(connection));
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.unref();
    one.pipe(other);
    one.once("error", () => other.destroy());
    one.once("close", () => other.destroy());
  }
}

function targetOf(
  connection: Connection | string,
): { path: string } | { host: string; port: number } {
  const place = placeOf(connection);
  if (!("path" in place)) return place;
  const port = typeof connection === "string" ? RELAY_PORT : connection.port;
  return { path: join(place.path, `.s.PGSQL.${port}`) };
}
