// What a contract keeps for a group reaches nobody else, in whatever form the tool gives it.
import { expect, test } from "vitest";
import { fail, ok, type Result } from "../lib/result.ts";
import { toolOf } from "./contract.ts";
import type { RawOutput, RegisteredTool } from "./tool.ts";
import { ADA, callTool, registryOf } from "./tools.fixture.ts";

const NIA = { ...ADA, personId: "per_nia", groups: ["grp_support", "grp_hr"] };

function staffTool(given: Result<RawOutput>, result: string[] = []): RegisteredTool {
  const contract = {
    effect: "read" as const,
    sinks: {},
    keyed: true,
    result: { audience: result, classes: [], trust: "record" as const },
    fields: {
      salary: { trust: "record" as const, classes: ["financial"], audience: ["group:grp_hr"] },
      note: { trust: "colleague" as const, classes: [] },
    },
    resultForCallerOnly: false,
  };
  const about = { name: "staff.get", title: "", description: "", provider: "demo" };
  const tool = toolOf({ ...about, inputSchema: { type: "object", properties: {} }, contract });
  return { tool, destination: "Stead", gated: true, run: async () => given };
}

const CARD = { people: [{ name: "Omar", salary: 93_110, more: { salary: { base: 90_000 } } }] };

test.each([
  ["JSON", JSON.stringify(CARD)],
  ["JSON in lines", `${JSON.stringify(CARD)}\n${JSON.stringify({ salary: 93_110 })}`],
  ["YAML", "people:\n  - name: Omar\n    salary: 93110\n    more: {salary: {base: 90000}}\n"],
  ["text", "Omar earns 93110, of which 90000 is base."],
  [
    "a key written in another way",
    String.raw`{"name":"Omar","sal\u0061ry":93110,"x":{"salary":90000}}`,
  ],
])("a field for others is taken out of %s", async (_form, text) => {
  const registry = registryOf();
  const tool = staffTool(ok({ text }));
  registry.add(tool);
  const seen = await callTool(registry, "staff.get", { principal: ADA });
  expect(seen).toMatchObject({ ok: true, value: { audience: [] } });
  expect(JSON.stringify(seen)).not.toMatch(/93110|93_110|90000/);
  expect(JSON.stringify(seen)).toContain("this is for people of grp_hr");
  const whole = await callTool(registry, "staff.get", { principal: NIA });
  expect(whole).toMatchObject({ ok: true, value: { text, audience: ["group:grp_hr"] } });
});

test("what is left of it is whole, and for whoever may see the result", async () => {
  const registry = registryOf();
  const tool = staffTool(ok({ text: JSON.stringify({ name: "Omar", note: "on leave" }) }));
  registry.add(tool);
  expect(await callTool(registry, "staff.get", { principal: ADA })).toMatchObject({
    value: { text: '{"name":"Omar","note":"on leave"}', audience: [] },
  });
});

test("an error and a long result say no more than the result", async () => {
  const registry = registryOf();
  const failing = staffTool(fail("tool.failed", "salary 93110 is not a string"));
  registry.add(failing);
  const failed = await callTool(registry, "staff.get", { principal: ADA });
  expect(failed).toMatchObject({ ok: false, failure: { code: "tool.failed" } });
  expect(JSON.stringify(failed)).not.toContain("93110");
  const rows = Array.from({ length: 2_000 }, (_, i) => ({ id: i, salary: 93_110 }));
  const long = staffTool(ok({ text: JSON.stringify(rows) }));
  const other = registryOf();
  other.add(long);
  const seen = await callTool(other, "staff.get", { principal: ADA });
  const blobId = seen.ok ? (seen.value.blobId ?? "") : "";
  const blob = await other.blobs.open(blobId, ADA.personId);
  expect(blob.ok && blob.value.text).toContain('"id":1999');
  expect(JSON.stringify([seen, blob])).not.toContain("93110");
});

test("a whole result for others is withheld, and no quotation of it is left", async () => {
  const registry = registryOf();
  const citation = {
    number: 1,
    documentId: "doc_1",
    revision: "1",
    chunk: 0,
    title: "Pay",
    quote: "93110",
  };
  const tool = staffTool(ok({ text: "{}", citations: [citation] }), ["group:grp_hr"]);
  registry.add(tool);
  const seen = await callTool(registry, "staff.get", { principal: ADA });
  expect(seen).toMatchObject({ ok: true, value: { citations: [], audience: [] } });
  expect(await callTool(registry, "staff.get", { principal: NIA })).toMatchObject({
    value: { text: "{}", citations: [{ quote: "93110" }], audience: ["group:grp_hr"] },
  });
});
