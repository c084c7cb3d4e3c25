// What a text made from documents carries: who may read them, what they are, whom to trust.
import type { Label, Trust } from "@stead/protocol";
import { audienceOfDocument, joinLabels } from "../access/label.ts";

interface Labelled {
  readonly id: string;
  readonly classId: string;
  readonly classes: readonly string[];
  readonly trust: Trust;
}

export function labelOf(document: Labelled): Label {
  const { classes, trust } = document;
  return { audience: [audienceOfDocument(document)], classes: [...classes], trust };
}

/**
 * Of a list: a title says something of its document, and whoever wrote the one wrote the other, which was
 * not the person who asks.
 */
export function labelOfNames(documents: readonly Labelled[]): Label {
  const audience = [...new Set(documents.map(audienceOfDocument))].toSorted();
  const classes = [...new Set(documents.flatMap((each) => each.classes))].toSorted();
  const trusts = [...new Set(documents.map(({ trust }) => trust))];
  return joinLabels([
    { audience, classes, trust: "colleague" },
    ...trusts.map((trust) => ({ audience: [], classes: [], trust })),
  ]);
}
