// Pages of known values: some hundred records sealed together, under a key of their own, bound to their place.
import { openBody, sealBody, type KeyRing, type Sealed } from "../../../ledger/keys.ts";
import { z } from "zod";

/** Values in the order of their source's columns; empty: none. */
export type KnownRecord = readonly string[];

export interface PagePlace {
  readonly orgId: string;
  readonly sourceId: string;
  readonly generation: string;
  readonly number: number;
}

export const PAGE_RECORDS = 500;

export function pageBindings({ orgId, sourceId, generation, number }: PagePlace): string {
  return `known:${JSON.stringify([orgId, sourceId, generation, number])}`;
}

export function sealPage(keys: KeyRing, place: PagePlace, records: readonly KnownRecord[]): Sealed {
  return sealBody(keys, Buffer.from(JSON.stringify(records)), pageBindings(place));
}

const pageSchema = z.array(z.array(z.string()));

/** Undefined when it is not what was sealed there. */
export function openPage(
  keys: KeyRing,
  place: PagePlace,
  sealed: Sealed,
): KnownRecord[] | undefined {
  const plain = openBody(keys, sealed, pageBindings(place));
  return plain && pageSchema.parse(JSON.parse(plain.toString("utf8")));
}
