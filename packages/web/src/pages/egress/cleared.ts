// What is cleared of the ways to a destination, as the server says the gate goes by it.
import type { ClearanceView } from "@stead/protocol";
import type { Reply } from "../../api/client.ts";

export type Effect = ClearanceView["rules"][string];
export type Destination = Reply<"egress.destinations">["items"][number];
export type Way = Destination["ways"][number];

/** Stead's own classes; an organisation adds its own. */
export const CLASSES = ["phi", "pii", "financial", "secret", "quasi"] as const;

/** Of a destination that was cleared before anything went there. */
export function unseen(
  clearances: readonly ClearanceView[],
  destinations: readonly Destination[],
): Destination[] {
  const spoken = new Set(destinations.flatMap(({ ways }) => ways.flatMap((way) => way.clearances)));
  return clearances
    .filter(({ id }) => !spoken.has(id))
    .map(({ id, rules }) => ({
      destination: id,
      sends: 0,
      bytes: 0,
      failures: 0,
      lastAt: null,
      ways: [
        {
          kind: null,
          name: null,
          clearances: [id],
          effects: Object.entries(rules).map(([of, effect]) => ({ class: of, effect, by: [id] })),
        },
      ],
    }));
}

/** What a new clearance of it would be called. */
export function idFor(destination: string): string {
  return destination.toLowerCase().replace(/:443$/, "");
}
