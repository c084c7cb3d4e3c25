// Asks whatever listens on the socket: is it ready, and is it the database of this very cluster?
import { Client } from "pg";
import type { Connection } from "../connection.ts";
import { clusterOf } from "../queries.ts";

export type Probe = "ready" | "busy" | "absent" | { foreign: string };

const connectTimeoutMs = 3_000;

export async function probe(connection: Connection, cluster: string): Promise<Probe> {
  const client = new Client({ ...connection, connectionTimeoutMillis: connectTimeoutMs });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const found = await clusterOf(client);
    return found === cluster ? "ready" : { foreign: `it serves ${found}` };
  } catch (error) {
    return meaningOf(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function meaningOf(error: unknown): Probe {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT" || code === "ECONNREFUSED") return "absent";
  if (code === "28P01" || code === "28000") return { foreign: "it refuses our password" };
  return "busy";
}
