// The shortest way from a person to a group through nested groups.

export interface Edge {
  readonly group: string;
  /** The group below; null where the person is a member themselves. */
  readonly below: string | null;
}

/** Groups from the innermost outwards; empty when there is no way. Loops end, for each is entered once. */
export function pathTo(group: string, edges: readonly Edge[]): string[] {
  const cameFrom = new Map<string, string | null>();
  const byMember = Map.groupBy(edges, ({ below }) => below);
  const queue: (string | null)[] = [null];
  for (const member of queue) {
    for (const edge of byMember.get(member) ?? []) {
      if (cameFrom.has(edge.group)) continue;
      cameFrom.set(edge.group, member);
      queue.push(edge.group);
    }
  }
  if (!cameFrom.has(group)) return [];
  const path: string[] = [];
  for (let at: string | null = group; at !== null; at = cameFrom.get(at) ?? null) path.unshift(at);
  return path;
}
