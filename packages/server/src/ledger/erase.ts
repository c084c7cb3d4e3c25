// Erasing a person: the keys of every body that names them are destroyed. Events and ciphertext
// stay, so the chains hold; backups hold the keys, wrapped, until they expire.
import { fail, ok, type Result } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import { append } from "./append.ts";
import { ERASED_TYPE, ERASURES } from "./event.ts";
import type { Ledger } from "./ledger.ts";
import { countKeysOf, deleteKeysOf, vacuumKeys } from "./data-keys/queries.ts";

const TRIES_MAX = 5;

/** How many bodies became unreadable. */
export async function erase(
  ledger: Ledger,
  { subject, by }: { subject: string; by: string },
): Promise<Result<{ bodies: number }>> {
  const { db, orgId } = ledger;
  for (let tries = 1; tries <= TRIES_MAX; tries++) {
    const counted = await whileAvailable(() => countKeysOf(db, orgId, subject));
    if (!counted.ok) return counted;
    const bodies = counted.value;
    const done = await append(ledger, {
      stream: ERASURES,
      after: "tail",
      events: [{ type: ERASED_TYPE, data: { subject, by, bodies } }],
      also: async (tx) => {
        const deleted = await deleteKeysOf(tx, orgId, subject);
        return deleted === bodies ? ok() : fail("request.conflict", "more was written meanwhile");
      },
    });
    if (done.ok) {
      await vacuumKeys(ledger.pool).catch((error: unknown) =>
        ledger.log("warn", "erased keys are not overwritten yet", { cause: String(error) }),
      );
      return ok({ bodies });
    }
    if (done.failure.code !== "request.conflict") return done;
  }
  return fail("request.conflict", "Bodies that name this person keep being written.", {
    hint: "Stop that person's runs, then erase again.",
  });
}
