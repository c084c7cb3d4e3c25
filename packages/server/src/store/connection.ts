// How to reach a database: what the supervisor hands out and what a pool is opened with.
export type Connection = {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
};

/** Where PostgreSQL listens. */
export function placeOf(
  connection: Connection | string,
): { host: string; port: number } | { path: string } {
  if (typeof connection !== "string") {
    const { host, port } = connection;
    return host.startsWith("/") ? { path: host } : { host, port };
  }
  // Libpq's form for a Unix socket, `user@/database?host=/path`, has no host where a URL needs one.
  const url = new URL(connection.replace(/^([^/]*\/\/[^/]*@)\//, "$1localhost/"));
  const socket = url.searchParams.get("host") ?? decodeURIComponent(url.hostname);
  if (socket.startsWith("/")) return { path: socket };
  return { host: url.hostname, port: Number(url.port) || 5432 };
}
