// Feeds a source of the registry: its records are written beside those in force, and take their place at
// once when all are there.
import type { Column } from "../automaton.ts";
import { append } from "../../../ledger/append.ts";
import type { Ledger } from "../../../ledger/ledger.ts";
import { fail, ok, type Result } from "../../../lib/result.ts";
import { whileAvailable } from "../../../store/available.ts";
import { PAGE_RECORDS, sealPage, type KnownRecord } from "./page.ts";
import { countPages, deletePages, deleteSource, enforceSource, insertPage } from "./queries.ts";
import type { SourceRow } from "./queries.ts";

export interface FedSource {
  readonly id: string;
  readonly name: string;
  readonly kind: SourceRow["kind"];
  readonly columns: readonly Column[];
  /** Who feeds it: a person, or what does it by itself. */
  readonly by: string;
}

const STREAM = "registry";

/** All records of a source, in place of those that it had. */
export async function feedKnown(
  ledger: Ledger,
  source: FedSource,
  records: Iterable<KnownRecord> | AsyncIterable<KnownRecord>,
): Promise<Result<number>> {
  const generation = ledger.ids.next("gen");
  const fed = await whileAvailable(async () => {
    let page: KnownRecord[] = [];
    for await (const record of records) {
      if (page.push(record) < PAGE_RECORDS) continue;
      await writePage(ledger, { source, generation }, page);
      page = [];
    }
    if (page.length > 0) await writePage(ledger, { source, generation }, page);
  });
  if (fed.ok) return enforce(ledger, source, generation);
  await whileAvailable(() => deletePages(ledger, source.id, generation));
  return fed;
}

export interface Under {
  readonly source: Pick<FedSource, "id">;
  readonly generation: string;
}

/** The next page of a feed under way. */
export async function writePage(
  ledger: Ledger,
  { source, generation }: Under,
  records: readonly KnownRecord[],
): Promise<void> {
  const { orgId, clock, keys } = ledger;
  const { pages: number } = await countPages(ledger, source.id, generation);
  const place = { orgId, sourceId: source.id, generation, number };
  await insertPage(ledger, {
    org_id: orgId,
    source_id: source.id,
    generation,
    number,
    records: records.length,
    ...sealPage(keys, place, records),
    written_at: new Date(clock.now()),
  });
}

/** Puts what was written in force, and records who did. */
export async function enforce(
  ledger: Ledger,
  source: FedSource,
  generation: string,
): Promise<Result<number>> {
  const { id, name, kind, columns, by } = source;
  const counted = await whileAvailable(() => countPages(ledger, id, generation));
  if (!counted.ok) return counted;
  const { records } = counted.value;
  const row: SourceRow = {
    org_id: ledger.orgId,
    id,
    name,
    kind,
    columns: [...columns],
    generation,
    records,
    fed_by: by,
    fed_at: new Date(ledger.clock.now()),
  };
  const classes = [...new Set(columns.map((column) => column.class))];
  const data = { by, sourceId: id, name, kind, records, classes };
  const done = await append(ledger, {
    stream: STREAM,
    after: "tail",
    events: [{ type: "registry.fed", data }],
    also: async (tx) => {
      await enforceSource({ db: tx, orgId: ledger.orgId }, row);
      return ok();
    },
  });
  return done.ok ? ok(records) : done;
}

export async function removeKnown(
  ledger: Ledger,
  sourceId: string,
  by: string,
): Promise<Result<void>> {
  const events = [{ type: "registry.removed", data: { by, sourceId } }];
  const done = await append(ledger, {
    stream: STREAM,
    after: "tail",
    events,
    also: async (tx) =>
      (await deleteSource({ db: tx, orgId: ledger.orgId }, sourceId))
        ? ok()
        : fail("resource.not_found", "There is no such source of known values."),
  });
  return done.ok ? ok() : done;
}
