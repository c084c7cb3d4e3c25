// Which of the documents that the run found an answer points to, by the numbers in square brackets.
import type { Citation } from "@stead/protocol";
import type { RunState } from "./run.ts";

export function citedIn(text: string, state: RunState): Citation[] {
  const named = new Set<number>();
  for (const match of text.matchAll(/\[(\d{1,4})\]/g)) named.add(Number(match[1]));
  const cited = new Map<number, Citation>();
  for (const call of state.calls.values())
    for (const citation of call.result?.citations ?? [])
      if (named.has(citation.number)) cited.set(citation.number, citation);
  return [...cited.values()].toSorted((a, b) => a.number - b.number);
}
