// One person as far as access goes, as everything stands at this moment: what is known of each leaf.
import { personWithGroups } from "../identity/queries.ts";
import {
  answersTo,
  groupsOfUsers,
  standings,
  wholeGroups,
  type Standing,
} from "./closure-queries.ts";
import type { Closure, Truth } from "./evaluate.ts";
import { leafName, named, type Named } from "./leaf.ts";
import { eachLeaf, type AccessExpression } from "./class.ts";
import { resolvedPrincipals, type Scope } from "./queries.ts";
import { existingUsers } from "./source/queries.ts";

/** What is asked about: each leaf's name, and whether it matters that it is false rather than unknown. */
export type Asked = ReadonlyMap<string, boolean>;

/** The leaves of these rules. Only what is denied has to be known to be false for a rule to be true. */
export function askedOf(expressions: Iterable<AccessExpression>, isExact: boolean = false): Asked {
  const asked = new Map<string, boolean>();
  for (const expression of expressions) {
    eachLeaf(expression, (leaf, denied) => {
      const name = leafName(leaf);
      asked.set(name, isExact || denied || asked.get(name) === true);
    });
  }
  return asked;
}

/** Undefined for whoever is not an active person of the organisation. */
export async function closureOf(
  scope: Scope,
  personId: string,
  asked: Asked,
): Promise<Closure | undefined> {
  const person = await personWithGroups(scope, personId);
  if (!person?.active) return undefined;
  const own = [...asked.keys()].filter((name) => /^(person|group):/.test(name));
  const found = await resolvedPrincipals(scope, own);
  const mine = new Set([`person:${personId}`, ...person.groups.map((id) => `group:${id}`)]);
  const ofSources = await sourceTruths(scope, personId, asked);
  return {
    truthOf(name) {
      if (/^(person|group):/.test(name)) return found.has(name) ? truth(mine.has(name)) : "unknown";
      return ofSources(name);
    },
  };
}

const truth = (holds: boolean): Truth => (holds ? "true" : "false");

async function sourceTruths(
  scope: Scope,
  personId: string,
  asked: Asked,
): Promise<(name: string) => Truth> {
  const parts = [...asked].map(([name, isExact]) => ({ name, isExact, ...named(name) }));
  const sources = [...new Set(parts.flatMap(({ sourceId }) => sourceId ?? []))];
  if (sources.length === 0) return () => "unknown";
  const stands = new Map(
    (await standings(scope, { personId, sources })).map((row) => [row.sourceId, row]),
  );
  const linked = [...stands.values()].filter(isLinked);
  const mine = await groupsOfUsers(scope, linked);
  const pick = (kind: Named["kind"]) =>
    parts.filter((part) => part.kind === kind && part.isExact && !mine.has(part.name));
  const whole = await wholeGroups(scope, pick("group"));
  const listed = await listedUsers(scope, pick("user"));
  const questions = parts.filter(({ kind }) => kind === "ask" || kind === "link");
  const answers = await answersTo(scope, { personId, questions });
  const linkedTruth = (name: string, part: Named, standing: Standing): Truth => {
    if (part.kind === "user") {
      if (part.id === standing.userId) return "true";
      return listed.has(name) ? "false" : "unknown";
    }
    if (part.kind === "group") {
      if (mine.has(name)) return "true";
      return whole.has(name) ? "false" : "unknown";
    }
    if (part.kind === "domain")
      return standing.domain === null ? "unknown" : truth(standing.domain === part.id);
    const answer = answers.get(`${part.sourceId}/${part.id}`);
    return answer === undefined ? "unknown" : truth(answer);
  };
  return (name) => {
    const part = named(name);
    const standing = stands.get(part.sourceId ?? "");
    if (!standing || standing.isClosed) return "unknown";
    if (part.kind === "public") return "true";
    return isLinked(standing) ? linkedTruth(name, part, standing) : "unknown";
  };
}

function isLinked(standing: Standing): standing is Standing & { userId: string } {
  return !standing.isClosed && standing.holds && standing.userId !== null;
}

/** Names of the users whom their source listed, or who are linked there. */
async function listedUsers(scope: Scope, users: readonly Named[]): Promise<Set<string>> {
  const bySource = Map.groupBy(users, ({ sourceId }) => sourceId ?? "");
  const listed = new Set<string>();
  for (const [sourceId, group] of bySource) {
    const ids = group.map(({ id }) => id);
    for (const id of await existingUsers(scope, { sourceId, ids }))
      listed.add(`${sourceId}/user:${id}`);
  }
  return listed;
}
