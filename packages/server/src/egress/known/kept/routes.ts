// Endpoints of the registry of known values: counts, never values.
import type { Endpoints, EndpointReply, EndpointRequest } from "@stead/protocol";
import type { Ledger } from "../../../ledger/ledger.ts";
import type { Handlers } from "../../../lib/handler.ts";
import { fail, ok, type Result } from "../../../lib/result.ts";
import { whileAvailable } from "../../../store/available.ts";
import { readCsv } from "./csv.ts";
import { enforce, feedKnown, removeKnown, writePage, type FedSource } from "./feed.ts";
import { PAGE_RECORDS } from "./page.ts";
import { selectDirectory, selectKnownSources } from "./queries.ts";
import { registryOf, type KnownRegistry } from "./registry.ts";

type Names =
  | "registry.list"
  | "registry.import"
  | "registry.remove"
  | "registry.try"
  | "registry.directory";

export const DIRECTORY_ID = "known_directory";
const DIRECTORY_COLUMNS = [
  { field: "name", class: "pii" },
  { field: "mail", class: "pii" },
];

export function knownRoutes(ledger: Ledger): Pick<Handlers, Names> {
  const registry = registryOf(ledger);
  return {
    "registry.list": async () => {
      const loaded = await registry.reload();
      return loaded.ok ? ok({ items: listed(registry), next: null }) : loaded;
    },
    "registry.import": ({ principal }, input) =>
      importCsv(ledger, registry, { input, by: principal.personId }),
    "registry.remove": async ({ principal }, { params }) => {
      const removed = await removeKnown(ledger, params.sourceId, principal.personId);
      if (!removed.ok) return removed;
      await registry.reload();
      return ok({});
    },
    "registry.try": async (_asker, { body }) => {
      const ready = await registry.ready();
      if (!ready.ok) return ready;
      return ok({
        findings: registry.current
          .find(body.text)
          .map(({ from, to, class: of, field, encoding }) => ({
            from,
            to,
            class: of,
            field,
            encoding,
          })),
      });
    },
    "registry.directory": async ({ principal }) => {
      const fed = await feedDirectory(ledger, principal.personId);
      if (!fed.ok) return fed;
      await registry.reload();
      return ok({ records: fed.value });
    },
  };
}

/** Names and mail addresses of the organisation's own people. */
export async function feedDirectory(ledger: Ledger, by: string): Promise<Result<number>> {
  const people = await whileAvailable(() => selectDirectory(ledger));
  if (!people.ok) return people;
  const source: FedSource = {
    id: DIRECTORY_ID,
    name: "Directory",
    kind: "directory",
    columns: DIRECTORY_COLUMNS,
    by,
  };
  const records = people.value.map(({ name, email }) => [name, email]);
  return feedKnown(ledger, source, records);
}

type Item = EndpointReply<Endpoints["registry.list"]>["items"][number];

function listed(registry: KnownRegistry): Item[] {
  return registry.counts().map(({ row, classes, closed }) => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    records: row.records,
    classes: classes.map((each) => ({ ...each })),
    closedPages: closed,
    fedBy: row.fed_by,
    fedAt: row.fed_at.toISOString(),
  }));
}

interface Import {
  readonly input: EndpointRequest<Endpoints["registry.import"]>;
  readonly by: string;
}

/** A part of a list, or all of it: what was in force stays so until the last part. */
async function importCsv(
  ledger: Ledger,
  registry: KnownRegistry,
  { input: { body }, by }: Import,
): Promise<Result<EndpointReply<Endpoints["registry.import"]>>> {
  const read = readCsv(body.csv, body.columns);
  if (!read.ok) return read;
  const { records, errors } = read.value;
  const named = await whileAvailable(() => idOf(ledger, body.name));
  if (!named.ok) return named;
  if (named.value === DIRECTORY_ID) return fail("request.conflict", "The directory has this name.");
  const columns = body.columns.map(({ header, field, class: of }) => ({
    field: field ?? header,
    class: of,
  }));
  const source: FedSource = { id: named.value, name: body.name, kind: "csv", columns, by };
  const generation = body.upload ?? ledger.ids.next("gen");
  const written = await whileAvailable(async () => {
    for (let at = 0; at < records.length; at += PAGE_RECORDS)
      await writePage(ledger, { source, generation }, records.slice(at, at + PAGE_RECORDS));
  });
  if (!written.ok) return written;
  const told = { sourceId: source.id, records: records.length, errors };
  if (body.more) return ok({ ...told, upload: generation });
  const done = await enforce(ledger, source, generation);
  if (!done.ok) return done;
  await registry.reload();
  return ok({ ...told, records: done.value, upload: null });
}

/** Of the source with this name; the same for the same name while a first upload is under way. */
async function idOf(ledger: Ledger, name: string): Promise<string> {
  const there = (await selectKnownSources(ledger)).find((row) => row.name === name);
  return there?.id ?? `known_${Buffer.from(name).toString("hex").slice(0, 60)}`;
}
