// Whose rights were changed since, by the site's audit log: it names what was touched, but by name alone and in
// words that no contract lists, so whatever bears such a name is read again as it is now.
import type { Change } from "@stead/sdk";
import type { ConfluenceAccess } from "./access.ts";
import { after, ask, everyPage, everyStart, type ConfluenceSource } from "./api.ts";
import { idOf, item } from "./read.ts";
import { auditSchema, groupsSchema, searchSchema, spacesSchema, type AuditRecord } from "./wire.ts";

type Found = Change<ConfluenceAccess>;

/** It may be written some moments after the act. */
const OVERLAP_MS = 10 * 60_000;
const RECORDS = 100;
const GROUPS = 200;
/** More names at once are the hourly comparison's to find. */
const NAMES_MAX = 50;
const SAME_TITLE = 25;
/** Of people it tells what the listing of people tells, and often. */
const PEOPLE = /^user$/i;

/** Adds to `told` what it has told. */
export async function audited(
  source: ConfluenceSource,
  sinceMs: number,
  told: Set<string>,
): Promise<Found[]> {
  const names = new Set<string>();
  for (const record of await recordsSince(source, sinceMs - OVERLAP_MS)) {
    const key = keyOf(record);
    if (told.has(key)) continue;
    told.add(key);
    for (const name of namedIn(record)) names.add(name);
  }
  if (names.size === 0) return [];
  if (names.size > NAMES_MAX)
    source.log("The audit log names more than is read at once", { names: names.size });
  const chosen = new Set([...names].slice(0, NAMES_MAX));
  return [
    ...(await groupsNamed(source, chosen)),
    ...(await spacesNamed(source, chosen)),
    ...(await contentsNamed(source, chosen)),
  ];
}

function recordsSince(source: ConfluenceSource, sinceMs: number): Promise<AuditRecord[]> {
  return everyStart(async (start) => {
    const query = { startDate: String(sinceMs), start, limit: RECORDS };
    const page = await ask(source, auditSchema, { url: "rest/api/audit", query });
    return { found: page.results, next: after(page, start) };
  });
}

function keyOf(record: AuditRecord): string {
  return `audit ${record.creationDate} ${record.summary ?? ""} ${namedIn(record).join(", ")}`.slice(
    0,
    300,
  );
}

function namedIn({ affectedObject, associatedObjects }: AuditRecord): string[] {
  return [affectedObject, ...(associatedObjects ?? [])].flatMap((one) =>
    one?.name && !PEOPLE.test(one.objectType ?? "") ? [one.name] : [],
  );
}

async function groupsNamed(source: ConfluenceSource, names: ReadonlySet<string>): Promise<Found[]> {
  const groups = await everyStart(async (start) => {
    const query = { start, limit: GROUPS };
    const page = await ask(source, groupsSchema, { url: "rest/api/group", query });
    return { found: page.results, next: after(page, start) };
  });
  return groups
    .filter(({ name, id }) => names.has(name ?? id))
    .map(({ id }): Found => ({ kind: "group", id }));
}

async function spacesNamed(source: ConfluenceSource, names: ReadonlySet<string>): Promise<Found[]> {
  const spaces = await everyPage(source, spacesSchema, "api/v2/spaces");
  const found: Found[] = [];
  for (const { id, name, key } of spaces)
    // oxlint-disable-next-line no-await-in-loop -- one after the other, within the limits
    if (names.has(name) || names.has(key)) found.push(...(await asItIs(source, idOf("space", id))));
  return found;
}

async function contentsNamed(
  source: ConfluenceSource,
  names: ReadonlySet<string>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const name of names) {
    const cql = `title = ${JSON.stringify(name)} and type in (page, blogpost)`;
    const query = { cql, start: 0, limit: SAME_TITLE };
    // oxlint-disable-next-line no-await-in-loop -- one after the other, within the limits
    const page = await ask(source, searchSchema, { url: "rest/api/search", query });
    for (const { content } of page.results)
      // oxlint-disable-next-line no-await-in-loop -- as above
      if (content) found.push(...(await asItIs(source, idOf(content.type, content.id))));
  }
  return found;
}

/** With all that is below: what was taken there was taken here. */
async function asItIs(source: ConfluenceSource, id: string): Promise<Found[]> {
  const now = await item(source, id);
  return now === null
    ? [{ kind: "gone", id }]
    : [
        { kind: "item", item: now },
        { kind: "subtree", id },
      ];
}
