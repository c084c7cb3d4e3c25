// Endpoints of the reports, questions over the ledger: a part of the table in endpoints.ts.
import { sendSchema, sendsQuerySchema } from "./egress.ts";
import { list } from "./endpoint-parts.ts";
import type { Endpoint } from "./endpoint.ts";
import { nonEgressQuestionSchema, nonEgressReplySchema } from "./report.ts";

export const REPORT_ENDPOINTS = {
  "egress.log": {
    method: "GET",
    path: "/api/egress/log",
    action: "ledger.search",
    summary: "Each send: to where, of which class, for whom, what was replaced",
    query: sendsQuerySchema,
    reply: list(sendSchema),
  },
  "report.non-egress": {
    method: "POST",
    path: "/api/reports/non-egress",
    action: "report.non-egress",
    summary: "Did data of a class reach a destination? Signed, with what it rests on",
    body: nonEgressQuestionSchema,
    reply: nonEgressReplySchema,
  },
} as const satisfies Record<string, Endpoint>;
