// What happened since: records by their last system change, then what was deleted.
import { SourceError, type Change, type ChangePage } from "@stead/sdk";
import { z } from "zod";
import { ask, quoted, time, type SalesforceSource } from "./api.ts";
import { itemOf, rows, type SalesforceAccess } from "./record.ts";
import { deletedSchema, idSchema } from "./wire.ts";

const cursorSchema = z.strictObject({
  object: z.int().min(0),
  /** Read from here on, in this round. */
  since: z.string(),
  /** When the round began; the next one reads from there. */
  began: z.string(),
  /** The record that was read last. */
  last: z.tuple([z.string(), idSchema]).nullable(),
  /** Changes that were told within the overlap. */
  told: z.array(z.string()),
});
type Cursor = z.output<typeof cursorSchema>;

/** A change is seen when its transaction ends, which is after its time stamp; clocks differ, too. */
const OVERLAP_MS = 600_000;
const LIMIT = 200;
const TOLD_MAX = 4_000;

export async function changes(
  source: SalesforceSource,
  cursor: string | null,
): Promise<ChangePage<SalesforceAccess>> {
  const now = new Date().toISOString();
  if (cursor === null) {
    const first: Cursor = { object: 0, since: now, began: now, last: null, told: [] };
    return { changes: [], next: JSON.stringify(first), done: true };
  }
  const at = cursorSchema.parse(JSON.parse(cursor));
  const isFirst = at.object === 0 && at.last === null;
  const round = isFirst ? { ...at, began: now } : at;
  const object = source.settings.objects[round.object];
  if (object === undefined) return { changes: [], next: again(round), done: true };
  const from = new Date(Date.parse(round.since) - OVERLAP_MS).toISOString();
  const found = await rows(source, object, { where: following(from, round.last) });
  const told = new Set(round.told);
  const fresh = found.filter((row) => !told.has(`${row.Id} ${row.SystemModstamp}`));
  for (const row of fresh) told.add(`${row.Id} ${row.SystemModstamp}`);
  const some: Change<SalesforceAccess>[] = fresh.map((row) => ({
    kind: "item",
    item: itemOf(source, object, row),
  }));
  const kept = { ...round, told: [...told].slice(-TOLD_MAX) };
  const last = found.at(-1);
  if (found.length >= LIMIT && last !== undefined) {
    const next: Cursor = { ...kept, last: [time(last.SystemModstamp), last.Id] };
    return { changes: some, next: JSON.stringify(next), done: false };
  }
  some.push(...(await deleted(source, object.name, { from, to: now })));
  const isLast = round.object + 1 >= source.settings.objects.length;
  const next = isLast
    ? again(kept)
    : JSON.stringify({ ...kept, object: round.object + 1, last: null });
  return { changes: some, next, done: isLast };
}

function following(from: string, last: Cursor["last"]): string {
  const order = `ORDER BY SystemModstamp, Id LIMIT ${LIMIT}`;
  if (last === null) return `WHERE SystemModstamp >= ${time(from)} ${order}`;
  const [at, id] = [time(last[0]), quoted(last[1])];
  return `WHERE SystemModstamp > ${at} OR (SystemModstamp = ${at} AND Id > ${id}) ${order}`;
}

function again(round: Cursor): string {
  const next: Cursor = { ...round, object: 0, since: round.began, last: null };
  return JSON.stringify(next);
}

async function deleted(
  source: SalesforceSource,
  name: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Change<SalesforceAccess>[]> {
  const answer = await ask(source, deletedSchema, {
    url: `sobjects/${name}/deleted`,
    query: { start: from, end: to },
  });
  // What was deleted before is no longer told: all has to be read again.
  if (Date.parse(time(answer.earliestDateAvailable)) > Date.parse(from)) {
    throw new SourceError("missing", "Salesforce no longer knows what was deleted since.");
  }
  return answer.deletedRecords.map(({ id }) => ({ kind: "gone", id: `${name}/${id}` }));
}
