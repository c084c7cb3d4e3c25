// Checks of what changes: the log of changes can be read again from anywhere, and tells of all that happened.
import type { AccessRule } from "@stead/protocol";
import type { Change, Item } from "../item.ts";
import type { Source } from "../source.ts";
import type { Check, Mirrored, Mutations, Subject } from "./check.ts";
import { Skip } from "./check.ts";
import { aboveOf, readWorld } from "./world.ts";

const PAGES_MAX = 1_000;

export const changeChecks: readonly Check<Subject>[] = [
  { name: "changes begin, end and can be asked again", run: repeatable },
  { name: "another content is another revision, and is told", run: content },
  { name: "a change of rights is told", run: access },
  { name: "what is gone is told and no longer found", run: removal },
];

interface Told {
  readonly changes: readonly Change[];
  readonly next: string;
}

async function changesFrom(
  mirror: Mirrored,
  source: Source<unknown>,
  from: string | null,
): Promise<Told> {
  if (mirror.changes === undefined) throw new Skip("it has no `changes`: every sync is a listing");
  const changes: Change[] = [];
  let cursor = from;
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    // oxlint-disable-next-line no-await-in-loop -- each page names the next
    const page = await mirror.changes(source, cursor);
    changes.push(...page.changes);
    cursor = page.next;
    if (page.done) return { changes, next: page.next };
  }
  throw new Error("the changes don't come to an end");
}

async function repeatable(subject: Subject): Promise<string | null> {
  const { mirror, source, mutations } = subject;
  const { next } = await changesFrom(mirror, source, null);
  await mutations?.content?.();
  const first = await changesFrom(mirror, source, next);
  const second = await changesFrom(mirror, source, next);
  return JSON.stringify(first) === JSON.stringify(second)
    ? null
    : "the same cursor tells other changes the second time";
}

/** The items before one of them changes, and what is told of it. */
async function after(
  { mirror, source, mutations = {} }: Subject,
  kind: keyof Mutations,
): Promise<{ id: string; items: readonly Item[]; told: Told | null }> {
  const mutate = mutations[kind];
  if (mutate === undefined) throw new Skip(`\`mutations.${kind}\` was not given`);
  const { items } = await readWorld(mirror, source);
  const start = mirror.changes && (await changesFrom(mirror, source, null));
  const id = await mutate.call(mutations);
  return { id, items, told: start ? await changesFrom(mirror, source, start.next) : null };
}

async function content(subject: Subject): Promise<string | null> {
  const { id, items, told } = await after(subject, "content");
  const now = await subject.mirror.item(subject.source, id);
  if (now === null) return `${id} is gone after its content changed`;
  if (now.revision === items.find((item) => item.id === id)?.revision)
    return `${id} has the revision that it had before its content changed`;
  return told === null || isTold(told, items, id) ? null : `no change tells of ${id}`;
}

async function access(subject: Subject): Promise<string | null> {
  const { mirror, source } = subject;
  const { id, items, told } = await after(subject, "access");
  if (told === null) throw new Skip("it has no `changes`: every sync is a listing");
  const groups = new Set(told.changes.flatMap((one) => (one.kind === "group" ? [one.id] : [])));
  const world = await readWorld(mirror, source);
  const item = world.items.find((one) => one.id === id);
  const above = item === undefined ? null : aboveOf(world, item);
  const rule = item && above ? mirror.readers(item.access, above) : null;
  const named = rule === null ? [] : groupsIn(rule);
  return named.some((group) => groups.has(group)) || isTold(told, items, id)
    ? null
    : `no change tells of ${id}, of what it is in, or of a group that its rule names`;
}

async function removal(subject: Subject): Promise<string | null> {
  const { id, items, told } = await after(subject, "removal");
  if ((await subject.mirror.item(subject.source, id)) !== null) return `${id} is still found`;
  const now = await readWorld(subject.mirror, subject.source);
  if (now.items.some((item) => item.id === id)) return `${id} is still listed`;
  return told === null || isTold(told, items, id) ? null : `no change tells that ${id} is gone`;
}

/** By itself, or as a part of something that is looked at again. */
function isTold({ changes }: Told, items: readonly Item[], id: string): boolean {
  const parents = new Map(items.map((item) => [item.id, item.parentId]));
  const places = new Set<string>();
  for (let at: string | null = id; at !== null && !places.has(at); at = parents.get(at) ?? null)
    places.add(at);
  return changes.some((change) => {
    if (change.kind === "item") return change.item.id === id;
    return change.kind === "gone" || change.kind === "subtree" ? places.has(change.id) : false;
  });
}

function groupsIn(rule: AccessRule): string[] {
  if (typeof rule === "string" || "user" in rule || "domain" in rule) return [];
  if ("group" in rule) return [rule.group];
  if ("not" in rule) return groupsIn(rule.not);
  return ("any" in rule ? rule.any : rule.all).flatMap(groupsIn);
}
