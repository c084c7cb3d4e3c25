// Which values that say nothing by themselves count after all: another field of the same record is near.
import type { Placed } from "./look.ts";

/** Characters between the two. */
const WINDOW = 120;
/** Nearest ones that each is compared with, on either side. */
const NEIGHBOURS = 24;

export function besideOthers(strong: readonly Placed[], weak: readonly Placed[]): Placed[] {
  if (weak.length === 0) return [];
  const all = [...strong, ...weak].toSorted((a, b) => a.from - b.from);
  const isWeak = new Set(weak);
  return all.filter((each, i) => isWeak.has(each) && isBeside(all, i));
}

function isBeside(all: readonly Placed[], i: number): boolean {
  const own = all[i];
  if (!own) return false;
  for (const step of [-1, 1])
    for (let k = 1; k <= NEIGHBOURS; k++) {
      const other = all[i + step * k];
      if (!other) break;
      const apart = step > 0 ? other.from - own.to : own.from - other.to;
      if (apart > WINDOW) break;
      if (other.hit.source !== own.hit.source) continue;
      if (own.hit.source.isBeside(own.hit.value, other.hit.value)) return true;
    }
  return false;
}
