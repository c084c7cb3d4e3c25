// `postgres.query`: rows of a configured table that pass typed filters; no SQL comes from outside.
import { SourceError, type ConnectorTool } from "@stead/sdk";
import { z } from "zod";
import { asPerson } from "./act.ts";
import { COMPARISONS, filterRead, readColumns, type Filter } from "./queries.ts";
import { columnsOf, type Acting, type Relation, type Settings } from "./settings.ts";

const OUTPUT_CHARS_MAX = 200_000;

const input = z.object({
  table: z.string().max(41).describe("The name of a configured table; an unknown one lists them"),
  where: z
    .array(
      z.object({
        column: z.string().max(63),
        is: z.enum(COMPARISONS).default("="),
        value: z.string().max(2_000).default("").describe("As text, whatever the column's type"),
      }),
    )
    .max(10)
    .default([])
    .describe("Every one must hold"),
  orderBy: z.string().max(63).optional().describe("A column; the key when left out"),
  descending: z.boolean().default(false),
  limit: z.int().min(1).max(200).default(50),
});
type Input = z.output<typeof input>;

export const queryTool: ConnectorTool<Settings, typeof input> = {
  name: "postgres.query",
  title: "Query a table",
  description:
    "Reads rows of one configured table or view of the database, as the person who asks: " +
    "the database's own rules decide which rows there are.",
  input,
  contract: {
    effect: "read",
    sinks: {},
    keyed: true,
    // Whoever writes to a table writes its text.
    result: { audience: [], classes: [], trust: "outside" },
    resultForCallerOnly: true,
  },
  run: query,
};

async function query(source: Acting, asked: Input): Promise<string> {
  const relation = relationOf(source, asked.table);
  for (const column of [...asked.where.map((each) => each.column), asked.orderBy]) {
    if (column !== undefined && !columnsOf(relation).includes(column))
      throw new SourceError(
        "missing",
        `${relation.name} has the columns ${columnsOf(relation).join(", ")}.`,
      );
  }
  const lines = await asPerson(source, async (read, client) => {
    const types = new Map((await readColumns(client, relation)).map((one) => [one.name, one.type]));
    const { orderBy, descending, limit, where } = asked;
    const filters: Filter[] = where.filter(({ column }) => types.has(column));
    if (filters.length < where.length) throw new SourceError("missing", "There is no such column.");
    const wanted = { filters, descending, limit, ...(orderBy === undefined ? {} : { orderBy }) };
    return read(filterRead(relation, wanted, types));
  });
  if (lines === undefined || lines.length === 0) return "No row that this person may see.";
  const text = lines.join("\n");
  if (text.length > OUTPUT_CHARS_MAX)
    throw new SourceError("too_large", "These are too many rows: ask for fewer.");
  return text;
}

function relationOf(source: Acting, name: string): Relation {
  const { relations } = source.settings;
  const found = relations.find((relation) => relation.name === name);
  if (found) return found;
  const names = relations.map((relation) => relation.name).join(", ");
  throw new SourceError("missing", `There is no such table; there are: ${names}.`);
}
