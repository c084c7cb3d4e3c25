// SQL of the test databases: made as clones of the template, dropped afterwards.
import pg from "pg";
import type { Connection } from "../src/store/connection.ts";

export const templateName = "stead_template";

export async function createDatabase(
  superConnection: Connection,
  made: { name: string; owner: string; template?: string },
): Promise<void> {
  const [name, owner] = [pg.escapeIdentifier(made.name), pg.escapeIdentifier(made.owner)];
  const template = made.template ? `template ${pg.escapeIdentifier(made.template)}` : "";
  await once(superConnection, `create database ${name} owner ${owner} ${template}`);
}

export async function dropDatabase(superConnection: Connection, name: string): Promise<void> {
  await once(superConnection, `drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
}

async function once(connection: Connection, statement: string): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
