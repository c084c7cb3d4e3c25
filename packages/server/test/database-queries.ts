// SQL of the test databases: made as clones of the template, dropped afterwards.
import { Client, escapeIdentifier } from "pg";
import type { Connection } from "../src/store/connection.ts";

export const templateName = "stead_template";

export async function createDatabase(
  superConnection: Connection,
  made: { name: string; owner: string; template?: string },
): Promise<void> {
  const [name, owner] = [escapeIdentifier(made.name), escapeIdentifier(made.owner)];
  const template = made.template ? `template ${escapeIdentifier(made.template)}` : "";
  await once(superConnection, `create database ${name} owner ${owner} ${template}`);
}

export async function dropDatabase(superConnection: Connection, name: string): Promise<void> {
  await once(superConnection, `drop database if exists ${escapeIdentifier(name)} with (force)`);
}

/** A killed server loses nothing so, only a power cut would; and clones cost a third. */
export async function forgoDiskFlush(superConnection: Connection): Promise<void> {
  await once(superConnection, "alter system set fsync = off");
  await once(superConnection, "select pg_reload_conf()");
}

async function once(connection: Connection, statement: string): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
