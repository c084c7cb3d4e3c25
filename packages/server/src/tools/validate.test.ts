// Wrong arguments are told in words that a model can act on; hostile schemas cost little.
import { describe, expect, test } from "vitest";
import type { JsonSchema } from "@stead/protocol";
import type { JsonObject } from "../lib/json.ts";
import { toolOf } from "./contract.ts";
import { safeSchema } from "./schema.ts";
import { validateArguments } from "./validate.ts";

const tool = (inputSchema: JsonSchema) =>
  toolOf({ name: "refund.create", title: "", description: "", inputSchema, provider: "demo" });

const REFUND: JsonSchema = {
  type: "object",
  properties: {
    orderId: { type: "string", pattern: "^ord_[0-9]+$" },
    amount: { type: "integer", minimum: 1 },
    when: { type: "string", format: "date" },
    reason: { enum: ["damaged", "late"] },
    lines: { type: "array", items: { type: "object", properties: { sku: { type: "string" } } } },
  },
  required: ["orderId", "amount"],
  additionalProperties: false,
};

const failure = (schema: JsonSchema, given: JsonObject) => {
  const result = validateArguments(tool(schema), given);
  if (result.ok) throw new Error("it was taken");
  return result.failure;
};

describe("arguments", () => {
  test("that fit are handed back as they were", () => {
    const given = { orderId: "ord_1", amount: 3, reason: "late" };
    expect(validateArguments(tool(REFUND), given)).toEqual({ ok: true, value: given });
  });

  test("that do not fit are told by path, expectation and what was there, with an example", () => {
    const { code, detail, hint } = failure(REFUND, {
      orderId: "17",
      amount: "12 USD",
      when: "soon",
      reason: "cold",
      lines: [{ sku: 4 }],
      extra: true,
    });
    expect(code).toBe("tool.arguments");
    expect(detail).toContain('- amount: expected a value of type integer, got "12 USD"');
    expect(detail).toContain('- orderId: expected text that matches ^ord_[0-9]+$, got "17"');
    expect(detail).toContain('- when: expected a date, got "soon"');
    expect(detail).toContain('- reason: expected one of ["damaged","late"], got "cold"');
    expect(detail).toContain("- lines.0.sku: expected a value of type string, got 4");
    expect(detail).toContain("- extra: there is no such argument");
    expect(hint).toContain('"amount":1');
  });

  test("that are missing are named", () => {
    expect(failure(REFUND, { orderId: "ord_1" }).detail).toContain("- amount: is missing");
  });

  test("of the name __proto__ change nothing", () => {
    const given: JsonObject = JSON.parse('{"orderId":"ord_1","amount":1,"__proto__":{"x":1}}');
    expect(validateArguments(tool(REFUND), given).ok).toBe(false);
    expect(Reflect.get({}, "x")).toBeUndefined();
  });

  test("that are too many or too deep are refused before they are checked", () => {
    let deep: JsonObject = {};
    for (let i = 0; i < 100; i++) deep = { deep };
    expect(failure({ type: "object" }, deep).detail).toContain("nested too deeply");
    const wide = { list: Array.from({ length: 30_000 }, () => 1) };
    expect(failure({ type: "object" }, wide).detail).toContain("too many values");
  });
});

describe("a foreign schema", () => {
  test("may not backtrack: its patterns run in linear time, or are left out and said to be", () => {
    const text = `${"a".repeat(50_000)}!`;
    const linear: JsonSchema = { properties: { x: { type: "string", pattern: "^(a+)+$" } } };
    expect(failure(linear, { x: text }).detail).toContain("text that matches");
    const lookahead: JsonSchema = { properties: { x: { pattern: "^(?=(a+)+$)a" } } };
    const safe = safeSchema(lookahead);
    expect(safe).toMatchObject({ ok: true, value: { schema: { properties: { x: {} } } } });
    expect(safe.ok && safe.value.notes.join()).toContain("was left out");
    expect(validateArguments(tool(lookahead), { x: text }).ok).toBe(true);
  });

  test("may not unfold without end: references are checked against the clock", () => {
    const $defs: Record<string, JsonSchema> = { d40: { const: 1 } };
    for (let i = 0; i < 40; i++)
      $defs[`d${i}`] = {
        anyOf: [{ $ref: `#/$defs/d${i + 1}` }, { allOf: [{ $ref: `#/$defs/d${i + 1}` }] }],
      };
    const schema = { $defs, properties: { x: { $ref: "#/$defs/d0" } } };
    expect(failure(schema, { x: 2 }).detail).toContain("take too long to check");
    const endless = {
      $defs: { a: { $ref: "#/$defs/a" } },
      properties: { x: { $ref: "#/$defs/a" } },
    };
    expect(failure(endless, { x: 2 }).code).toMatch(/^tool\./);
  });

  test("keeps a property that is called pattern, and data that looks like a keyword", () => {
    const schema: JsonSchema = {
      type: "object",
      properties: { pattern: { type: "string" }, $ref: { const: { pattern: "(?=x)" } } },
      $schema: "http://json-schema.org/draft-07/schema#",
      $id: "https://example.com/other",
    };
    const safe = safeSchema(schema);
    expect(safe).toMatchObject({ ok: true, value: { notes: [], watched: false } });
    expect(safe.ok && safe.value.schema).toEqual({
      type: "object",
      properties: { pattern: { type: "string" }, $ref: { const: { pattern: "(?=x)" } } },
    });
  });

  test("that refers elsewhere, is huge, deep or no object is refused", () => {
    let deep: JsonSchema = {};
    for (let i = 0; i < 60; i++) deep = { properties: { deep } };
    const bad: unknown[] = [
      { properties: { x: { $ref: "https://example.com/x" } } },
      { properties: { x: { description: "y".repeat(200_000) } } },
      { properties: Object.fromEntries(Array.from({ length: 6000 }, (_, i) => [`p${i}`, {}])) },
      deep,
      { type: "array" },
      "text",
      null,
    ];
    for (const schema of bad) expect(safeSchema(schema).ok).toBe(false);
  });
});
