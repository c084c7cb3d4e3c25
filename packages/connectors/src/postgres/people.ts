// Whose each role is, as a table of the database says it that administrators named.
import type { Page, SourceUser } from "@stead/sdk";
import { z } from "zod";
import { asLogin } from "./act.ts";
import { peopleRead } from "./queries.ts";
import type { Database } from "./settings.ts";

const PAGE = 500;
const personSchema = z.object({ role: z.string(), email: z.string() });

export async function users(source: Database, cursor: string | null): Promise<Page<SourceUser>> {
  const { people } = source.settings;
  if (people === undefined) return { items: [], next: null };
  const page = { after: cursor ?? "", limit: PAGE };
  const lines = (await asLogin(source, (read) => read(peopleRead(people, page)))) ?? [];
  const items = lines.map((line): SourceUser => {
    const { role, email } = personSchema.parse(JSON.parse(line));
    return { id: role, name: role, email, active: true };
  });
  return { items, next: items.length === PAGE ? (items.at(-1)?.id ?? null) : null };
}
