// The rules of agents: who may see, use and edit one, and what makes its definition sound.
import { actorsOf, type AgentSpec, type Principal, type Tool } from "@stead/protocol";
import { digest } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";

export interface AgentRow {
  readonly id: string;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly draft: AgentSpec;
  /** What its newest version says; null until first published. */
  readonly published: AgentSpec | null;
  readonly usableBy: string[];
  readonly versionId: string | null;
  readonly version: number | null;
  readonly updatedAtMs: number;
}

export type Standing = Pick<AgentRow, "ownerId" | "usableBy" | "versionId">;

export function mayEdit(principal: Principal, agent: Standing): boolean {
  return agent.ownerId === principal.personId || principal.roles.includes("administrator");
}

/** Its owner, and members of the groups that it is shared with once it is published. */
export function mayUse(principal: Principal, agent: Standing): boolean {
  if (agent.ownerId === principal.personId) return true;
  if (agent.versionId === null) return false;
  return agent.usableBy.some((group) => principal.groups.includes(group));
}

/** Auditors see what is published, of every agent. */
export function maySee(principal: Principal, agent: Standing): boolean {
  if (mayEdit(principal, agent) || mayUse(principal, agent)) return true;
  return agent.versionId !== null && principal.roles.includes("auditor");
}

export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** What is wrong with a definition, given the tools and models that there are; `at` is a path in it. */
export function problemsOf(
  spec: AgentSpec,
  tools: ReadonlyMap<string, Tool>,
  models: readonly string[],
): Problem[] {
  const problems: Problem[] = [];
  const add = (path: string, message: string): unknown => problems.push({ path, message });
  for (const [index, model] of spec.models.entries())
    if (!models.includes(model)) add(`models.${index}`, `there is no model ${model}`);
  const seen = new Set<string>();
  for (const [index, { name, presets, actsAs }] of spec.tools.entries()) {
    const tool = tools.get(name);
    if (seen.has(name)) add(`tools.${index}.name`, `${name} is listed twice`);
    seen.add(name);
    if (tool && !actorsOf(tool).includes(actsAs))
      add(`tools.${index}.actsAs`, `${name} acts as the person who asks, and as nobody else`);
    if (!tool) add(`tools.${index}.name`, `there is no tool ${name}`);
    else
      for (const argument of Object.keys(presets))
        if (!argumentsOf(tool).includes(argument))
          add(`tools.${index}.presets.${argument}`, `${name} has no argument ${argument}`);
  }
  return problems;
}

function argumentsOf(tool: Tool): string[] {
  const properties = tool.inputSchema["properties"];
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}

export interface Frozen {
  readonly spec: AgentSpec;
  readonly toolHashes: Readonly<Record<string, string>>;
  readonly hash: string;
}

/** Pins what a version relies on; the hash covers all of it. */
export function freeze(spec: AgentSpec, tools: ReadonlyMap<string, Tool>): Frozen {
  const toolHashes: Record<string, string> = {};
  for (const { name } of spec.tools) toolHashes[name] = tools.get(name)?.hash ?? "";
  return { spec, toolHashes, hash: digest({ spec, toolHashes }) };
}

export function invalid(problems: readonly Problem[]): Result<never> {
  const words = problems.map(({ path, message }) => `${path}: ${message}`).join("; ");
  return fail("agent.invalid", words, { data: { fields: problems } });
}

/** Who may not even see it learns nothing; who sees but may not edit it is told so. */
export function checkEditor(principal: Principal, agent: AgentRow | undefined): Result<AgentRow> {
  if (!agent || !maySee(principal, agent)) return notFound();
  if (mayEdit(principal, agent)) return ok(agent);
  return fail("policy.denied", "Only its owner and administrators may change this agent.", {
    hint: `Ask ${agent.ownerName}.`,
  });
}

export function notFound(): Result<never> {
  return fail("resource.not_found", "There is no such agent, or you may not see it.");
}
