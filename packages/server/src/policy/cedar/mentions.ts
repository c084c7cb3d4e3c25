// What a policy speaks of, read from its JSON form: groups, attributes, parts of the context. A request
// then carries only that, which halves its cost and keeps a person of forty groups within ten entities.
import type { CedarValueJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { CedarRecord } from "./value.ts";

/** A node of a policy's JSON form; read as a tree, for its grammar is Cedar's to change. */
type Node = Readonly<Record<string, unknown>>;

/** Names of groups that stand in the policy. */
export function groupsIn(form: unknown): string[] {
  return idsIn(form, "Group");
}

/** Names of actions that stand in the policy. */
export function actionsIn(form: unknown): string[] {
  return idsIn(form, "Action");
}

function idsIn(form: unknown, type: string): string[] {
  const found = new Set<string>();
  visit(form, (node) => {
    if (node["type"] === type && typeof node["id"] === "string") found.add(node["id"]);
  });
  return [...found];
}

export interface Mentions {
  /** True when a condition asks which action it is. */
  readonly action: boolean;
  /** Attributes of entities, by name alone. */
  readonly attributes: Set<string>;
  /** Paths of the context, such as [args, amountCents]; the empty path is all of it. */
  readonly paths: readonly (readonly string[])[];
}

interface Found {
  action: boolean;
  readonly attributes: Set<string>;
  /** The path as text -> the path. */
  readonly paths: Map<string, readonly string[]>;
}

/** What any of the policies reads; left out: what none of them does. */
export function mentionsIn(forms: readonly unknown[]): Mentions {
  const found: Found = { action: false, attributes: new Set(), paths: new Map() };
  for (const form of forms) collect(form, found);
  const { action, attributes, paths } = found;
  return { action, attributes, paths: [...paths.values()] };
}

function isObject(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function visit(node: unknown, see: (node: Node) => void): void {
  if (Array.isArray(node)) for (const item of node) visit(item, see);
  else if (isObject(node)) {
    see(node);
    for (const item of Object.values(node)) visit(item, see);
  }
}

function collect(node: unknown, found: Found): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, found);
    return;
  }
  if (!isObject(node)) return;
  const chain = chainOf(node);
  if (chain) {
    if (chain.root === "action") found.action = true;
    if (chain.root === "context") found.paths.set(JSON.stringify(chain.names), chain.names);
    else for (const name of chain.names) found.attributes.add(name);
    return;
  }
  const access = accessOf(node);
  if (access) for (const name of access.names) found.attributes.add(name);
  for (const item of Object.values(node)) collect(item, found);
}

interface Access {
  readonly left: unknown;
  readonly names: readonly string[];
}

function accessOf(node: Node): Access | undefined {
  const access = node["."] ?? node["has"];
  if (!isObject(access)) return undefined;
  const attr = access["attr"];
  const names = (Array.isArray(attr) ? attr : [attr]).filter((name) => typeof name === "string");
  return { left: access["left"], names };
}

/** `context.a.b` as root and names; undefined when the node is no such chain from a variable. */
function chainOf(node: Node): { root: string; names: string[] } | undefined {
  if (typeof node["Var"] === "string") return { root: node["Var"], names: [] };
  const access = accessOf(node);
  if (!access || !isObject(access.left)) return undefined;
  const chain = chainOf(access.left);
  return chain && { root: chain.root, names: [...chain.names, ...access.names] };
}

/** The parts of a context that any of the paths needs. A path that ends at a record takes it whole. */
export function project(record: CedarRecord, paths: Iterable<readonly string[]>): CedarRecord {
  const kept: CedarRecord = {};
  for (const path of paths) keep(record, kept, path);
  return kept;
}

function keep(from: CedarRecord, into: CedarRecord, names: readonly string[]): void {
  const [name, ...rest] = names;
  if (name === undefined) {
    Object.assign(into, from);
    return;
  }
  const value = Object.hasOwn(from, name) ? from[name] : undefined;
  if (value === undefined) return;
  if (rest.length === 0 || !isRecord(value)) {
    into[name] = value;
    return;
  }
  const had = into[name];
  if (had === value) return;
  const inner = isRecord(had) ? had : {};
  keep(value, inner, rest);
  into[name] = inner;
}

function isRecord(value: CedarValueJson | undefined): value is CedarRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
