// Tools that policies name and that are not there. A server that is away must keep nobody from starting,
// so such a name has no effect until its tool is there; what looks like a slip of the pen is an error.
import type { Log } from "../../lib/log.ts";
import type { Policy } from "../policy.ts";
import { actionsIn } from "./mentions.ts";
import { lineOfByte } from "./split.ts";

export interface AbsentTool {
  readonly tool: string;
  readonly file: string;
  readonly line: number;
  readonly id: string;
  /** The tool that was meant, if the name is nearly that of one. */
  readonly nearly: string | undefined;
}

const NEAR = 2;
const OF_A_TOOL = /^(?:call|unapproved):(.+)$/;

export function absentTools(
  policies: Iterable<Policy>,
  tools: ReadonlyMap<string, unknown>,
): AbsentTool[] {
  const found = new Map<string, AbsentTool>();
  for (const policy of policies)
    for (const action of actionsIn(policy.form)) {
      const tool = OF_A_TOOL.exec(action)?.[1];
      if (tool === undefined || tools.has(tool)) continue;
      const { file, id } = policy;
      const at = policy.text.indexOf(action);
      const line = lineOfByte(
        policy,
        at < 0 ? undefined : Buffer.byteLength(policy.text.slice(0, at)),
      );
      const nearly = [...tools.keys()].find((name) => distance(name, tool) <= NEAR);
      found.set(`${id} ${tool}`, { tool, file, line, id, nearly });
    }
  return [...found.values()];
}

/** True when a policy speaks of nothing that is there. */
export function isIdle({ scope }: Policy, tools: ReadonlyMap<string, unknown>): boolean {
  if (scope.kind !== "named") return false;
  return scope.ids.every((action) => {
    const tool = OF_A_TOOL.exec(action)?.[1];
    return tool !== undefined && !tools.has(tool);
  });
}

/** Says which names are of no tool, once for each time that they come up. */
export function tellAbsent(
  log: Log,
  now: readonly AbsentTool[],
  before: readonly AbsentTool[] = [],
) {
  const told = new Set(before.map(({ id, tool }) => `${id} ${tool}`));
  for (const { tool, file, line, id } of now) {
    if (told.has(`${id} ${tool}`)) continue;
    const what = { tool, policy: id, at: `${file}:${line}` };
    log("error", "a policy names a tool that is not there, and says nothing of it", what);
  }
}

/** Letters to put in, take out or change to make one of the other; beyond `NEAR` only "more". */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > NEAR) return NEAR + 1;
  let row = Array.from({ length: b.length + 1 }, (_none, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(
        (next[j - 1] ?? 0) + 1,
        (row[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
