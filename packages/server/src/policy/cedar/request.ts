// From a question to Cedar's request: only what the slice's policies can read goes along.
import type { EntityJson, TypeAndId } from "@cedar-policy/cedar-wasm/nodejs";
import type { Principal } from "@stead/protocol";
import type { PolicySet, ResourceRef } from "../policy.ts";
import type { Request } from "./evaluate.ts";
import { project } from "./mentions.ts";
import type { Slice } from "./slice.ts";
import type { CedarRecord } from "./value.ts";
import { RESOURCES } from "./vocabulary.ts";

export interface Asked {
  readonly principal: Principal;
  readonly action: string;
  /** All that the action is in. */
  readonly actionParents: readonly string[];
  readonly resource: TypeAndId;
  readonly resourceAttributes: CedarRecord;
  /** Ids of groups that the resource's attributes name. */
  readonly resourceGroups: readonly string[];
  readonly context: CedarRecord;
}

export function requestOf(policies: PolicySet, slice: Slice, asked: Asked): Request {
  const principal = { type: "Person", id: asked.principal.personId };
  const action = actionUid(asked.action);
  const entities: EntityJson[] = [];
  const add = (uid: TypeAndId, all: CedarRecord, parents: TypeAndId[]): void => {
    const attrs: CedarRecord = {};
    for (const [name, value] of Object.entries(all))
      if (slice.mentions.attributes.has(name)) attrs[name] = value;
    const plain = parents.length === 0 && Object.keys(attrs).length === 0;
    if (!plain) entities.push({ uid, attrs, parents });
  };
  add(principal, attributesOf(asked.principal), parentsOf(policies, slice, asked));
  add(asked.resource, asked.resourceAttributes, []);
  if (slice.mentions.action) add(action, {}, asked.actionParents.map(actionUid));
  const context = project(asked.context, slice.mentions.paths);
  return { principal, action, resource: asked.resource, context, entities };
}

const actionUid = (id: string): TypeAndId => ({ type: "Action", id });

function attributesOf({ personId, name, email, department, title }: Principal): CedarRecord {
  return { id: personId, name, email, department, title };
}

/** Of the person's groups and roles, those that a policy of the slice or the resource names. */
function parentsOf(policies: PolicySet, slice: Slice, asked: Asked): TypeAndId[] {
  const { principal, resourceGroups } = asked;
  const wanted = new Set(resourceGroups);
  const names = new Set<string>();
  const groups = principal.groups.filter((group) => !group.startsWith("role:"));
  for (const group of [...groups, ...principal.roles.map((role) => `role:${role}`)]) {
    for (const written of policies.groupsNamed.get(group) ?? [])
      if (slice.groups.has(written)) names.add(written);
    if (wanted.has(group)) names.add(uidOfGroup(policies, group));
  }
  return [...names].map((id) => ({ type: "Group", id }));
}

function uidOfGroup(policies: PolicySet, group: string): string {
  return policies.groupsNamed.get(group)?.[0] ?? group;
}

const KINDS = new Map(
  Object.entries(RESOURCES).map(([type, kinds]) => [
    type,
    new Map<string, string>(Object.entries(kinds)),
  ]),
);

/** A resource's attributes as Cedar values; undefined when one is unknown or of the wrong kind. */
export function resourceParts(
  policies: PolicySet,
  { type, attrs = {} }: ResourceRef,
): Pick<Asked, "resourceAttributes" | "resourceGroups"> | undefined {
  const kinds = KINDS.get(type);
  if (!kinds) return undefined;
  const resourceAttributes: CedarRecord = {};
  const resourceGroups: string[] = [];
  for (const [name, value] of Object.entries(attrs)) {
    const kind = kinds.get(name);
    if (kind === "groups" && typeof value === "object") {
      resourceGroups.push(...value);
      resourceAttributes[name] = value.map((group) => ({
        __entity: { type: "Group", id: uidOfGroup(policies, group) },
      }));
    } else if (kind === "strings" && typeof value === "object") {
      resourceAttributes[name] = [...value];
    } else if (typeof value === kind && typeof value !== "object") resourceAttributes[name] = value;
    else return undefined;
  }
  return { resourceAttributes, resourceGroups };
}
