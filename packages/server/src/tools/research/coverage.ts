// What was read and what was not: from what the sub-runs' logs say came in, never from what a model says.
import type { Coverage } from "@stead/protocol";
import type { ListedDocument } from "../knowledge-port.ts";
import type { SubRunEnd } from "../sub-runs.ts";
import type { Plan } from "./plan.ts";

export interface Scope {
  readonly question: string;
  readonly documents: readonly ListedDocument[];
  /** There are more than were looked at. */
  readonly more: boolean;
}

export function coverageOf(
  scope: Scope,
  plan: Plan,
  { ends, unanswered }: { ends: readonly SubRunEnd[]; unanswered: Coverage["unanswered"] },
): Coverage {
  const groups = new Map<string, ListedDocument[]>();
  const skip = (why: string, documents: readonly ListedDocument[]): void => {
    if (documents.length > 0) groups.set(why, [...(groups.get(why) ?? []), ...documents]);
  };
  skip("Beyond the number of documents that were to be read.", plan.overBound);
  skip("Too long to be read whole.", plan.tooLong);
  skip("It has no text.", plan.empty);
  const unread = unreadOf(plan, ends);
  for (const document of scope.documents) {
    const why = unread.get(document.id);
    if (why !== undefined) skip(why, [document]);
  }
  const skipped = [...groups].map(([why, documents]) => ({
    why,
    documents: documents.map(({ id, title }) => ({ documentId: id, title })),
  }));
  const left = skipped.reduce((sum, { documents }) => sum + documents.length, 0);
  const inScope = scope.documents.length;
  return {
    question: scope.question,
    inScope,
    more: scope.more,
    read: inScope - left,
    skipped,
    unanswered,
  };
}

/** By document; one of which a part is missing was not read. */
function unreadOf(plan: Plan, ends: readonly SubRunEnd[]): Map<string, string> {
  const unread = new Map<string, string>();
  for (const [i, share] of plan.shares.entries())
    for (const [j, { document }] of share.entries()) {
      const why = whyUnread(ends[i], j);
      if (why !== undefined && !unread.has(document.id)) unread.set(document.id, why);
    }
  return unread;
}

/** Read is what came in and was answered about. */
function whyUnread(end: SubRunEnd | undefined, index: number): string | undefined {
  const opened = end?.opened[index];
  if (!end || !opened) return "It was not opened.";
  if (!opened.ok) return opened.why;
  return end.status === "answered" ? undefined : end.why;
}

/** In words, for the model and whoever reads its answer. */
export function coverageText({ inScope, more, read, skipped, unanswered }: Coverage): string {
  const scope = `${inScope}${more ? " or more" : ""} documents in scope that this person may read`;
  const lines = [`Coverage: ${read} read of ${scope}.`];
  for (const { why, documents } of skipped) lines.push(`Not read: ${documents.length}. ${why}`);
  for (const { name, why } of unanswered) lines.push(`Without an answer: ${name} (${why}).`);
  return lines.join("\n");
}
