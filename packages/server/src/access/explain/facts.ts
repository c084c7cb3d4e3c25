// What an explanation is told from: the person's accounts, the edges and names of groups, and ages.
import { groupEdges, type GroupEdge } from "../../identity/queries.ts";
import { standings, type Standing } from "../closure-queries.ts";
import type { Closure } from "../evaluate.ts";
import { leafName, named } from "../leaf.ts";
import type { Scope } from "../queries.ts";
import {
  answerAges,
  edgesAbove,
  groupFacts,
  linkAges,
  ownGroupNames,
  type GroupFacts,
  type LinkFacts,
  type SourceEdge,
} from "./queries.ts";
import type { Deciding } from "./why.ts";

export interface Facts {
  readonly personId: string;
  readonly closure: Closure;
  readonly standings: ReadonlyMap<string, Standing>;
  readonly ages: ReadonlyMap<string, LinkFacts>;
  readonly ownEdges: readonly GroupEdge[];
  readonly ownNames: ReadonlyMap<string, string>;
  readonly edges: ReadonlyMap<string, readonly SourceEdge[]>;
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, GroupFacts>>;
  readonly answers: ReadonlyMap<string, number>;
}

export async function gather(
  scope: Scope,
  personId: string,
  { closure, deciding }: { closure: Closure; deciding: readonly Deciding[] },
): Promise<Facts> {
  const parts = deciding.flatMap(({ leaf }) =>
    typeof leaf === "string" ? [] : [named(leafName(leaf))],
  );
  const sources = [...new Set(parts.flatMap(({ sourceId }) => sourceId ?? []))];
  const stands = await standings(scope, { personId, sources });
  const edges = new Map<string, SourceEdge[]>();
  const groups = new Map<string, Map<string, GroupFacts>>();
  for (const { sourceId, userId } of stands) {
    const above = userId === null ? [] : await edgesAbove(scope, { sourceId, userId });
    edges.set(sourceId, above);
    const ids = new Set(above.map(({ groupId }) => groupId));
    for (const part of parts)
      if (part.sourceId === sourceId && part.kind === "group") ids.add(part.id);
    groups.set(sourceId, await groupFacts(scope, { sourceId, ids: [...ids] }));
  }
  const own = parts.flatMap(({ sourceId, kind, id }) =>
    sourceId === undefined && kind === "group" ? [id] : [],
  );
  return {
    personId,
    closure,
    standings: new Map(stands.map((row) => [row.sourceId, row])),
    ages: await linkAges(scope, { personId, sources }),
    ownEdges: own.length > 0 ? await groupEdges(scope, personId) : [],
    ownNames: await ownGroupNames(scope, own),
    edges,
    groups,
    answers: await answerAges(scope, personId),
  };
}
