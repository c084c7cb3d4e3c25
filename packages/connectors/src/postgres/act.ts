// Acts as the person's own role, so that the database's own rules decide; never as the login role.
import { SourceError } from "@stead/sdk";
import { escapeIdentifier, type Client } from "pg";
import { connected, isNoValue, isRefused } from "./connect.ts";
import { actAs, defineRead, leaveRead, runRead, type Read } from "./queries.ts";
import type { Acting, Database } from "./settings.ts";
import { requireLowly } from "./standing.ts";

/** One read as whoever acts; undefined when the database refuses it to them. */
export type Reader = (read: Read) => Promise<string[] | undefined>;

export async function asPerson<T>(
  source: Acting,
  work: (read: Reader, client: Client) => Promise<T>,
): Promise<T> {
  return connected(source, async (client) => {
    await requireLowly(client, source);
    await become(client, source);
    return work(readerOf(client), client);
  });
}

/** As the login role itself: for the directory of people, and for known values. */
export async function asLogin<T>(
  source: Database,
  work: (read: Reader, client: Client) => Promise<T>,
): Promise<T> {
  return connected(source, async (client) => {
    await requireLowly(client, source);
    return work(readerOf(client), client);
  });
}

async function become(client: Client, { user, secrets }: Acting): Promise<void> {
  const acting = await actAs(client, user).catch((error: unknown) => {
    if (isRefused(error) || isNoValue(error)) return false;
    throw error;
  });
  if (acting) return;
  const grant = `GRANT ${quote(user)} TO ${quote(secrets["login"] ?? "")} WITH INHERIT FALSE;`;
  throw new SourceError(
    "forbidden",
    `There is no role of this person that Stead may become. If there should be: ${grant}`,
  );
}

function quote(name: string): string {
  return escapeIdentifier(name.replaceAll("\0", ""));
}

function readerOf(client: Client): Reader {
  return async (read) => {
    await defineRead(client, read).catch((error: unknown) => {
      if (!isRefused(error)) throw error;
      throw new SourceError(
        "forbidden",
        `The role may not read so that it is held to itself. Run: ${allowTemporary(client)}`,
      );
    });
    try {
      const lines = await runRead(client, read);
      await leaveRead(client);
      return lines;
    } catch (error) {
      if (!isRefused(error)) throw error;
      await leaveRead(client);
      return undefined;
    }
  };
}

function allowTemporary({ database = "" }: Client): string {
  return `GRANT TEMPORARY ON DATABASE ${quote(database)} TO PUBLIC;`;
}
