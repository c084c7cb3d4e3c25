// Which of what administrators said speaks of a destination, by the names that it goes by.
import type { ClearanceView } from "@stead/protocol";

export type Effect = ClearanceView["rules"][string];

/** Stead's own classes; an organisation adds its own. */
export const CLASSES = ["phi", "pii", "financial", "secret", "quasi"] as const;

/** `host:port` with its port and without. */
export function clearanceOf(
  destination: string,
  clearances: readonly ClearanceView[],
): ClearanceView | undefined {
  const name = destination.toLowerCase();
  const names = [name, name.replace(/:\d+$/, "")];
  return clearances.find(({ id }) => names.includes(id));
}

export function isSaid(id: string, destinations: readonly { destination: string }[]): boolean {
  return destinations.some(({ destination }) => {
    const name = destination.toLowerCase();
    return name === id || name.replace(/:\d+$/, "") === id;
  });
}
