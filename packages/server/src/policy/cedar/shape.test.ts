// What of a tool's JSON schema policies can read, and that a value is judged exactly or not at all.
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { cedarType, shapeOfArguments } from "./shape.ts";
import { cedarArguments, toMicros } from "./value.ts";

const shapeOf = (properties: Record<string, unknown>, required: string[] = []) =>
  shapeOfArguments({ type: "object", properties, required });
const typesOf = (properties: Record<string, unknown>, required: string[] = []) =>
  cedarType(shapeOf(properties, required));

describe("a schema", () => {
  it("gives each argument its type, and a number its millionths under another name", () => {
    expect(
      typesOf(
        {
          name: { type: "string", format: "email" },
          count: { type: "integer" },
          price: { type: "number" },
          urgent: { type: "boolean" },
          tags: { type: "array", items: { enum: ["a", "b"] } },
          prices: { type: "array", items: { type: "number" } },
          to: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
          maybe: { type: ["string", "null"] },
          either: { anyOf: [{ type: "integer" }, { type: "null" }] },
        },
        ["name", "price", "maybe"],
      ),
    ).toEqual({
      type: "Record",
      attributes: {
        name: { type: "String", required: true },
        count: { type: "Long", required: false },
        priceMicros: { type: "Long", required: true },
        urgent: { type: "Boolean", required: false },
        tags: { type: "Set", element: { type: "String" }, required: false },
        pricesMicros: { type: "Set", element: { type: "Long" }, required: false },
        to: {
          type: "Record",
          attributes: { city: { type: "String", required: true } },
          required: false,
        },
        maybe: { type: "String", required: false },
        either: { type: "Long", required: false },
      },
    });
  });

  it("follows local references, and no loop", () => {
    const node = {
      type: "object",
      properties: { next: { $ref: "#/$defs/node" }, n: { $ref: "#/$defs/n" } },
    };
    const shape = shapeOfArguments({ ...node, $defs: { node, n: { type: "integer" } } });
    expect(JSON.stringify(cedarType(shape)).match(/"n":/g)).toHaveLength(5);
  });

  test.each([
    ["a choice of types", { type: ["string", "integer"] }],
    ["a choice of schemas", { oneOf: [{ type: "string" }, { type: "integer" }] }],
    ["all of several", { allOf: [{ type: "string" }] }],
    ["anything", {}],
    ["true", true],
    ["a list of anything", { type: "array" }],
    ["a list with nulls", { type: "array", items: { type: ["string", "null"] } }],
    ["an object without properties", { type: "object", additionalProperties: { type: "string" } }],
    ["a foreign reference", { $ref: "https://example.com/schema" }],
    ["a reference to nothing", { $ref: "#/$defs/nothing" }],
    ["mixed choices", { enum: ["a", 1] }],
  ])("leaves out %s", (_what, property) => {
    expect(shapeOf({ property }).fields.size).toBe(0);
  });

  it("leaves out names that Cedar or JavaScript would read otherwise", () => {
    const string = { type: "string" };
    const properties = Object.fromEntries([["__proto__", string]]);
    expect(
      shapeOf({ ...properties, __entity: string, __extn: string, __expr: string }).fields.size,
    ).toBe(0);
    expect(shapeOfArguments(properties).fields.size).toBe(0);
  });

  it("leaves a number out whose other name is taken", () => {
    const shape = shapeOf({ fee: { type: "number" }, feeMicros: { type: "string" } });
    expect([...shape.fields.keys()]).toEqual(["feeMicros"]);
    expect(shape.fields.get("feeMicros")?.shape).toEqual({ kind: "string" });
  });

  test.each([[{}], [{ type: "string" }], [{ properties: [] }], [{ properties: { a: null } }]])(
    "that is none, such as %j, has no arguments",
    (schema) => {
      expect(shapeOfArguments(schema).fields.size).toBe(0);
    },
  );
});

describe("a value", () => {
  const shape = shapeOf(
    {
      count: { type: "integer" },
      price: { type: "number" },
      tags: { type: "array", items: { type: "string" } },
    },
    ["count"],
  );

  it("is taken over under its name, and what the schema does not name is not", () => {
    const given = {
      count: -0,
      price: 1.25,
      tags: ["a", "a"],
      other: { __entity: { type: "Group", id: "g" } },
    };
    const made = cedarArguments(shape, given);
    expect(made).toEqual({
      ok: true,
      value: { count: 0, priceMicros: 1_250_000, tags: ["a", "a"] },
    });
  });

  test.each([
    { count: 1.5 },
    { count: "1" },
    { count: 2 ** 53 },
    { count: null },
    {},
    { count: 1, price: 0.0000001 },
    { count: 1, price: 1e10 },
    { count: 1, tags: ["a", null] },
    { count: 1, tags: "a" },
  ])("that does not fit, as in %j, is none", (given) => {
    expect(cedarArguments(shape, given)).toMatchObject({
      ok: false,
      failure: { code: "policy.error" },
    });
  });
});

describe("millionths", () => {
  test.each([
    [0, 0],
    [-0, 0],
    [0.1, 100_000],
    [1.1, 1_100_000],
    [4.35, 4_350_000],
    [1e-6, 1],
    [1.5e-5, 15],
    [-2.000001, -2_000_001],
    [1e-7, undefined],
    [0.1 + 0.2, undefined],
    [1e21, undefined],
    [9_007_199_255, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])("of %d are %d", (value, expected) => {
    expect(toMicros(value)).toBe(expected);
  });

  it("are exact for every amount with six decimals", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (micros) => {
        expect(toMicros(micros / 1e6)).toBe(micros + 0);
      }),
    );
  });
});
