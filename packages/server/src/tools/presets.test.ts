// What a preset fixes is out of the model's hands and out of its sight.
import type { Principal } from "@stead/protocol";
import { expect, test } from "vitest";
import { fillPresets, modelSchema, unknownPresets } from "./presets.ts";

const ada: Principal = {
  orgId: "org_1",
  personId: "per_ada",
  name: "Ada Park",
  email: "ada@example.com",
  department: "Sales",
  title: "Lead",
  groups: [],
  roles: ["employee"],
  via: { kind: "run", runId: "run_1" },
};
const presets = {
  region: { kind: "fixed", value: "eu" },
  employee: { kind: "identity", field: "id" },
} as const;

test("preset arguments replace whatever the model wrote for them", () => {
  const filled = fillPresets(presets, { region: "us", employee: "per_bob", note: "x" }, ada);
  expect(filled).toEqual({ region: "eu", employee: "per_ada", note: "x" });
});

test("every identity field comes from the principal", () => {
  for (const [field, value] of [
    ["id", "per_ada"],
    ["email", "ada@example.com"],
    ["name", "Ada Park"],
    ["department", "Sales"],
  ] as const)
    expect(fillPresets({ who: { kind: "identity", field } }, {}, ada)).toEqual({ who: value });
});

test("the model's schema does not have them", () => {
  const schema = {
    type: "object",
    properties: { region: { type: "string" }, employee: {}, note: { type: "string" } },
    required: ["region", "note"],
  };
  expect(modelSchema(schema, presets)).toEqual({
    type: "object",
    properties: { note: { type: "string" } },
    required: ["note"],
  });
  expect(schema.required).toEqual(["region", "note"]);
  expect(modelSchema(schema, {})).toBe(schema);
});

test("a preset for an argument that the tool does not have is found", () => {
  expect(unknownPresets({ properties: { region: {} } }, presets)).toEqual(["employee"]);
});
