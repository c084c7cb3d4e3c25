// Reads policy files, checks them against the tools and groups that there are, and makes a set of them.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { validate, type DetailedError } from "@cedar-policy/cedar-wasm/nodejs";
import type { Tool } from "@stead/protocol";
import { digest } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { resolveGroup } from "./annotations.ts";
import { absentTools, isIdle, type AbsentTool } from "./cedar/absent.ts";
import { shapeOfArguments, type RecordShape } from "./cedar/shape.ts";
import { reaches, sliceOf, type Slice } from "./cedar/slice.ts";
import { lineOfByte } from "./cedar/split.ts";
import {
  CALL_PARENTS,
  callAction,
  DECLASSIFY_ACTION,
  ENDPOINT_ACTIONS,
  MODEL_ACTION,
  schemaOf,
  unapprovedAction,
  unapprovedParents,
} from "./cedar/vocabulary.ts";
import { hashOfPolicies, invalidAt, parsePolicies, type PolicyFile } from "./parse.ts";
import type { GroupName, Policy, PolicySet } from "./policy.ts";

export interface PolicySource {
  /** Where the organisation's own `*.cedar` files are; the built-in rules always come first. */
  readonly dir?: string | readonly string[];
  readonly groups: readonly GroupName[];
  readonly tools: readonly Tool[];
}

const FILE_BYTES_MAX = 1_000_000;
const POLICIES_MAX = 2_000;
const baseUrl = new URL("base.cedar", import.meta.url);

export async function loadPolicies(source: PolicySource): Promise<Result<PolicySet>> {
  const files: PolicyFile[] = [];
  const dirs = typeof source.dir === "string" ? [source.dir] : (source.dir ?? []);
  for (const dir of dirs) {
    const found = await readPolicyFiles(dir);
    if (!found.ok) return found;
    files.push(...found.value);
  }
  return buildPolicies(files, source);
}

async function readPolicyFiles(dir: string): Promise<Result<PolicyFile[]>> {
  const files: PolicyFile[] = [];
  try {
    const names = (await readdir(dir)).filter((name) => name.endsWith(".cedar")).toSorted();
    for (const name of names) {
      const text = await readFile(join(dir, name), "utf8");
      if (text.length > FILE_BYTES_MAX)
        return fail("policy.invalid", `${name} is larger than ${FILE_BYTES_MAX} characters.`);
      files.push({ name, text, builtIn: false });
    }
    return ok(files);
  } catch (error) {
    const cause = error instanceof Error ? error.message : "unknown";
    return fail("policy.invalid", `The policies of ${dir} could not be read: ${cause}.`);
  }
}

let base: Promise<string> | undefined;

/** The built-in rules and the given files as one checked set. */
export async function buildPolicies(
  files: readonly Omit<PolicyFile, "builtIn">[],
  { groups, tools }: Omit<PolicySource, "dir">,
): Promise<Result<PolicySet>> {
  base ??= readFile(baseUrl, "utf8");
  const all: PolicyFile[] = [{ name: "base.cedar", text: await base, builtIn: true }];
  for (const { name, text } of files) all.push({ name, text, builtIn: false });
  const policies = new Map<string, Policy>();
  for (const file of all) {
    const parsed = parsePolicies(file, groups);
    if (!parsed.ok) return parsed;
    for (const policy of parsed.value) {
      const twin = policies.get(policy.id);
      if (twin)
        return invalidAt(policy, {
          detail: `${twin.file}:${twin.line} has that @id already`,
          hint: "Give each policy an id of its own.",
        });
      policies.set(policy.id, policy);
    }
  }
  if (policies.size > POLICIES_MAX)
    return fail("policy.invalid", `There are more than ${POLICIES_MAX} policies.`);
  const shapes = new Map(tools.map((tool) => [tool.name, shapeOfArguments(tool.inputSchema)]));
  const absent = absentTools(policies.values(), shapes);
  const slip = absent.find(({ nearly }) => nearly !== undefined);
  if (slip?.nearly !== undefined)
    return invalidAt(slip, {
      detail: `there is no tool "${slip.tool}"`,
      hint: `Is "${slip.nearly}" meant?`,
    });
  const sound = checkAgainstSchema(policies, shapes, absent);
  if (!sound.ok) return sound;
  return ok({ ...setOf(policies, { groups, tools, shapes }), absent });
}

function setOf(
  policies: ReadonlyMap<string, Policy>,
  {
    groups,
    tools,
    shapes,
  }: Required<Omit<PolicySource, "dir">> & {
    shapes: ReadonlyMap<string, RecordShape>;
  },
): Omit<PolicySet, "absent"> {
  const groupsNamed = new Map<string, string[]>();
  for (const written of new Set([...policies.values()].flatMap((policy) => policy.groupsNamed))) {
    const group = resolveGroup(written, groups);
    if (group.ok)
      groupsNamed.set(group.value.id, [...(groupsNamed.get(group.value.id) ?? []), written]);
  }
  const known = new Map<string, { hash: string; shape: RecordShape }>();
  for (const { name, hash } of tools) {
    const shape = shapes.get(name);
    if (shape) known.set(name, { hash, shape });
  }
  return {
    hash: digest([
      hashOfPolicies(policies.values()),
      [...groupsNamed].flat(2),
      tools.map(({ name, hash }) => [name, hash]),
    ]),
    policies,
    tools: known,
    groupsNamed,
    slices: slicesOf([...policies.values()], [...known.keys()]),
  };
}

function slicesOf(policies: readonly Policy[], tools: readonly string[]): Map<string, Slice> {
  const slices = new Map<string, Slice>();
  const cut = (action: string, parents: readonly string[]): void => {
    const reached = policies.filter(({ scope }) => reaches(scope, action, parents));
    slices.set(action, sliceOf(reached));
  };
  for (const action of [...ENDPOINT_ACTIONS, MODEL_ACTION, DECLASSIFY_ACTION]) cut(action, []);
  for (const tool of tools) {
    cut(callAction(tool), CALL_PARENTS);
    cut(unapprovedAction(tool), unapprovedParents(tool));
  }
  return slices;
}

/** Strict validation: every attribute exists and has the right type for every action in scope. */
function checkAgainstSchema(
  policies: ReadonlyMap<string, Policy>,
  shapes: ReadonlyMap<string, RecordShape>,
  absent: readonly AbsentTool[],
): Result<void> {
  const staticPolicies: Record<string, string> = {};
  for (const { id, text } of policies.values()) staticPolicies[id] = text;
  const spokenOf = absent.map(({ tool }) => tool);
  const schema = schemaOf(shapes, spokenOf);
  const answer = validate({ schema, policies: { staticPolicies } });
  if (answer.type === "failure") {
    const detail = answer.errors[0]?.message ?? "the policies can't be validated";
    return fail("policy.invalid", `The schema of tools and actions has an error: ${detail}.`);
  }
  const findings = [...answer.validationErrors, ...answer.validationWarnings];
  for (const { policyId, error } of findings) {
    const policy = policies.get(policyId);
    if (!policy || (policy.builtIn && shapes.size === 0 && speaksOfCalls(policy))) continue;
    if (isIdle(policy, shapes)) continue;
    return invalidAt({ ...policy, line: lineOfFinding(policy, error) }, problemOf(error));
  }
  return ok();
}

/** With no tool at all the built-in rules for calls apply to nothing, which is right. */
function speaksOfCalls({ scope }: Policy): boolean {
  return scope.kind === "named" && scope.ids.every((id) => id === "call" || id === "unapproved");
}

function lineOfFinding(policy: Policy, error: DetailedError): number {
  return lineOfByte(policy, error.sourceLocations?.[0]?.start);
}

function problemOf(error: DetailedError): { detail: string; hint: string } {
  const detail = error.message.replace(/^for policy `[^`]*`, /, "");
  const hint =
    error.help ??
    "Compare it with the tool's arguments (console, Tools); test an optional one with `has` first.";
  return { detail, hint };
}
