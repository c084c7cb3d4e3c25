// Tools made with the sdk's defineTool, as the registry takes them.
import { contractSchema } from "@stead/protocol";
import { ToolError, type DefinedTool, type ToolContext } from "@stead/sdk";
import { clip } from "../lib/bounded.ts";
import { fail, ok } from "../lib/result.ts";
import { toolOf } from "./contract.ts";
import type { RegisteredTool, ToolCall } from "./tool.ts";

const DETAIL_CHARS_MAX = 2_000;

/** `provider` says whose it is: `built-in` or `demo`. */
export function registeredTool(
  defined: DefinedTool,
  options: { readonly provider: string; readonly destination?: string },
): RegisteredTool {
  const { name, title, description, inputSchema, contract } = defined;
  const { provider, destination = "Stead" } = options;
  return {
    tool: toolOf({
      name,
      title,
      description,
      inputSchema,
      provider,
      ...(contract === undefined ? {} : { contract: contractSchema.parse(contract) }),
    }),
    destination,
    gated: true,
    ...(defined.timeoutMs === undefined ? {} : { timeoutMs: defined.timeoutMs }),
    async run(call) {
      if (call.actsAs !== "caller")
        return fail("policy.denied", `${name} acts as the person who asks, and as nobody else.`);
      try {
        return ok(await defined.run(call.arguments, contextOf(call)));
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        return fail("tool.failed", clip(error.message, DETAIL_CHARS_MAX));
      }
    },
  };
}

function contextOf({ principal, runId, callId, key, signal }: ToolCall): ToolContext {
  const { personId, email, name, department, groups, orgId } = principal;
  const acting = { id: personId, email, name, department, groups: [...groups] };
  return { orgId, acting, runId, callId, key, signal };
}
