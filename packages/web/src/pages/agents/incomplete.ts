// What a draft still lacks before it can be saved, as a sentence; null when nothing.
import type { AgentSpec } from "@stead/protocol";

export function incomplete(spec: AgentSpec): string | null {
  if (spec.name.trim() === "") return "Give it a name first.";
  if (spec.instructions.trim() === "") return "Write its instructions first.";
  if (spec.models.length === 0) return "Choose a model first.";
  return null;
}
