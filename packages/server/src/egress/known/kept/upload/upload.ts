// An import in parts: nothing of it is in force before its last part, and what is abandoned is deleted.
import type { Principal } from "@stead/protocol";
import type { Ledger } from "../../../../ledger/ledger.ts";
import { fail, ok, type Result } from "../../../../lib/result.ts";
import { answered } from "../../../../store/available.ts";
import { withTx } from "../../../../store/tx.ts";
import { enforce, type FedSource } from "../feed.ts";
import { PAGE_RECORDS, type KnownRecord } from "../page.ts";
import { writePage } from "../page-writer.ts";
import { selectKnownSources, type Scope } from "../queries.ts";
import { columnsSchema } from "../registry.ts";
import {
  advanceUpload,
  insertUpload,
  lockUpload,
  sweepUploads,
  type UploadRow,
} from "./queries.ts";

/** Of one list: a million of them take some 400 MB of memory. */
export const RECORDS_MAX = 1_000_000;
const ABANDONED_MS = 3_600_000;

export interface Part {
  readonly source: FedSource;
  readonly by: Pick<Principal, "personId">;
  /** None: the first part. */
  readonly upload?: string | undefined;
  /** From 1. */
  readonly number: number;
  readonly isLast: boolean;
  readonly records: readonly KnownRecord[];
}

export interface Taken {
  /** Of the import so far. */
  readonly records: number;
  /** Null: it is in force. */
  readonly upload: string | null;
}

/** The same part may come again, when its answer was lost. */
export async function takePart(ledger: Ledger, part: Part): Promise<Result<Taken>> {
  const { orgId, clock, ids } = ledger;
  const id = part.upload ?? ids.next("gen");
  const taken = await answered(() =>
    withTx(ledger.db, async (db): Promise<Result<Counted>> => {
      const scope = { db, orgId };
      if (part.upload === undefined) {
        if (part.number !== 1) return GONE;
        const { id: source_id, name, columns } = part.source;
        const written_at = new Date(clock.now());
        const begun_by = part.by.personId;
        await insertUpload(scope, { id, source_id, name, columns, begun_by, written_at });
      }
      const row = await lockUpload(scope, id);
      if (!row) return inForce(scope, part, id);
      const wrong = misfit(row, part);
      if (wrong) return wrong;
      return row.parts >= part.number ? ok(row) : write(ledger, { scope, row }, part.records);
    }),
  );
  if (!taken.ok) return taken;
  const { records, pages, isInForce } = taken.value;
  if (isInForce === true) return ok({ records, upload: null });
  if (!part.isLast) return ok({ records, upload: id });
  const done = await enforce(ledger, part.source, { generation: id, pages });
  return done.ok ? ok({ records: done.value, upload: null }) : done;
}

interface Counted {
  readonly records: number;
  readonly pages: number;
  readonly isInForce?: true;
}

const GONE = fail("resource.not_found", "There is no such import any more.", {
  hint: "Another import of this list came in between, or this one rested for an hour. Begin again.",
});

/** The last part came before: its answer was lost. */
async function inForce(
  scope: Scope,
  { source, isLast }: Part,
  id: string,
): Promise<Result<Counted>> {
  const row = (await selectKnownSources(scope)).find((each) => each.id === source.id);
  if (!isLast || row?.generation !== id) return GONE;
  return ok({ records: row.records, pages: 0, isInForce: true });
}

function misfit(row: UploadRow, { source, by, number, records }: Part): Result<never> | undefined {
  if (row.source_id !== source.id || row.begun_by !== by.personId) return GONE;
  const columns = columnsSchema.parse(row.columns);
  const isSame = columns.every(
    (column, i) =>
      column.field === source.columns[i]?.field && column.class === source.columns[i].class,
  );
  if (!isSame || columns.length !== source.columns.length)
    return fail("request.conflict", "The parts of an import have the same columns.");
  if (number > row.parts + 1)
    return fail("request.conflict", `Part ${row.parts + 1} of the import comes next.`);
  if (row.records + records.length > RECORDS_MAX)
    return fail("request.too_large", `A list has at most ${RECORDS_MAX} records.`, {
      hint: "Import it as several lists.",
    });
  return undefined;
}

async function write(
  ledger: Ledger,
  { scope, row }: { readonly scope: Scope; readonly row: UploadRow },
  records: readonly KnownRecord[],
): Promise<Result<Counted>> {
  const at = { source: { id: row.source_id }, generation: row.id };
  let pages = 0;
  for (let from = 0; from < records.length; from += PAGE_RECORDS) {
    const some = records.slice(from, from + PAGE_RECORDS);
    // oxlint-disable-next-line no-await-in-loop -- one transaction
    await writePage(ledger, { ...at, number: row.pages + pages++, db: scope.db }, some);
  }
  const by = { pages, records: records.length, at: new Date(ledger.clock.now()) };
  await advanceUpload(scope, row.id, by);
  return ok({ records: row.records + records.length, pages: row.pages + pages });
}

/** What rests for an hour was abandoned; pages without anything that they belong to go with it. */
export async function sweepAbandoned(ledger: Ledger): Promise<number> {
  return sweepUploads(ledger, new Date(ledger.clock.now() - ABANDONED_MS));
}
