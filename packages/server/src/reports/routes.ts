// Endpoints of the reports.
import { PatternsInForce } from "../egress/detect/in-force.ts";
import { registryOf } from "../egress/known/kept/registry.ts";
import type { KnownFinding } from "../egress/known/finding.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Handlers } from "../lib/handler.ts";
import { ok } from "../lib/result.ts";
import type { ReportsCtx } from "./context.ts";
import { listSends } from "./log/log.ts";
import { reportNonEgress } from "./non-egress.ts";
import { getRedteam, keepRedteam, listRedteam } from "./redteam.ts";
import type { Finder } from "./rescan.ts";

type Names = "egress.log" | "redteam.get" | "redteam.list" | "redteam.report" | "report.non-egress";

export function reportRoutes(ledger: Ledger): Pick<Handlers, Names> {
  const patterns = new PatternsInForce(ledger);
  const registry = registryOf(ledger);
  const known = (): Finder | null => {
    const { current } = registry;
    const find = (text: string): readonly KnownFinding[] => current.find(text);
    return current.size === 0 ? null : { version: String(current.version), find };
  };
  const ctx: ReportsCtx = {
    ledger,
    ready: async () => {
      const ready = await registry.ready();
      return ready.ok ? patterns.ready() : ready;
    },
    finders: () => ({
      detect: { version: patterns.detector, find: (text) => patterns.find(text) },
      known: known(),
    }),
  };
  return {
    "egress.log": (_asker, { query }) => listSends(ledger, query),
    "report.non-egress": ({ principal, signal }, { body }) =>
      reportNonEgress(ctx, { question: body, by: principal.personId, signal }),
    "redteam.report": ({ principal }, { body }) => keepRedteam(ledger, principal, body),
    "redteam.list": async () => {
      const items = await listRedteam(ledger);
      return items.ok ? ok({ items: items.value, next: null }) : items;
    },
    "redteam.get": (_asker, { params }) => getRedteam(ledger, params.redteamId),
  };
}
