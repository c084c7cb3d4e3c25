// People as the console lists them, and the chain through which a person is in a group.
import type { EndpointReply, Endpoints, Person } from "@stead/protocol";
import { fail, ok, type Result } from "../lib/result.ts";
import type { Ctx } from "../store/context.ts";
import { groupEdges, listPeople, personWithGroups, type GroupEdge } from "./queries.ts";

export interface PeopleWish {
  readonly search?: string | undefined;
  readonly group?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export async function searchPeople(
  ctx: Ctx,
  wish: PeopleWish,
): Promise<Result<{ items: Person[]; next: string | null }>> {
  const after = wish.cursor === undefined ? undefined : readCursor(wish.cursor);
  if (after === null) return fail("request.invalid", "The cursor is not one of ours.");
  const { search, group, limit } = wish;
  const rows = await listPeople(ctx, { search, group, after, limit: limit + 1 });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next = rows.length > limit && last ? writeCursor(last) : null;
  return ok({ items, next });
}

export function writeCursor({ name, id }: { name: string; id: string }): string {
  return Buffer.from(`${id}\n${name}`).toString("base64url");
}

export function readCursor(cursor: string): { name: string; id: string } | null {
  const [id, name] = Buffer.from(cursor, "base64url").toString().split("\n");
  return id && name !== undefined && !name.includes("\0") && !id.includes("\0")
    ? { id, name }
    : null;
}

export async function personOf(ctx: Ctx, personId: string): Promise<Person | undefined> {
  const found = await personWithGroups(ctx, personId);
  if (!found) return undefined;
  const { groups: _ids, ...person } = found;
  return person;
}

export async function getPerson(
  ctx: Ctx,
  personId: string,
): Promise<Result<EndpointReply<Endpoints["person.get"]>>> {
  const person = await personOf(ctx, personId);
  if (!person) return fail("resource.not_found", "There is no such person.");
  return ok({ person, groups: chains(await groupEdges(ctx, personId)) });
}

/** Each group with the names of the groups below it that lead there; the shortest way. */
export function chains(
  edges: readonly GroupEdge[],
): { id: string; name: string; through: string[] }[] {
  const found = new Map<string, { id: string; name: string; through: string[] }>();
  let frontier: (string | null)[] = [null];
  while (frontier.length > 0) {
    const reached: string[] = [];
    for (const edge of edges) {
      if (!frontier.includes(edge.below) || found.has(edge.groupId)) continue;
      const below = edge.below === null ? undefined : found.get(edge.below);
      const through = below ? [...below.through, below.name] : [];
      found.set(edge.groupId, { id: edge.groupId, name: edge.name, through });
      reached.push(edge.groupId);
    }
    frontier = reached;
  }
  return [...found.values()];
}
