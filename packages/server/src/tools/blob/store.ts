// Large tool output, kept aside: encrypted, for the person of the run alone, read page by page.
import { fail, ok, type Result } from "../../lib/result.ts";
import { openBody, sealBody, type KeyRing } from "../../ledger/keys.ts";
import { whileAvailable } from "../../store/available.ts";
import type { Ctx } from "../../store/context.ts";
import { insertBlob, selectBlob } from "./queries.ts";

export interface BlobOwner {
  readonly personId: string;
  readonly runId: string;
  readonly callId: string;
}

export interface BlobStore {
  /** The id of what was put aside. */
  put(text: string, owner: BlobOwner): Promise<Result<string>>;
  /** Not found, not theirs and erased look alike. */
  open(blobId: string, personId: string): Promise<Result<string>>;
}

export function createBlobStore(ctx: Ctx, keys: KeyRing): BlobStore {
  const bindings = (id: string): string => `${ctx.orgId}/blob/${id}`;
  return {
    async put(text, owner) {
      const id = ctx.ids.next("blob");
      const plain = Buffer.from(text);
      const body = sealBody(keys, plain, bindings(id));
      const row = { id, ...owner, ...body, bytes: plain.length, atMs: ctx.clock.now() };
      const done = await whileAvailable(() => insertBlob(ctx, row));
      return done.ok ? ok(id) : done;
    },
    async open(blobId, personId) {
      const found = await whileAvailable(() => selectBlob(ctx, blobId, personId));
      if (!found.ok) return found;
      const plain = found.value && openBody(keys, found.value, bindings(blobId));
      if (!plain) return fail("resource.not_found", `There is no blob ${blobId.slice(0, 60)}.`);
      return ok(plain.toString("utf8"));
    },
  };
}
