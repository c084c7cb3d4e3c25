// SQL of blobs. Their keys stand with those of the ledger's bodies: erasing a person takes both.
import type { Sealed } from "../../ledger/keys.ts";
import type { Ctx } from "../../store/context.ts";
import { withTx } from "../../store/tx.ts";

interface BlobTable {
  org_id: string;
  id: string;
  person_id: string;
  run_id: string;
  call_id: string;
  bytes: number;
  sealed: Buffer;
  at: number;
}

interface DataKeyTable {
  body_id: string;
  org_id: string;
  wrapped: Buffer;
  subjects: string[];
}

declare module "../../store/db.ts" {
  interface Tables {
    blob: BlobTable;
    data_key: DataKeyTable;
  }
}

export interface BlobRow extends Sealed {
  readonly id: string;
  readonly personId: string;
  readonly runId: string;
  readonly callId: string;
  readonly bytes: number;
  readonly atMs: number;
}

export async function insertBlob({ db, orgId }: Ctx, row: BlobRow): Promise<void> {
  await withTx(db, async (tx) => {
    const { id, personId, runId, callId, bytes, sealed, wrapped, atMs } = row;
    await tx
      .insertInto("blob")
      .values({
        org_id: orgId,
        id,
        person_id: personId,
        run_id: runId,
        call_id: callId,
        bytes,
        sealed,
        at: atMs,
      })
      .execute();
    await tx
      .insertInto("data_key")
      .values({ body_id: id, org_id: orgId, wrapped, subjects: [personId] })
      .execute();
  });
}

export async function selectBlob(
  { db, orgId }: Ctx,
  id: string,
  personId: string,
): Promise<Sealed | undefined> {
  return db
    .selectFrom("blob")
    .innerJoin("data_key", "data_key.body_id", "blob.id")
    .select(["blob.sealed", "data_key.wrapped"])
    .where("blob.org_id", "=", orgId)
    .where("data_key.org_id", "=", orgId)
    .where("blob.id", "=", id)
    .where("blob.person_id", "=", personId)
    .executeTakeFirst();
}
