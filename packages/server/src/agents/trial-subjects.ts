// Whom and what a trial of policy speaks of, looked up as a run would look them up.
import { principalOf } from "../identity/principal.ts";
import { fail, ok } from "../lib/result.ts";
import type { TrialSubjects } from "../policy/try.ts";
import type { AgentsCtx } from "./context.ts";
import { getAgent } from "./view.ts";

export function trialSubjects(agents: AgentsCtx): TrialSubjects {
  return {
    principal: async (personId) => {
      const found = await principalOf(agents, personId, { kind: "run", runId: "trial" });
      if (!found.ok && found.failure.code === "auth.invalid")
        return fail("resource.not_found", "There is no such person who is active.");
      return found;
    },
    agent: async (agentId, principal) => {
      const found = await getAgent(agents, { principal, agentId });
      if (!found.ok) return found;
      const { draft, version, mayUse } = found.value;
      return ok({ version: version ?? 0, usable: mayUse, tools: draft.tools });
    },
    tool: async (name) => {
      const tool = await agents.tools.tool(name);
      return tool ? ok(tool) : fail("tool.unknown", `There is no tool ${name}.`);
    },
  };
}
