// Endpoints of sharing: asking for what labels refused, and taking it back.
import { z } from "zod";
import { approvalCardSchema } from "./approval.ts";
import { id, none } from "./endpoint-parts.ts";
import type { Endpoint } from "./endpoint.ts";
import { audienceSchema, runSchema } from "./run.ts";

export const SHARING_ENDPOINTS = {
  "run.audience": {
    method: "GET",
    path: "/api/runs/:runId/audience",
    action: "run.get",
    summary: "Who may see a run's answer, or what it read: the people, as everything stands now",
    params: id("runId"),
    /** Access classes that all must be met, with spaces between; left out: those of the answer. */
    query: z.object({ of: z.string().min(1).max(4_000).optional() }),
    reply: audienceSchema,
  },
  "run.share": {
    method: "POST",
    path: "/api/runs/:runId/calls/:callId/share",
    action: "run.start",
    summary: "Ask that a call of my run which labels refused be allowed for exactly those it names",
    params: z.object({ runId: z.string().max(80), callId: z.string().max(80) }),
    body: z.object({ reason: z.string().trim().min(1).max(2000) }),
    reply: runSchema,
    keyed: true,
  },
  "approval.revoke": {
    method: "POST",
    path: "/api/approvals/:approvalId/revoke",
    action: "approval.answer",
    summary: "Take back a share that was asked for or agreed to, before it is used",
    params: id("approvalId"),
    reply: approvalCardSchema,
    keyed: true,
  },
  "endorsement.revoke": {
    method: "POST",
    path: "/api/approvals/:approvalId/endorsement/revoke",
    action: "approval.answer",
    summary: "Take back what I vouched for with an answer: its values ask again in that run",
    params: id("approvalId"),
    reply: none,
    keyed: true,
  },
} as const satisfies Record<string, Endpoint>;
