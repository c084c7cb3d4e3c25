// Fields of contacts and leads, and of the configured objects, that are known values: by their type or name.
import { classOfField, SourceError, type Known, type KnownList } from "@stead/sdk";
import { z } from "zod";
import { ask, query, quoted, type SalesforceSource, type Settings } from "./api.ts";
import { idSchema, nameSchema, recordSchema } from "./wire.ts";
import { textOf } from "./record.ts";

const PEOPLE = ["Contact", "Lead"];
const LIMIT = 2_000;

const describeSchema = z.object({
  fields: z.array(z.object({ name: nameSchema, type: z.string() })),
});
const stampSchema = z.looseObject({ rows: z.number(), last: z.string().nullish() });

export const known: Known<Settings> = {
  async suggest(source) {
    const names = new Set([...PEOPLE, ...source.settings.objects.map(({ name }) => name)]);
    const lists: KnownList[] = [];
    for (const from of names) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, within the limits
      const fields = await fieldsOf(source, from);
      if (fields.length > 0) lists.push({ from, fields });
    }
    return lists;
  },
  async records(source, list, cursor) {
    const from = cursor === null ? "" : `WHERE Id > ${quoted(idSchema.parse(cursor))} `;
    const names = namesOf(list);
    const soql =
      `SELECT ${[...new Set(["Id", ...names])].join(", ")} FROM ${nameSchema.parse(list.from)} ` +
      `${from}ORDER BY Id LIMIT ${LIMIT}`;
    const rows = await query(source, recordSchema, { soql, isCrawl: true });
    return {
      items: rows.map((row) => names.map((name) => textOf(row[name]))),
      next: rows.length < LIMIT ? null : (rows.at(-1)?.Id ?? null),
    };
  },
  /** One that is deleted takes from their number, and one that comes in its place is the last. */
  async stamp(source, list) {
    const soql = `SELECT COUNT(Id) rows, MAX(SystemModstamp) last FROM ${nameSchema.parse(list.from)}`;
    const [row] = await query(source, stampSchema, { soql, isCrawl: true });
    return `${row?.rows ?? 0} ${row?.last ?? ""}`;
  },
};

function namesOf({ fields }: KnownList): string[] {
  const names = fields.map(({ field }) => nameSchema.safeParse(field));
  return names.map((name) => {
    if (name.success) return name.data;
    throw new SourceError("settings", "A field's name is none.");
  });
}

async function fieldsOf(source: SalesforceSource, from: string): Promise<KnownList["fields"]> {
  try {
    const { fields } = await ask(source, describeSchema, { url: `sobjects/${from}/describe` });
    return fields.flatMap(({ name, type }) => {
      const isPerson = PEOPLE.includes(from) && name === "Name";
      const isTyped = type === "email" || type === "phone" || isPerson;
      // What an account is called is no person's name.
      if (name === "Name" && !isPerson) return [];
      const of = classOfField(name) ?? (isTyped ? "pii" : undefined);
      return of === undefined || type === "boolean" || type === "address"
        ? []
        : [{ field: name, class: of }];
    });
  } catch (error) {
    // The integration user doesn't see such an object.
    if (error instanceof SourceError && error.code === "missing") return [];
    throw error;
  }
}
