// Argument presets of an agent's grant: values that the model neither sees nor sets.
import type { AgentTool, JsonSchema, Principal } from "@stead/protocol";
import type { Json, JsonObject } from "../lib/json.ts";
import { isRecord } from "../lib/record.ts";

type Presets = AgentTool["presets"];

/** The canonical arguments: whatever the model wrote for a preset argument is replaced. */
export function fillPresets(
  presets: Presets,
  proposed: JsonObject,
  principal: Principal,
): JsonObject {
  const entries = Object.entries(presets);
  if (entries.length === 0) return proposed;
  const filled: Record<string, Json> = { ...proposed };
  for (const [argument, preset] of entries)
    filled[argument] = preset.kind === "fixed" ? preset.value : identityOf(principal, preset.field);
  return filled;
}

type Field = Extract<Presets[string], { kind: "identity" }>["field"];

function identityOf(principal: Principal, field: Field): string {
  return field === "id" ? principal.personId : principal[field];
}

/** The schema that the model sees: preset arguments are not in it. */
export function modelSchema(schema: JsonSchema, presets: Presets): JsonSchema {
  const names = Object.keys(presets);
  if (names.length === 0) return schema;
  const shown: JsonSchema = { ...schema };
  if (isRecord(schema["properties"]))
    shown["properties"] = Object.fromEntries(
      Object.entries(schema["properties"]).filter(([name]) => !names.includes(name)),
    );
  if (Array.isArray(schema["required"]))
    shown["required"] = schema["required"].filter((name) => !names.includes(String(name)));
  return shown;
}

/** Presets that name no argument of the tool, which would go out unseen by its schema. */
export function unknownPresets(schema: JsonSchema, presets: Presets): string[] {
  const properties = isRecord(schema["properties"]) ? schema["properties"] : {};
  return Object.keys(presets).filter((name) => !(name in properties));
}
