// Adds up what the sources of the registry say of each class.
import type { Reply } from "../../api/client.ts";

export type KnownSource = Reply<"registry.list">["items"][number];

export interface ClassCount {
  readonly class: string;
  readonly promised: number;
  readonly short: number;
  readonly ordinary: number;
  readonly sources: number;
}

/** A value that two sources have is counted for each. */
export function classesOf(items: readonly KnownSource[]): ClassCount[] {
  const classes = new Map<string, ClassCount>();
  for (const { classes: own } of items)
    for (const { class: name, promised, short, ordinary } of own) {
      const sum = classes.get(name);
      classes.set(name, {
        class: name,
        promised: (sum?.promised ?? 0) + promised,
        short: (sum?.short ?? 0) + short,
        ordinary: (sum?.ordinary ?? 0) + ordinary,
        sources: (sum?.sources ?? 0) + 1,
      });
    }
  return [...classes.values()].toSorted((a, b) => a.class.localeCompare(b.class, "en"));
}

export function weakOf({ classes }: KnownSource): number {
  return classes.reduce((sum, { short, ordinary }) => sum + short + ordinary, 0);
}
