// Endpoints of detection: what is found, with which patterns, and a text to try it on. A part of the
// table in endpoints.ts.
import { z } from "zod";
import { findingSchema, patternNameSchema, patternSchema, patternWishSchema } from "./detector.ts";
import { none } from "./endpoint-parts.ts";
import type { Endpoint } from "./endpoint.ts";

const named = z.object({ name: patternNameSchema });

export const DETECTOR_ENDPOINTS = {
  "detector.list": {
    method: "GET",
    path: "/api/detectors",
    action: "detector.list",
    summary: "What is detected in what leaves: built in, and by the organisation's own patterns",
    reply: z.object({
      detector: z.string(),
      builtIn: z.array(
        z.object({
          type: z.string(),
          class: z.string(),
          /** By what it is told, as a part of a sentence. */
          by: z.string(),
        }),
      ),
      items: z.array(patternSchema),
      next: z.string().nullable(),
    }),
  },
  "detector.try": {
    method: "POST",
    path: "/api/detectors/try",
    action: "detector.try",
    summary: "What would be found in this text? It is neither kept nor logged",
    body: z.object({
      text: z.string().max(200_000),
      /** A pattern that is not saved yet. */
      pattern: patternWishSchema.extend({ name: patternNameSchema }).optional(),
    }),
    reply: z.object({ detector: z.string(), findings: z.array(findingSchema) }),
  },
  "detector.save": {
    method: "PUT",
    path: "/api/detectors/patterns/:name",
    action: "detector.save",
    summary: "Make or change a pattern of the organisation's own",
    params: named,
    body: patternWishSchema,
    reply: patternSchema,
  },
  "detector.remove": {
    method: "DELETE",
    path: "/api/detectors/patterns/:name",
    action: "detector.remove",
    summary: "Remove a pattern of the organisation's own",
    params: named,
    reply: none,
  },
} as const satisfies Record<string, Endpoint>;
