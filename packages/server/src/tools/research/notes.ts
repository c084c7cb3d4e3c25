// The notes of sub-runs as one list: the numbers of their documents become numbers of the run that asked.
import type { Citation } from "@stead/protocol";
import type { SubRunEnd } from "../sub-runs.ts";

/** What a sub-run writes whose documents say nothing about the question. */
export const NOTHING = "NOTHING";

export function notesOf(
  ends: readonly SubRunEnd[],
  citationsFrom: number,
): { readonly notes: readonly string[]; readonly citations: readonly Citation[] } {
  const cited = new Map<string, Citation>();
  const numberOf = (citation: Citation): number => {
    const place = `${citation.documentId} ${citation.from ?? 0}`;
    const known = cited.get(place) ?? { ...citation, number: citationsFrom + cited.size };
    cited.set(place, known);
    return known.number;
  };
  const notes = ends.flatMap(({ status, text, citations }) => {
    if (status !== "answered" || text.trim() === NOTHING) return [];
    const own = new Map(citations.map((each) => [each.number, each]));
    return [
      text.replaceAll(/\[(\d{1,4})\]/g, (mark, digits: string) => {
        const citation = own.get(Number(digits));
        // A number that is none of the sub-run's would cite what it has not seen.
        return citation ? `[${numberOf(citation)}]` : mark.slice(1, -1);
      }),
    ];
  });
  return { notes, citations: [...cited.values()] };
}
