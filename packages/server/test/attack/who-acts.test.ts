// The card, the trace and the receipt say as whom a tool acts. A tool within the server always acts as the
// person, so nothing may say that it acts as anybody else.
import { defineTool } from "@stead/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { send, type Entered } from "../../src/http/edge.fixture.ts";
import { assert } from "../../src/lib/result.ts";
import { registeredTool } from "../../src/tools/defined.ts";
import { executeCall } from "../../src/tools/execute.ts";
import { inputFor, permitFor, registryOf } from "../../src/tools/tools.fixture.ts";
import { openYard, type Yard } from "../loop/yard.ts";

let yard: Yard;
let bea: Entered;
beforeAll(async () => {
  yard = await openYard({ script: () => ({ text: "Done." }) });
  bea = await yard.enter("builder");
});
afterAll(() => yard.close());

test.each(["payment.make", "documents.search", "blob.read"])(
  "%s can't be published as acting as the agent, or as a fixed connection",
  async (name) => {
    for (const actsAs of ["agent", "connection"]) {
      const tools = [{ name, actsAs }];
      const spec = { name: "Poser", instructions: "x", models: ["peer/m"], tools };
      const made = await send(yard, "/api/agents", { as: bea, method: "POST", body: spec });
      const { id } = z.object({ id: z.string() }).parse(made.body);
      const wish = { as: bea, method: "POST", body: {} };
      const published = await send(yard, `/api/agents/${id}/versions`, wish);
      expect(published.body).toMatchObject({ error: { code: "agent.invalid" } });
      const trial = { agentId: id, input: "x", trial: true };
      const tried = await send(yard, "/api/runs", { as: bea, method: "POST", body: trial });
      expect(tried.body).toMatchObject({ error: { code: "agent.invalid" } });
    }
  },
);

test("one that was published so before is refused when it is called", async () => {
  let acted = 0;
  const registry = registryOf();
  const tool = registeredTool(
    defineTool({
      name: "record.read",
      title: "Read",
      description: "Reads",
      input: z.object({}),
      contract: { effect: "read", result: { audience: [], classes: [], trust: "record" } },
      run: async () => String(++acted),
    }),
    { provider: "built-in" },
  );
  assert(registry.add(tool).ok, "it is added");
  for (const actsAs of ["agent", "connection"] as const) {
    const input = { ...inputFor(tool), actsAs };
    const done = await executeCall(registry, await permitFor(input, registry.list()), input);
    expect(done).toMatchObject({ ok: false, failure: { code: "policy.denied" } });
  }
  expect(acted).toBe(0);
});
