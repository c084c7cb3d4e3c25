// Reads the bytes that left once more, with the detector and the known values of today, and counts by class.
import type { Scan } from "@stead/protocol";
import { isJsonObject } from "../lib/json.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { openBodies } from "../ledger/read.ts";
import type { StoredEvent } from "../ledger/event.ts";
import { textsOf } from "./texts.ts";

/** What finds things in a text; `version` goes into the report. */
export interface Finder {
  readonly version: string;
  find(text: string): readonly { readonly from: number; readonly class: string }[];
}

export interface Finders {
  readonly detect: Finder;
  /** Null while the organisation has no registry. */
  readonly known: Finder | null;
}

const PIECE_CHARS = 262_144;
const OVERLAP_CHARS = 4_096;

/** The event loop belongs to others between pieces. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function rescan(
  ledger: Ledger,
  finders: Finders,
  event: StoredEvent & { readonly stream: string },
): Promise<Scan> {
  if (event.bodies.length === 0) return { unread: "not-kept" };
  const opened = await openBodies(ledger, event.stream, [event]);
  if (!opened.ok) return { unread: "damaged" };
  const bytes = opened.value.get(event.seq)?.["bytes"];
  if (!isJsonObject(bytes)) return { unread: "not-kept" };
  if (bytes["erased"] === true) return { unread: "erased" };
  const texts = textsOf(bytes);
  if (!texts) return { unread: "withheld" };
  const counts = new Map<string, number>();
  for (const text of texts) await count(text, finders, counts);
  const found = [...counts].map(([name, times]) => ({ class: name, count: times }));
  return { found: found.toSorted((a, b) => (a.class < b.class ? -1 : 1)) };
}

async function count(
  text: string,
  { detect, known }: Finders,
  counts: Map<string, number>,
): Promise<void> {
  for (const { class: name } of known?.find(text) ?? [])
    counts.set(name, (counts.get(name) ?? 0) + 1);
  for (let start = 0; start < text.length; start += PIECE_CHARS) {
    const piece = text.slice(start, start + PIECE_CHARS + OVERLAP_CHARS);
    for (const { from, class: name } of detect.find(piece))
      if (from < PIECE_CHARS) counts.set(name, (counts.get(name) ?? 0) + 1);
    await breathe();
  }
}
