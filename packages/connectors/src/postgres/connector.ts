// PostgreSQL: rows that are looked up as the person's own role, never copied.
import { defineConnector } from "@stead/sdk";
import { known } from "./known/known.ts";
import { open, search } from "./live.ts";
import { users } from "./people.ts";
import { queryTool } from "./query.ts";
import { settingsSchema } from "./settings.ts";
import { test } from "./standing.ts";

const GUIDE = `
1. Make a role for Stead that has no rights of its own and may become the people's roles:
   \`CREATE ROLE stead LOGIN PASSWORD '…' NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOINHERIT;\`
   and for each person \`GRANT their_role TO stead WITH INHERIT FALSE;\` (before PostgreSQL 16 without
   the last three words). It must own no table that is looked into.
2. Name the tables and views, and of each the key, the title and the text. What a person finds is
   what their role may select under the row-level security of the table. A plain view reads with the
   rights of its owner; make it \`security_invoker\` if the reader's should count.
3. Each query runs in a function that is made for it and gone after it, with the person's role as its
   definer: no function in a view or policy can change the role. So people's roles need TEMPORARY on
   the database, which they have unless it was taken from PUBLIC, and Stead connects to the primary.
4. Functions in views and policies are run with the search path \`pg_catalog\`: let them name schemas.
5. A table of roles and addresses, which the role stead may read, links people to their roles;
   without one an administrator says whose each role is.
6. Columns that are to be known values (names, addresses, numbers that never leave) are read as the
   role itself, which is granted SELECT on them and on the primary key, by which large tables are
   read in pages: \`GRANT SELECT (id, name, email) ON crm.customer TO stead;\` If a table has
   row-level security, grant a view of it.
`;

export const postgres = defineConnector({
  manifest: {
    name: "postgres",
    title: "PostgreSQL",
    description: "Rows of tables and views, as the person's own role sees them.",
    guide: GUIDE,
    crawl: {
      kind: "secret",
      fields: [
        {
          name: "login",
          title: "Login role",
          help: "May become the people's roles, and has no rights of its own",
          secret: false,
          example: "stead",
        },
        { name: "password", title: "Password", help: "Of the login role", secret: true },
      ],
    },
    // A person is a role; the connection is the login role's, which becomes it.
    acting: { kind: "none" },
    rights: "live",
    freshness: { pollMs: 300_000, reconcileMs: 300_000, objectiveMs: 14_400_000 },
    limits: { concurrent: 8 },
  },
  settings: settingsSchema,
  test,
  live: { search, open, users },
  known,
  tools: [queryTool],
});
