// Everybody at once: for each leaf who is known to satisfy it and who is known not to, as bits.
import type { AccessExpression } from "../class.ts";
import { leafName, named, type Named } from "../leaf.ts";
import { closedSources, resolvedPrincipals, type Scope } from "../queries.ts";
import { addBits, both, keepBits, noBits, setBit, without, type Bits } from "./bits.ts";
import { memberBits } from "./group.ts";
import {
  activePeople,
  freshAnswers,
  linksOf,
  ownGroupsBelow,
  sourceGroupsBelow,
} from "./queries.ts";
import { existingUsers } from "../source/queries.ts";

/** Who satisfies it, and who does not; whoever is in neither is unknown. */
interface Known {
  readonly yes: Bits;
  readonly no: Bits;
}

interface SourceView {
  readonly isClosed: boolean;
  /** Only whom a verified link names: of the others nothing is known here. */
  readonly linked: Bits;
  readonly numberOfUser: ReadonlyMap<string, number>;
  readonly domains: ReadonlyMap<string, Bits>;
}

export interface Crowd {
  readonly scope: Scope;
  readonly words: number;
  readonly people: ReadonlyMap<string, number>;
  readonly active: Bits;
  /** By name of leaf: what has been looked up so far. */
  readonly known: Map<string, Known>;
  readonly sources: Map<string, SourceView>;
}

/** The active people of the organisation as they are now; to be used within one moment. */
export async function gatherCrowd(scope: Scope): Promise<Crowd> {
  const rows = await activePeople(scope);
  const words = Math.max(1, ...rows.map(({ number }) => (number >>> 5) + 1));
  const active = noBits(words);
  for (const { number } of rows) setBit(active, number);
  const people = new Map(rows.map(({ id, number }) => [id, number]));
  return { scope, words, people, active, known: new Map(), sources: new Map() };
}

/** Looks up what the leaves of these names say, unless that was done before. */
export async function lookUp(crowd: Crowd, names: Iterable<string>): Promise<void> {
  const own: Named[] = [];
  const bySource = new Map<string, Named[]>();
  for (const name of names) {
    if (crowd.known.has(name)) continue;
    const parts = named(name);
    crowd.known.set(name, { yes: noBits(crowd.words), no: noBits(crowd.words) });
    if (parts.sourceId === undefined) own.push(parts);
    else {
      const group = bySource.get(parts.sourceId) ?? [];
      bySource.set(parts.sourceId, group);
      group.push(parts);
    }
  }
  if (own.length > 0) await lookUpOwn(crowd, own);
  for (const [sourceId, parts] of bySource) await lookUpSource(crowd, sourceId, parts);
}

async function lookUpOwn(crowd: Crowd, parts: readonly Named[]): Promise<void> {
  const { scope, words, people, active } = crowd;
  const persons = idsOf(parts, "person");
  const found = await resolvedPrincipals(
    scope,
    persons.map((id) => `person:${id}`),
  );
  for (const name of found) {
    const yes = bitsOf(words, [people.get(name.slice("person:".length))]);
    crowd.known.set(name, { yes: both(yes, active), no: without(active, yes) });
  }
  const groups = idsOf(parts, "group");
  if (groups.length === 0) return;
  const members = memberBits(await ownGroupsBelow(scope, groups), { words, numberOf: people });
  for (const id of groups) {
    const group = members.get(id);
    if (!group?.isWhole) continue;
    crowd.known.set(`group:${id}`, { yes: group.bits, no: without(active, group.bits) });
  }
}

async function lookUpSource(
  crowd: Crowd,
  sourceId: string,
  parts: readonly Named[],
): Promise<void> {
  const source = await viewOf(crowd, sourceId);
  if (source.isClosed) return;
  const { scope, words, active } = crowd;
  const { linked } = source;
  const learn = (name: string, yes: Bits, isSure: boolean): void => {
    crowd.known.set(name, { yes, no: isSure ? without(linked, yes) : noBits(words) });
  };
  if (parts.some(({ kind }) => kind === "public"))
    crowd.known.set(`source:${sourceId}`, { yes: active, no: noBits(words) });
  const users = idsOf(parts, "user");
  const listed = await existingUsers(scope, { sourceId, ids: users });
  for (const id of users) {
    const yes = bitsOf(words, [source.numberOfUser.get(id)]);
    const isSure = listed.has(id) || source.numberOfUser.has(id);
    learn(`${sourceId}/user:${id}`, yes, isSure);
  }
  const groups = idsOf(parts, "group");
  if (groups.length > 0) {
    const rows = await sourceGroupsBelow(scope, { sourceId, ids: groups });
    const members = memberBits(rows, { words, numberOf: source.numberOfUser });
    for (const id of groups) {
      const group = members.get(id);
      if (group) learn(`${sourceId}/group:${id}`, group.bits, group.isWhole);
    }
  }
  for (const id of idsOf(parts, "domain")) {
    const yes = source.domains.get(id) ?? noBits(words);
    const others = noBits(words);
    for (const bits of source.domains.values()) if (bits !== yes) addBits(others, bits);
    crowd.known.set(`${sourceId}/domain:${id}`, { yes, no: others });
  }
  await lookUpAnswers(crowd, sourceId, parts);
}

async function lookUpAnswers(
  crowd: Crowd,
  sourceId: string,
  parts: readonly Named[],
): Promise<void> {
  const asked = parts.filter(({ kind }) => kind === "ask" || kind === "link");
  const items = [...new Set(asked.map(({ id }) => id))];
  if (items.length === 0) return;
  const { linked } = await viewOf(crowd, sourceId);
  for (const row of await freshAnswers(crowd.scope, { sourceId, items })) {
    const number = crowd.people.get(row.personId);
    if (number === undefined) continue;
    for (const kind of ["ask", "link"]) {
      const known = crowd.known.get(`${sourceId}/${kind}:${row.itemId}`);
      if (known) setBit(row.answer ? known.yes : known.no, number);
    }
  }
  for (const { kind, id } of asked) {
    const known = crowd.known.get(`${sourceId}/${kind}:${id}`);
    if (!known) continue;
    keepBits(known.yes, linked);
    keepBits(known.no, linked);
  }
}

async function viewOf(crowd: Crowd, sourceId: string): Promise<SourceView> {
  const before = crowd.sources.get(sourceId);
  if (before) return before;
  const { scope, words, people } = crowd;
  const linked = noBits(words);
  const numberOfUser = new Map<string, number>();
  const domains = new Map<string, Bits>();
  for (const link of await linksOf(scope, sourceId)) {
    const number = people.get(link.personId);
    if (number === undefined) continue;
    setBit(linked, number);
    numberOfUser.set(link.userId, number);
    if (link.domain === null) continue;
    const domain = domains.get(link.domain) ?? noBits(words);
    domains.set(link.domain, domain);
    setBit(domain, number);
  }
  const isClosed = (await closedSources(scope, [sourceId])).has(sourceId);
  const view = { isClosed, linked, numberOfUser, domains };
  crowd.sources.set(sourceId, view);
  return view;
}

function idsOf(parts: readonly Named[], kind: Named["kind"]): string[] {
  return parts.flatMap((part) => (part.kind === kind ? [part.id] : []));
}

function bitsOf(words: number, numbers: readonly (number | undefined)[]): Bits {
  const bits = noBits(words);
  for (const number of numbers) if (number !== undefined) setBit(bits, number);
  return bits;
}

/** Who satisfies it and who does not, in strong Kleene logic; its leaves have been looked up. */
export function evaluateCrowd(expression: AccessExpression, crowd: Crowd): Known {
  if (typeof expression === "string") return everybody(crowd);
  if ("not" in expression) {
    const { yes, no } = evaluateCrowd(expression.not, crowd);
    return { yes: no, no: yes };
  }
  if ("any" in expression) return fold(expression.any, crowd, true);
  if ("all" in expression) return fold(expression.all, crowd, false);
  const known = crowd.known.get(leafName(expression));
  if (!known) throw new Error(`a leaf was not looked up: ${leafName(expression)}`);
  return known;
}

/** One part suffices for `any` to be true and for `all` to be false; for the other it takes every part. */
function fold(parts: readonly AccessExpression[], crowd: Crowd, isAny: boolean): Known {
  const [first, ...others] = parts;
  if (first === undefined) return isAny ? nobody(crowd) : everybody(crowd);
  const known = evaluateCrowd(first, crowd);
  if (others.length === 0) return known;
  const yes = known.yes.slice();
  const no = known.no.slice();
  for (const part of others) {
    const next = evaluateCrowd(part, crowd);
    addBits(isAny ? yes : no, isAny ? next.yes : next.no);
    keepBits(isAny ? no : yes, isAny ? next.no : next.yes);
  }
  return { yes, no };
}

function everybody({ active, words }: Crowd): Known {
  return { yes: active, no: noBits(words) };
}

function nobody({ active, words }: Crowd): Known {
  return { yes: noBits(words), no: active };
}
