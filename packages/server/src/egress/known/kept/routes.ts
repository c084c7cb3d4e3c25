// Endpoints of the registry of known values: counts, never values.
import type { Endpoints, EndpointReply, EndpointRequest, Principal } from "@stead/protocol";
import type { Ledger } from "../../../ledger/ledger.ts";
import type { Handlers } from "../../../lib/handler.ts";
import { idFrom } from "../../../lib/ids.ts";
import { fail, ok, type Result } from "../../../lib/result.ts";
import { whileAvailable } from "../../../store/available.ts";
import { readCsv } from "./csv.ts";
import { feedKnown, removeKnown, type FedSource } from "./feed.ts";
import { selectDirectory, selectKnownSources } from "./queries.ts";
import { columnsSchema, registryOf, type KnownRegistry } from "./registry.ts";
import { takePart } from "./upload/upload.ts";
import { selectUploads, type UploadRow } from "./upload/queries.ts";

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
      if (!loaded.ok) return loaded;
      const uploads = await whileAvailable(() => selectUploads(ledger));
      if (!uploads.ok) return uploads;
      return ok({ items: listed(registry), next: null, uploads: uploads.value.map(underWay) });
    },
    "registry.import": ({ principal }, input) =>
      importCsv(ledger, registry, { input, by: principal }),
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

function underWay({ name, records, begun_by: by, written_at: at }: UploadRow) {
  return { name, records, by, at: at.toISOString() };
}

type Item = EndpointReply<Endpoints["registry.list"]>["items"][number];

function listed(registry: KnownRegistry): Item[] {
  return registry.counts().map(({ row, classes, closed }) => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    records: row.records,
    fields: columnsSchema.parse(row.columns),
    classes: classes.map((each) => ({ ...each })),
    closedPages: closed,
    fedBy: row.fed_by,
    fedAt: row.fed_at.toISOString(),
  }));
}

interface Import {
  readonly input: EndpointRequest<Endpoints["registry.import"]>;
  readonly by: Principal;
}

/** A part of a list, or all of it: what was in force stays so until the last part. */
async function importCsv(
  ledger: Ledger,
  registry: KnownRegistry,
  { input: { body }, by }: Import,
): Promise<Result<EndpointReply<Endpoints["registry.import"]>>> {
  const read = readCsv(body.csv, body.columns);
  if (!read.ok) return read;
  const { records, errors, skipped } = read.value;
  if (!body.more && body.upload === undefined && records.length === 0)
    return fail("request.invalid", "There is no value in the list: nothing was changed.", {
      ...(errors[0] && { hint: `Line ${errors[0].line}: ${errors[0].error}.` }),
    });
  const columns = body.columns.map(({ header, field, class: of }) => ({
    field: field ?? header,
    class: of,
  }));
  const named = await whileAvailable(() => idOf(ledger, body.name));
  if (!named.ok) return named;
  const source: FedSource = {
    id: named.value,
    name: body.name,
    kind: "csv",
    columns,
    by: by.personId,
  };
  const { upload, part: number } = body;
  const taken = await takePart(ledger, { source, by, upload, number, isLast: !body.more, records });
  if (!taken.ok) return taken;
  if (taken.value.upload === null) await registry.reload();
  return ok({ sourceId: source.id, ...taken.value, errors, skipped });
}

/** Of the list with this name; the same for the same name, also while a first import is under way. */
async function idOf(ledger: Ledger, name: string): Promise<string> {
  const lists = (await selectKnownSources(ledger)).filter(({ kind }) => kind === "csv");
  return lists.find((row) => row.name === name)?.id ?? idFrom("known", name);
}
