// The nouns that policies speak of: entity types with attributes, actions, and Cedar's schema of them.
import type { SchemaJson } from "@cedar-policy/cedar-wasm/nodejs";
import { ENDPOINTS, type Endpoint } from "@stead/protocol";
import { cedarType, type RecordShape } from "./shape.ts";

/** `groups`: ids of groups, which policies test with `principal in resource.usableBy`. */
type AttributeKind = "string" | "strings" | "boolean" | "groups";

/** Resources of endpoint actions. All attributes are optional: a policy asks `has` first. */
export const RESOURCES = {
  Platform: {},
  Agent: { ownerId: "string", usableBy: "groups", published: "boolean" },
  Run: { personId: "string", agentId: "string", approverGroups: "groups" },
  Thread: { personId: "string" },
  Approval: { personId: "string", approverGroups: "groups" },
  Key: { personId: "string" },
  Document: {},
  /** What a person would gain: a role, membership of a group, or a way in. */
  Right: {
    personId: "string",
    role: "string",
    holds: "strings",
    entered: "boolean",
    own: "boolean",
    approves: "boolean",
  },
} as const satisfies Record<string, Record<string, AttributeKind>>;

export const MODEL_ACTION = "model.complete";
/** May people be asked whether what was read is given to those who may not read it? */
export const DECLASSIFY_ACTION = "declassify";

/** The first word of an action -> what it can be done to, beside the platform as a whole. */
const TARGETS: Readonly<Record<string, keyof typeof RESOURCES>> = {
  agent: "Agent",
  run: "Run",
  thread: "Thread",
  approval: "Approval",
  key: "Key",
  document: "Document",
};

/** Actions of the endpoint table that need a rule. */
export const ENDPOINT_ACTIONS: readonly string[] = [
  ...new Set(
    Object.values<Endpoint>(ENDPOINTS)
      .map(({ action }) => action)
      .filter((action) => action !== "public" && action !== "self"),
  ),
].toSorted();

export const callAction = (tool: string): string => `call:${tool}`;
export const unapprovedAction = (tool: string): string => `unapproved:${tool}`;

/** All that the two actions of a tool are in. */
export const CALL_PARENTS = ["call"];
export const unapprovedParents = (tool: string): string[] => [
  "unapproved",
  callAction(tool),
  "call",
];

export const PERSON_ATTRIBUTES = ["id", "name", "email", "department", "title"] as const;

const text = { type: "String" } as const;
const bool = { type: "Boolean" } as const;
const long = { type: "Long" } as const;
const GROUPS = { type: "Set", element: { type: "Entity", name: "Group" } } as const;
const TEXTS = { type: "Set", element: { type: "String" } } as const;
const KINDS = { string: text, strings: TEXTS, boolean: bool, groups: GROUPS } as const;

const LABELS = {
  type: "Record",
  attributes: {
    classes: { type: "Set", element: text },
    trust: text,
    trustRank: long,
    audienceSize: long,
  },
} as const;

/** What the context of a model call holds; a tool call's has more. */
const MODEL_CONTEXT = {
  agent: text,
  version: long,
  labels: LABELS,
  attended: bool,
  surface: text,
  spentMicros: long,
} as const;

const DECLASSIFY_CONTEXT = {
  ...MODEL_CONTEXT,
  effect: text,
  granted: bool,
  reviewed: bool,
  actsAs: text,
  recipients: long,
  /** Somebody who would see it is nobody of the organisation. */
  outside: bool,
} as const;

type Namespace = SchemaJson<string>[string];
const principalTypes = ["Person"];

function entityTypes(): Namespace["entityTypes"] {
  const person = Object.fromEntries(PERSON_ATTRIBUTES.map((name) => [name, text]));
  const types: Namespace["entityTypes"] = {
    Group: {},
    Person: { memberOfTypes: ["Group"], shape: { type: "Record", attributes: person } },
    Tool: { shape: { type: "Record", attributes: { provider: text } } },
    Model: { shape: { type: "Record", attributes: { provider: text } } },
  };
  for (const [type, attributes] of Object.entries(RESOURCES)) {
    const fields = Object.entries<AttributeKind>(attributes).map(([name, kind]) => [
      name,
      { ...KINDS[kind], required: false },
    ]);
    types[type] = { shape: { type: "Record", attributes: Object.fromEntries(fields) } };
  }
  return types;
}

/** Actions that give somebody a right. */
const GIVING = new Set(["group.add-member", "person.invite", "role.grant"]);

function resourceTypesOf(action: string): string[] {
  if (GIVING.has(action)) return ["Platform", "Right"];
  if (action === "run.start") return ["Platform", "Agent"];
  const target = TARGETS[action.split(".")[0] ?? ""];
  return target ? ["Platform", target] : ["Platform"];
}

function toolActions(name: string, shape: RecordShape): Namespace["actions"] {
  const attributes = {
    ...MODEL_CONTEXT,
    effect: text,
    args: cedarType(shape),
    reviewed: bool,
    granted: bool,
    held: bool,
    approved: bool,
    actsAs: text,
  };
  const context = { type: "Record", attributes } as const;
  const appliesTo = { principalTypes, resourceTypes: ["Tool"], context };
  const call = callAction(name);
  return {
    [call]: { memberOf: [{ id: "call" }], appliesTo },
    [unapprovedAction(name)]: { memberOf: [{ id: "unapproved" }, { id: call }], appliesTo },
  };
}

/**
 * Cedar's schema: an action per endpoint action, one for model calls, two per tool. Actions of tools that
 * are only spoken of exist and apply to nothing.
 */
export function schemaOf(
  tools: ReadonlyMap<string, RecordShape>,
  spokenOf: readonly string[] = [],
): SchemaJson<string> {
  const via = { type: "Record", attributes: { via: text } } as const;
  const actions: Namespace["actions"] = { call: {}, unapproved: {} };
  for (const action of ENDPOINT_ACTIONS)
    actions[action] = {
      appliesTo: { principalTypes, resourceTypes: resourceTypesOf(action), context: via },
    };
  const context = { type: "Record", attributes: MODEL_CONTEXT } as const;
  actions[MODEL_ACTION] = { appliesTo: { principalTypes, resourceTypes: ["Model"], context } };
  const sharing = { type: "Record", attributes: DECLASSIFY_CONTEXT } as const;
  const onTools = { principalTypes, resourceTypes: ["Tool"], context: sharing };
  actions[DECLASSIFY_ACTION] = { appliesTo: onTools };
  for (const name of spokenOf) {
    const call = callAction(name);
    actions[call] = { memberOf: [{ id: "call" }] };
    actions[unapprovedAction(name)] = { memberOf: [{ id: "unapproved" }, { id: call }] };
  }
  for (const [name, shape] of tools) Object.assign(actions, toolActions(name, shape));
  return { "": { entityTypes: entityTypes(), actions } };
}
