// A form from a schema gives back the arguments that were put in, typed as the schema says.
import { describe, expect, test } from "vitest";
import { draftOf, fieldsOf, parseDraft } from "./json-form.tsx";

const schema = {
  type: "object",
  required: ["order", "amount"],
  properties: {
    order: { type: "string", description: "Its number." },
    amount: { type: "integer" },
    currency: { type: "string", enum: ["EUR", "USD"] },
    lines: { type: "array" },
    urgent: { type: "boolean" },
  },
};

describe("the form of a call", () => {
  test("has a field for each argument of the schema and of the call", () => {
    const fields = fieldsOf(schema, { extra: 1 });
    expect(fields.map((field) => [field.name, field.kind])).toEqual([
      ["order", "string"],
      ["amount", "integer"],
      ["currency", "string"],
      ["lines", "json"],
      ["urgent", "boolean"],
      ["extra", "number"],
    ]);
    expect(fields[2]?.choices).toEqual(["EUR", "USD"]);
  });

  test("gives the same arguments back when nothing was changed", () => {
    const values = { order: "0012", amount: 5, lines: [{ a: null }], urgent: false };
    const fields = fieldsOf(schema, values);
    expect(parseDraft(fields, draftOf(fields, values))).toEqual({ ok: true, value: values });
  });

  test("works without a schema, by the values' own kinds", () => {
    const values = { id: "7", count: 7, deep: { a: [1] } };
    const fields = fieldsOf(undefined, values);
    expect(parseDraft(fields, draftOf(fields, values))).toEqual({ ok: true, value: values });
  });

  test("names the field that is wrong, and sends nothing", () => {
    const fields = fieldsOf(schema, {});
    const parsed = parseDraft(fields, { order: "1", amount: "1.5", lines: "[", urgent: "" });
    expect(parsed).toMatchObject({ ok: false });
    expect(parsed.ok ? [] : Object.keys(parsed.why)).toEqual(["amount", "lines"]);
  });
});
