// Endpoints of what left: destinations with their counts, the paths that are not gated, and what is
// detected in what leaves.
import type { Handlers } from "../lib/handler.ts";
import { ok } from "../lib/result.ts";
import type { Ledger } from "../ledger/append.ts";
import { whileAvailable } from "../store/available.ts";
import { detectorRoutes } from "./detect/routes.ts";
import { selectDestinations } from "./queries.ts";
import { listUngated } from "./ungated.ts";

type Names = "egress.destinations" | "egress.ungated";

export function egressRoutes(
  ledger: Ledger,
): Pick<Handlers, Names> & ReturnType<typeof detectorRoutes> {
  return {
    ...detectorRoutes(ledger),
    "egress.destinations": async () => {
      const rows = await whileAvailable(() => selectDestinations(ledger));
      if (!rows.ok) return rows;
      const items = rows.value.map(({ at, ...row }) => ({
        ...row,
        lastAt: new Date(at).toISOString(),
      }));
      return ok({ items, next: null });
    },
    "egress.ungated": async () => {
      const paths = await listUngated(ledger);
      return paths.ok ? ok({ items: paths.value, next: null }) : paths;
    },
  };
}
