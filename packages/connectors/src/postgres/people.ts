// The roles that people may have, and whose each is as far as a table of the database says it.
import type { Page, SourceUser } from "@stead/sdk";
import { z } from "zod";
import { asLogin } from "./act.ts";
import { rolesRead } from "./queries.ts";
import type { Database } from "./settings.ts";

const PAGE = 500;
const roleSchema = z.object({ role: z.string(), email: z.string().nullable() });

export async function users(source: Database, cursor: string | null): Promise<Page<SourceUser>> {
  const page = rolesRead(source.settings.people, { after: cursor ?? "", limit: PAGE });
  const lines = (await asLogin(source, (read) => read(page))) ?? [];
  const items = lines.map((line): SourceUser => {
    const { role, email } = roleSchema.parse(JSON.parse(line));
    return { id: role, name: role, active: true, ...(email === null ? {} : { email }) };
  });
  return { items, next: items.length === PAGE ? (items.at(-1)?.id ?? null) : null };
}
