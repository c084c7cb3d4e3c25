// Endpoints of where data may go: a part of the table in endpoints.ts.
import { z } from "zod";
import { clearanceSchema, clearanceWishSchema } from "./clearance.ts";
import { list, none } from "./endpoint-parts.ts";
import type { Endpoint } from "./endpoint.ts";

export const DESTINATION_ENDPOINTS = {
  "destination.list": {
    method: "GET",
    path: "/api/destinations",
    action: "destination.list",
    summary: "What each destination is cleared for, on what terms, and who said so",
    reply: list(clearanceSchema),
  },
  "destination.save": {
    method: "POST",
    path: "/api/destinations",
    action: "destination.save",
    summary: "Say which classes of data may go to a destination, and in what form",
    body: clearanceWishSchema,
    reply: clearanceSchema,
  },
  "destination.remove": {
    method: "DELETE",
    path: "/api/destinations/:destinationId",
    action: "destination.remove",
    summary: "Take back what was said of a destination: the strict defaults hold again",
    params: z.object({ destinationId: z.string().min(1).max(210) }),
    reply: none,
  },
} as const satisfies Record<string, Endpoint>;
