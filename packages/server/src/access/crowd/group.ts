// Who is in which groups, through every nesting and loop, as bits.
import { addBits, noBits, setBit, type Bits } from "./bits.ts";
import type { GroupRow } from "./queries.ts";

export interface GroupBits {
  /** Whoever is known to be in it. */
  readonly bits: Bits;
  /** That nobody else is: it and every group in it are there and were read whole. */
  readonly isWhole: boolean;
}

/** From groups with all groups below them. */
export function memberBits(
  rows: readonly GroupRow[],
  { words, numberOf }: { words: number; numberOf: ReadonlyMap<string, number> },
): Map<string, GroupBits> {
  const found = new Map<string, { bits: Bits; isWhole: boolean }>();
  const nested: (readonly [own: string, below: string])[] = [];
  for (const row of rows) {
    const bits = noBits(words);
    for (const member of row.members) {
      const number = numberOf.get(member);
      if (number !== undefined) setBit(bits, number);
    }
    found.set(row.id, { bits, isWhole: row.whole === true });
    for (const below of row.groups) nested.push([row.id, below]);
  }
  // Each round adds a bit or ends it, so that loops of groups end too.
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const [own, below] of nested) {
      const group = found.get(own);
      const inside = found.get(below);
      if (!group) continue;
      if (inside && addBits(group.bits, inside.bits)) isChanged = true;
      if (group.isWhole && inside?.isWhole !== true) {
        group.isWhole = false;
        isChanged = true;
      }
    }
  }
  return found;
}
