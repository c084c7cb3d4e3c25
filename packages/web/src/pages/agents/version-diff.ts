// What changed between two versions: rights first, then lines of the instructions. Pure.
import type { AgentSpec, AgentTool } from "@stead/protocol";

export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
}
export interface VersionDiff {
  gained: string[];
  lost: string[];
  changed: [field: string, from: string, to: string][];
  lines: DiffLine[];
}

const CELLS_MAX = 4_000_000;

/** Longest common subsequence by lines; past a bound it says "all of it" rather than take long. */
export function diffLines(from: string, to: string): DiffLine[] {
  const a = from.split("\n");
  const b = to.split("\n");
  const removed = a.map((text): DiffLine => ({ kind: "removed", text }));
  const added = b.map((text): DiffLine => ({ kind: "added", text }));
  if (a.length * b.length > CELLS_MAX) return [...removed, ...added];
  const width = b.length + 1;
  const best = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => best[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const out: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      out.push({ kind: "same", text: a[i] ?? "" });
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) out.push({ kind: "removed", text: a[i++] ?? "" });
    else out.push({ kind: "added", text: b[j++] ?? "" });
  }
  return [...out, ...removed.slice(i), ...added.slice(j)];
}

function grantChange(from: AgentTool, to: AgentTool): [gained: string[], lost: string[]] {
  const gained: string[] = [];
  const lost: string[] = [];
  if (from.actsAs !== to.actsAs) {
    gained.push(`${to.name} acts as the ${to.actsAs} (was: the ${from.actsAs})`);
  }
  for (const name of new Set([...Object.keys(from.presets), ...Object.keys(to.presets)])) {
    const was = JSON.stringify(from.presets[name]);
    const is = JSON.stringify(to.presets[name]);
    if (was === is) continue;
    if (is === undefined) gained.push(`the model now sets ${name} of ${to.name}`);
    else if (was === undefined) lost.push(`the model no longer sets ${name} of ${to.name}`);
    else gained.push(`${name} of ${to.name} is preset to ${is} (was: ${was})`);
  }
  return [gained, lost];
}

export function diffSpecs(from: AgentSpec, to: AgentSpec): VersionDiff {
  const gained: string[] = [];
  const lost: string[] = [];
  for (const tool of to.tools) {
    const before = from.tools.find((other) => other.name === tool.name);
    if (before === undefined) gained.push(`may call ${tool.name}, acting as the ${tool.actsAs}`);
    else {
      const [more, less] = grantChange(before, tool);
      gained.push(...more);
      lost.push(...less);
    }
  }
  for (const tool of from.tools) {
    if (!to.tools.some((other) => other.name === tool.name)) lost.push(`may not call ${tool.name}`);
  }
  const fields: [string, string, string][] = [
    ["name", from.name, to.name],
    ["purpose", from.purpose, to.purpose],
    ["models", from.models.join(", then "), to.models.join(", then ")],
    ...Object.entries(to.bounds).map(([name, value]): [string, string, string] => [
      name,
      String(Object.entries(from.bounds).find(([other]) => other === name)?.[1]),
      String(value),
    ]),
  ];
  return {
    gained,
    lost,
    changed: fields.filter(([, was, is]) => was !== is),
    lines: diffLines(from.instructions, to.instructions),
  };
}
