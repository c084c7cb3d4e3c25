// Agents written down in code: checked and completed with defaults when the file is read.
import { agentSpecSchema, type AgentSpec } from "@stead/protocol";
import type { z } from "zod";

/** Throws where a field is missing or wrong, with the path to it. */
export function defineAgent(spec: z.input<typeof agentSpecSchema>): AgentSpec {
  return agentSpecSchema.parse(spec);
}
