// SQL of the red team's own database, which is thrown away after.
import { Client } from "pg";
import type { Connection } from "../src/store/connection.ts";

/** A power cut may cost it everything, which nobody will miss. */
export async function forgoDiskFlush(superConnection: Connection): Promise<void> {
  const client = new Client(superConnection);
  await client.connect();
  try {
    await client.query("alter system set fsync = off");
    await client.query("alter system set synchronous_commit = off");
    await client.query("select pg_reload_conf()");
  } finally {
    await client.end();
  }
}
