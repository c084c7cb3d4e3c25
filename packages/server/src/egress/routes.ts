// Endpoints of what left: destinations with their counts, the paths that are not gated, and what is
// detected in what leaves.
import type { Handlers } from "../lib/handler.ts";
import { ok } from "../lib/result.ts";
import type { Ledger } from "../ledger/append.ts";
import { listSentTo } from "./destinations.ts";
import { detectorRoutes } from "./detect/routes.ts";
import { listUngated } from "./ungated.ts";

type Names = "egress.destinations" | "egress.ungated";

export function egressRoutes(
  ledger: Ledger,
): Pick<Handlers, Names> & ReturnType<typeof detectorRoutes> {
  return {
    ...detectorRoutes(ledger),
    "egress.destinations": async () => {
      const items = await listSentTo(ledger);
      return items.ok ? ok({ items: items.value, next: null }) : items;
    },
    "egress.ungated": async () => {
      const paths = await listUngated(ledger);
      return paths.ok ? ok({ items: paths.value, next: null }) : paths;
    },
  };
}
