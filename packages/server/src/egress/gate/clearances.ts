// What administrators have said of destinations, as this process knows it now.
import { namesOf, speaksOf, type Clearance, type Tolerance } from "./rule.ts";

export interface Said {
  readonly clearances: readonly Clearance[];
  readonly tolerances: readonly Tolerance[];
}

/** The newest that could be read. */
export type Clearances = () => Said;

export const NOTHING_SAID: Said = { clearances: [], tolerances: [] };

/** What of it speaks of a place, for a person of these groups. */
export function clearancesFor(
  said: Clearances,
  place: { readonly destination: string; readonly name?: string },
  groups: readonly string[],
): Said {
  const { clearances, tolerances } = said();
  const names = namesOf(place.destination, place.name);
  return {
    clearances: clearances.filter(({ id }) => id !== "*" && speaksOf(id, names)),
    tolerances: tolerances.filter(
      ({ groupId, destination }) => groups.includes(groupId) && speaksOf(destination, names),
    ),
  };
}
