// Feeds a source of the registry: its records are written beside those in force, and take their place at
// once when all are there. What is the same as before is not written again.
import type { Column } from "../automaton.ts";
import { append } from "../../../ledger/append.ts";
import type { Ledger } from "../../../ledger/ledger.ts";
import { fail, ok, type Result } from "../../../lib/result.ts";
import { answered, whileAvailable } from "../../../store/available.ts";
import type { Tx } from "../../../store/tx.ts";
import { PAGE_RECORDS, type KnownRecord } from "./page.ts";
import { Overtaken, PageWriter } from "./page-writer.ts";
import { countPages, deletePages, deleteSource, enforceSource, lockKnown } from "./queries.ts";
import type { SourceRow } from "./queries.ts";

export interface FedSource {
  readonly id: string;
  readonly name: string;
  readonly kind: SourceRow["kind"];
  readonly columns: readonly Column[];
  /** Who feeds it: a person, or what does it by itself. */
  readonly by: string;
}

/** Part of the transaction that puts records in force: a failure keeps what was. */
export type Also = (tx: Tx) => Promise<Result<void>>;

export interface FeedOptions {
  /** What its pages are called by; made here if left out. */
  readonly generation?: string;
  readonly also?: Also;
}

const STREAM = "registry";

/** All records of a source, in place of those that it had; when `records` throws nothing changes. */
export async function feedKnown(
  ledger: Ledger,
  { generation = ledger.ids.next("gen"), also, ...source }: FedSource & FeedOptions,
  records: Iterable<KnownRecord> | AsyncIterable<KnownRecord>,
): Promise<Result<number>> {
  const writer = new PageWriter(ledger, source, generation);
  try {
    const written = await answered(async () => {
      await writer.begin();
      let page: KnownRecord[] = [];
      for await (const record of records) {
        if (page.push(record) < PAGE_RECORDS) continue;
        await writer.page(page);
        page = [];
      }
      if (page.length > 0) await writer.page(page);
      return ok(await writer.end());
    });
    if (!written.ok || written.value.isSame)
      return written.ok ? ok(written.value.records) : written;
    const { pages } = written.value;
    const done = await enforce(ledger, source, { generation, pages, ...(also && { also }) });
    if (done.ok) writer.isOpen = false;
    return done;
  } catch (error) {
    if (error instanceof Overtaken) return OVERTAKEN;
    throw error;
  } finally {
    if (writer.isOpen) await whileAvailable(() => deletePages(ledger, source.id, generation));
  }
}

interface Written {
  readonly generation: string;
  /** So many were written. */
  readonly pages: number;
  readonly also?: Also;
}

/** Puts what was written in force, and records who did. */
export async function enforce(
  ledger: Ledger,
  source: FedSource,
  { generation, pages, also }: Written,
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
      const scope = { db: tx, orgId: ledger.orgId };
      await lockKnown(scope, id);
      // Something took its pages away meanwhile: a part of a list is never in force.
      if ((await countPages(scope, id, generation)).pages !== pages) return OVERTAKEN;
      const further = also ? await also(tx) : ok();
      if (further.ok) await enforceSource(scope, row);
      return further;
    },
  });
  return done.ok ? ok(records) : done;
}

const OVERTAKEN = fail("request.conflict", "Another import of this list came in between.", {
  hint: "Begin again.",
});

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

/** What a connected source feeds is called so in the registry. */
export function knownIdOf(sourceId: string): string {
  return `known_${sourceId}`;
}
