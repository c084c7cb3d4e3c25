// The join of labels: what a value made from several spans carries. Labels only accumulate.
import { TRUST, type Label, type Trust } from "@stead/protocol";

/** Read by everyone of the organisation, of no class, typed by the person: the join's neutral value. */
export const NEUTRAL: Label = { audience: [], classes: [], trust: "person" };

/** 0 is the most trusted. */
export function trustRank(trust: Trust): number {
  return TRUST.indexOf(trust);
}

/** The audience class that only one person satisfies. */
export function onlyPerson(personId: string): string {
  return `only:${personId}`;
}

/**
 * Who may read a document at any later time: by its name, so that a label follows it to another class. What
 * is asked live is nowhere kept, so there its class stands for it.
 */
export function audienceOfDocument({ id, classId }: { id: string; classId: string }): string {
  return id.startsWith("live:") ? classId : `document:${id}`;
}

/** Whose class of one it is; undefined for every other class. */
export function onlyPersonOf(classId: string): string | undefined {
  return classId.startsWith("only:") ? classId.slice("only:".length) : undefined;
}

/** Most spans of a window carry the same: nothing is made that is there already. */
function union(a: string[], b: string[]): string[] {
  if (b.length === 0 || a === b || b.every((each) => a.includes(each))) return a;
  if (a.length === 0) return b;
  return [...new Set([...a, ...b])].toSorted();
}

/** All audiences must be met, all classes are kept, the least trust wins. */
export function joinLabels(labels: Iterable<Label>): Label {
  let joined: Label = NEUTRAL;
  for (const label of labels) {
    if (label === joined) continue;
    joined = {
      audience: union(joined.audience, label.audience),
      classes: union(joined.classes, label.classes),
      trust: trustRank(label.trust) > trustRank(joined.trust) ? label.trust : joined.trust,
    };
  }
  return joined;
}
