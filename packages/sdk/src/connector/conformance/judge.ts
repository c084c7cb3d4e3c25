// Who reads by a rule, as Stead decides it: three values, and only what is true reads.
import type { AccessRule } from "@stead/protocol";
import type { Item, SourceUser } from "../item.ts";
import type { Mirrored } from "./check.ts";
import { aboveOf, type World } from "./world.ts";

type Truth = boolean | null;

/** Known to nobody: whoever this one reads, everybody reads. */
const STRANGER: SourceUser = { id: "\u0000 a stranger", name: "", active: true };

export function readersIn(world: World, rule: AccessRule): Set<string> {
  const people = [...world.users.filter((user) => user.active), STRANGER];
  return new Set(people.filter((user) => holds(world, rule, user) === true).map(({ id }) => id));
}

/** Null when the item's rule can't be judged: something above it is not known, or `readers` threw. */
export function readersOfItem(mirror: Mirrored, world: World, item: Item): Set<string> | null {
  const above = aboveOf(world, item);
  if (above === null) return null;
  try {
    return readersIn(world, mirror.readers(item.access, above));
  } catch {
    return null;
  }
}

export function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((id) => all.has(id));
}

function holds(world: World, rule: AccessRule, user: SourceUser): Truth {
  if (rule === "public") return true;
  if (typeof rule === "string") return null;
  if ("user" in rule) return rule.user === user.id;
  if ("domain" in rule) return rule.domain === user.domain;
  if ("group" in rule) return isMember(world, rule.group, user);
  if ("not" in rule) {
    const inner = holds(world, rule.not, user);
    return inner === null ? null : !inner;
  }
  const isAny = "any" in rule;
  const parts = (isAny ? rule.any : rule.all).map((part) => holds(world, part, user));
  if (parts.includes(isAny)) return isAny;
  return parts.includes(null) ? null : !isAny;
}

function isMember(world: World, group: string, user: SourceUser): Truth {
  const seen = new Set<string>();
  let isKnown = true;
  for (const waiting = [group]; waiting.length > 0;) {
    const id = waiting.pop() ?? "";
    const found = world.groups.get(id);
    if (found === undefined || !found.complete) isKnown = false;
    if (found === undefined || seen.has(id)) continue;
    seen.add(id);
    for (const member of found.members) {
      if (member.kind === "group") waiting.push(member.id);
      else if (member.id === user.id && found.complete) return true;
    }
  }
  return isKnown ? false : null;
}
