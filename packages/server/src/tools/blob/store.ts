// Large tool output, kept aside: encrypted, for the person of the run alone, read page by page. Its label
// is sealed with it: what was put aside is no less confidential for being read again, by whichever run.
import { labelSchema, type Label } from "@stead/protocol";
import { z } from "zod";
import { mayRead } from "../../access/readable.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { openBody, sealBody, type KeyRing } from "../../ledger/keys.ts";
import { atHand, whileAvailable } from "../../store/available.ts";
import type { Ctx } from "../../store/context.ts";
import { insertBlob, selectBlob } from "./queries.ts";

export interface BlobOwner {
  readonly personId: string;
  readonly runId: string;
  readonly callId: string;
}

export interface Blob {
  readonly text: string;
  readonly label: Label;
}

const blobSchema = z.object({ text: z.string(), label: labelSchema });

export interface BlobStore {
  /** The id of what was put aside. */
  put(blob: Blob, owner: BlobOwner): Promise<Result<string>>;
  /** Not found, not theirs, no longer readable by them and erased look alike. */
  open(blobId: string, personId: string): Promise<Result<Blob>>;
}

/** What a blob's own key is bound to. */
export function blobBindings(orgId: string, id: string): string {
  return `${orgId}/blob/${id}`;
}

export function createBlobStore(ctx: Ctx, keys: KeyRing): BlobStore {
  const bindings = (id: string): string => blobBindings(ctx.orgId, id);
  return {
    async put(blob, owner) {
      const id = ctx.ids.next("blob");
      const plain = Buffer.from(JSON.stringify(blob));
      const body = atHand(() => sealBody(keys, plain, bindings(id)));
      if (!body.ok) return body;
      const row = { id, ...owner, ...body.value, bytes: plain.length, atMs: ctx.clock.now() };
      const done = await whileAvailable(() => insertBlob(ctx, row));
      return done.ok ? ok(id) : done;
    },
    async open(blobId, personId) {
      const found = await whileAvailable(() => selectBlob(ctx, blobId, personId));
      if (!found.ok) return found;
      const opened = atHand(() => found.value && openBody(keys, found.value, bindings(blobId)));
      if (!opened.ok) return opened;
      const plain = opened.value;
      if (!plain) return noBlob(blobId);
      const blob = blobSchema.parse(JSON.parse(plain.toString("utf8")));
      const may = await whileAvailable(() => mayRead(ctx, personId, blob.label.audience));
      if (!may.ok) return may;
      return may.value ? ok(blob) : noBlob(blobId);
    },
  };
}

function noBlob(blobId: string): Result<never> {
  return fail("resource.not_found", `There is no blob ${blobId.slice(0, 60)}.`);
}
