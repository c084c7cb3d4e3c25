// What the login role must be, and what to run where it is more.
import { SourceError } from "@stead/sdk";
import { escapeIdentifier, type Client } from "pg";
import { connected } from "./connect.ts";
import { readColumns, readStanding, type Standing } from "./queries.ts";
import { columnsOf, type Database } from "./settings.ts";

/** Throws with the statements to run; asked again before each act, for rights change. */
export async function requireLowly(client: Client, source: Database): Promise<void> {
  const standing = await readStanding(client, source.settings);
  const fixes = fixesOf(standing);
  if (fixes.length > 0) {
    throw new SourceError(
      "forbidden",
      `The role ${standing.login} may do more than become the people's roles. Run: ${fixes.join(" ")}`,
    );
  }
  if (standing.standby) {
    throw new SourceError(
      "settings",
      "This is a standby, on which no role can be held to itself. Connect the primary.",
    );
  }
}

function fixesOf({ login, attributes, above, owners }: Standing): string[] {
  const role = escapeIdentifier(login);
  const lowered = attributes.map((attribute) => `NO${attribute}`).join(" ");
  return [
    ...(attributes.length > 0 ? [`ALTER ROLE ${role} ${lowered};`] : []),
    ...above.map((name) => `REVOKE ${escapeIdentifier(name)} FROM ${role};`),
    ...owners.map((owner) =>
      owner === login
        ? `REASSIGN OWNED BY ${role} TO another_role;`
        : `GRANT ${escapeIdentifier(owner)} TO ${role} WITH INHERIT FALSE;`,
    ),
  ];
}

export async function test(source: Database): Promise<{ readonly account: string }> {
  await connected(source, async (client) => {
    await requireLowly(client, source);
    for (const relation of source.settings.relations) {
      // oxlint-disable-next-line no-await-in-loop -- one connection answers one question at a time
      const found = new Set((await readColumns(client, relation)).map(({ name }) => name));
      const missing = columnsOf(relation).filter((column) => !found.has(column));
      if (missing.length === 0) continue;
      const what = found.size === 0 ? "no such table" : `no column ${missing.join(", ")}`;
      throw new SourceError("settings", `${relation.name}: there is ${what}.`);
    }
  });
  const { host, database } = source.settings;
  return { account: `${source.secrets["login"]}@${host}/${database}` };
}
