// Whether the keys at hand are those that this database was written with. New ones in the place of lost
// ones, or of another host's, would make what was there unreadable, and nobody would notice at first.
import { fail, ok, type Result } from "../lib/result.ts";
import type { Ledger } from "./ledger.ts";
import { someDataKeys } from "./data-keys/queries.ts";
import { openNote } from "./tree/note.ts";
import { lastCheckpoint } from "./tree/queries.ts";

const LOOKED_AT = 20;

export async function checkKeys({ db, orgId, keys }: Ledger): Promise<Result<void>> {
  const last = await lastCheckpoint(db, orgId);
  if (last && openNote(last.note, keys.signer) === undefined)
    return other("checkpoints.key", "signed this database's ledger");
  const wrapped = await someDataKeys(db, orgId, LOOKED_AT);
  if (wrapped.some((each) => !keys.knows(each)))
    return other("bodies.key", "sealed the bodies in this database");
  return ok();
}

function other(file: string, did: string): Result<never> {
  return fail("config.invalid", `keys/${file} in the data folder is not the key that ${did}.`, {
    hint:
      "Put it back from the backup, or copy it from the other server. If it is lost for good, start" +
      " with STEAD_NEW_KEYS=1 (docs/operate/backup.md says what is lost with it).",
  });
}
