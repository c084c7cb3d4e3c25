// Whether a contract fits the tool that it is for: it names nothing that is not there.
import type { Contract, Tool } from "@stead/protocol";
import { fail, ok, type Result } from "../../lib/result.ts";
import { argumentsOf, pathsOf, type Listed } from "./listed.ts";

const NAMED_MAX = 200;
const GROUP = /^group:[\w-]{1,100}$/;

export function checkContract(
  contract: Contract,
  tool: Listed,
  others: (name: string) => Pick<Tool, "inputSchema" | "contract"> | undefined,
): Result<void> {
  const paths = pathsOf(tool.inputSchema);
  const { readers } = contract;
  const people = readers?.kind === "people" ? readers.arguments : [];
  const channel = readers?.kind === "channel" ? [readers.argument] : [];
  const named = [
    ...Object.keys(contract.sinks).map((name) => ({ name, of: "sinks" })),
    ...[...people, ...channel].map((name) => ({ name, of: "readers" })),
  ];
  if (named.length > NAMED_MAX) return refuse(`It names more than ${NAMED_MAX} arguments.`);
  for (const { name, of } of named)
    if (!paths.has(name))
      return refuse(missing(`${of}: ${tool.name} takes no argument`, name, paths));
  const fields = checkFields(contract, tool);
  if (!fields.ok) return fields;
  const audience = checkAudience(contract);
  if (!audience.ok) return audience;
  if (readers?.kind !== "channel" || !readers.members) return ok();
  const { members } = readers;
  const lists = others(members.tool);
  if (!lists) return refuse(`readers: there is no tool ${shown(members.tool)} of this server.`);
  const taken = pathsOf(lists.inputSchema);
  if (!taken.has(members.argument))
    return refuse(missing(`readers: ${members.tool} takes no argument`, members.argument, taken));
  return ok();
}

/** Where a server says what its results hold, a field must be of it. */
function checkFields({ fields }: Contract, { outputSchema, name: tool }: Listed): Result<void> {
  if (!fields || !outputSchema) return ok();
  const names = new Set(argumentsOf(outputSchema).flatMap(({ path }) => path.split(".")));
  for (const name of Object.keys(fields))
    if (!names.has(name)) return refuse(missing(`fields: results of ${tool} hold no`, name, names));
  return ok();
}

/** A contract is older than who is in a group, and knows no person and no document. */
function checkAudience({ result, fields = {} }: Contract): Result<void> {
  const named = [...result.audience, ...Object.values(fields).flatMap((f) => f.audience ?? [])];
  const odd = named.find((one) => !GROUP.test(one));
  return odd === undefined
    ? ok()
    : refuse(`audience: ${shown(odd)} is no group; write group:<id of the group>.`);
}

function refuse(detail: string): Result<never> & { readonly ok: false } {
  return fail("request.invalid", detail);
}

function missing(what: string, name: string, names: ReadonlySet<string>): string {
  const near = nearest(name, names);
  return `${what} ${shown(name)}${near === undefined ? "" : `; the nearest is ${shown(near)}`}.`;
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

export function nearest(name: string, names: Iterable<string>): string | undefined {
  const word = name.toLowerCase().slice(0, 100);
  let best: { readonly name: string; readonly steps: number } | undefined;
  for (const each of names) {
    const steps = stepsBetween(word, each.toLowerCase().slice(0, 100));
    if (!best || steps < best.steps) best = { name: each, steps };
  }
  return best?.name;
}

/** Levenshtein's distance. */
function stepsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
