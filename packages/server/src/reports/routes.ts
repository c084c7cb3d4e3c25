// Endpoints of the reports.
import { detect } from "../egress/detect/detect.ts";
import { DETECTOR } from "../egress/detect/finding.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Handlers } from "../lib/handler.ts";
import type { ReportsCtx } from "./context.ts";
import { reportNonEgress } from "./non-egress.ts";

export function reportRoutes(ledger: Ledger): Pick<Handlers, "report.non-egress"> {
  const detector = { version: DETECTOR, find: (text: string) => detect(text) };
  const ctx: ReportsCtx = { ledger, finders: () => ({ detect: detector, known: null }) };
  return {
    "report.non-egress": ({ principal, signal }, { body }) =>
      reportNonEgress(ctx, { question: body, by: principal.personId, signal }),
  };
}
