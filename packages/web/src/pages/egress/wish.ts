// What the URL of the egress pages says: which part of them, and what of the log.
import { z } from "zod";
import { isoOfDay } from "../../ui/format.ts";

const text = z.string().max(500).optional().catch(undefined);

export const egressSearch = z.object({
  tab: z.enum(["destinations", "log"]).optional().catch(undefined),
  report: text,
  clear: text,
  destination: text,
  class: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/)
    .optional()
    .catch(undefined),
  person: text,
  run: text,
  from: text,
  to: text,
  only: z.enum(["failed", "replaced"]).optional().catch(undefined),
  /** The send that is open, as `stream~seq`. */
  send: text,
});
export type EgressSearch = z.infer<typeof egressSearch>;

/** The filters that stand as pills once they are set. */
export const PILLS = ["destination", "class", "person", "run", "only"] as const;
export type Pill = (typeof PILLS)[number];

export const ONLY = { failed: "failed or unsettled", replaced: "with placeholders" } as const;

/** As the endpoint asks for them. */
export function sendsQuery(wish: EgressSearch) {
  const { destination, class: of, person, run, only } = wish;
  const from = isoOfDay(wish.from, false);
  return { destination, class: of, person, run, only, from, to: isoOfDay(wish.to, true) };
}

export function isFiltered(wish: EgressSearch): boolean {
  return Object.values(sendsQuery(wish)).some((value) => value !== undefined);
}
