// Endpoints of the ledger: search, bodies, verification, checkpoints, export.
import type { Handlers } from "../lib/handler.ts";
import { fail, ok } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import { exportPage } from "./export.ts";
import type { Ledger } from "./ledger.ts";
import { readBodies, search } from "./search.ts";
import { selectCheckpoints } from "./tree/queries.ts";
import { verify } from "./verify.ts";

type Names =
  | "ledger.search"
  | "ledger.bodies"
  | "ledger.verify"
  | "ledger.checkpoints"
  | "ledger.export";

export function ledgerRoutes(ledger: Ledger): Pick<Handlers, Names> {
  return {
    "ledger.search": (_asker, { query }) => search(ledger, query),
    "ledger.bodies": ({ principal }, { params: { stream, seq } }) =>
      readBodies(ledger, { stream, seq, by: principal.personId }),
    "ledger.verify": () => verify(ledger),
    "ledger.checkpoints": (_asker, { query }) => listCheckpoints(ledger, query),
    "ledger.export": (_asker, { query }) => exportPage(ledger, query.after),
  };
}

const listCheckpoints: (
  ledger: Ledger,
  page: { limit: number; cursor?: string | undefined },
) => ReturnType<Handlers["ledger.checkpoints"]> = async (ledger, { limit, cursor }) => {
  const below = cursor === undefined ? null : Number(cursor);
  if (below !== null && !Number.isSafeInteger(below))
    return fail("request.invalid", "`cursor` is not from this list");
  const where = { orgId: ledger.orgId, below, limit: limit + 1 };
  const rows = await whileAvailable(() => selectCheckpoints(ledger.db, where));
  if (!rows.ok) return rows;
  const items = rows.value.slice(0, limit).map((row) => ({
    ...row,
    at: new Date(row.at).toISOString(),
  }));
  const last = rows.value.length > limit ? items.at(-1) : undefined;
  return ok({ items, next: last ? String(last.size) : null });
};
