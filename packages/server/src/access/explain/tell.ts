// A deciding leaf as steps that a person can read: what it says, how it is known and how old that is.
import { leafName, named, type Named } from "../leaf.ts";
import type { Facts } from "./facts.ts";
import { pathTo, type Edge } from "./path.ts";
import type { Step } from "./step.ts";
import type { Deciding } from "./why.ts";

export function stepOf({ leaf, denied }: Deciding, facts: Facts): Step[] {
  const yes = { truth: "true" as const, denies: false };
  if (leaf === "everyone")
    return [{ ...yes, kind: "everyone", text: "Everybody of the organisation may read it." }];
  if (leaf === "public") return [{ ...yes, kind: "public", text: "It is public." }];
  if (leaf === "nobody")
    return [{ ...yes, truth: "false", kind: "nobody", text: "The rule names no reader." }];
  const name = leafName(leaf);
  const part = named(name);
  const truth = facts.closure.truthOf(name);
  const base = {
    truth,
    denies: denied,
    id: part.id,
    ...(part.sourceId === undefined ? {} : { sourceId: part.sourceId }),
  };
  const sentence = (subject: string): string => `${SAYS[truth]}${subject}${denied ? DENIED : ""}.`;
  if (part.kind === "public")
    return [{ ...base, kind: "public", text: sentence("the source opens it to all") }];
  if (part.kind === "person")
    return [{ ...base, kind: "person", text: sentence(`it is for ${part.id}`) }];
  if (part.kind === "user")
    return [{ ...base, kind: "user", text: sentence(`it is shared with the account ${part.id}`) }];
  if (part.kind === "domain")
    return [{ ...base, kind: "domain", text: sentence(`the account belongs to ${part.id}`) }];
  if (part.kind === "group") return groupSteps(part, facts, { base, sentence });
  const ageMs = facts.answers.get(`${part.sourceId}/${part.id}`);
  const subject =
    part.kind === "link" ? "the source lets them in by the link" : "the source says yes when asked";
  const aged = ageMs === undefined ? {} : { ageMs };
  return [{ ...base, kind: "answer", ...aged, text: sentence(subject) }];
}

const SAYS = { true: "Holds: ", false: "Does not hold: ", unknown: "Not known: " } as const;
const DENIED = ", which would take the right away";

function groupSteps(
  part: Named,
  facts: Facts,
  { base, sentence }: { base: Omit<Step, "kind" | "text">; sentence: (subject: string) => string },
): Step[] {
  const { sourceId, id } = part;
  const known = facts.groups.get(sourceId ?? "");
  const nameOf = (groupId: string): string =>
    sourceId === undefined
      ? (facts.ownEdges.find((edge) => edge.groupId === groupId)?.name ??
        facts.ownNames.get(groupId) ??
        groupId)
      : (known?.get(groupId)?.name ?? groupId);
  const path = base.truth === "true" ? pathTo(id, edgesOf(facts, sourceId)).map(nameOf) : [];
  const fact = known?.get(id);
  const aged = typeof fact?.ageMs === "number" ? { ageMs: fact.ageMs } : {};
  let subject = `the person is in ${nameOf(id)}`;
  const standing = facts.standings.get(sourceId ?? "");
  if (base.truth === "unknown" && sourceId === undefined) subject += ", a group that is gone";
  else if (base.truth === "unknown" && standing?.holds === true && !standing.isClosed)
    subject += fact?.whole
      ? ", for a group in it is not known whole"
      : ", for its members are not known whole";
  const step: Step = { ...base, kind: "group", ...aged, path, text: sentence(subject) };
  if (path.length < 2) return [step];
  const text = `${path.join(" is in ")}.`;
  return [step, { ...base, kind: "nesting", denies: false, ...aged, path, text }];
}

function edgesOf(facts: Facts, sourceId: string | undefined): Edge[] {
  if (sourceId === undefined)
    return facts.ownEdges.map(({ groupId, below }) => ({ group: groupId, below }));
  return (facts.edges.get(sourceId) ?? []).map(({ groupId, memberKind, memberId }) => ({
    group: groupId,
    below: memberKind === "user" ? null : memberId,
  }));
}
