// Endpoints of the red team's results: a part of the table in endpoints.ts.
import { z } from "zod";
import { id, list } from "./endpoint-parts.ts";
import type { Endpoint } from "./endpoint.ts";
import { redteamListedSchema, redteamPlaySchema, redteamReportSchema } from "./redteam.ts";

export const REDTEAM_ENDPOINTS = {
  "redteam.report": {
    method: "POST",
    path: "/api/redteam",
    action: "redteam.report",
    summary: "Keep what came of a red-team run, as `stead redteam --send` does",
    body: redteamReportSchema,
    reply: redteamListedSchema,
  },
  "redteam.list": {
    method: "GET",
    path: "/api/redteam",
    action: "redteam.list",
    summary: "What came of the last red-team runs, newest first",
    reply: list(redteamListedSchema),
  },
  "redteam.get": {
    method: "GET",
    path: "/api/redteam/:redteamId",
    action: "redteam.list",
    summary: "One red-team run, with the plays that got through or were held",
    params: id("redteamId"),
    reply: redteamListedSchema.extend({
      plays: z.array(redteamPlaySchema),
      /** Their text was erased. */
      erased: z.boolean(),
    }),
  },
} as const satisfies Record<string, Endpoint>;
