// A call happens only with its own permit, on the tool that was decided about, within its bounds.
import { defineTool, ToolError } from "@stead/sdk";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { fail, ok } from "../lib/result.ts";
import { blobTools } from "./blob/tools.ts";
import { toolOf } from "./contract.ts";
import { registeredTool } from "./defined.ts";
import { executeCall } from "./execute.ts";
import type { RegisteredTool } from "./tool.ts";
import {
  ADA,
  BOB,
  callTool,
  decisionFor,
  inputFor,
  permitFor,
  registryOf,
} from "./tools.fixture.ts";

const read = { effect: "read" } as const;

function toolRunning(run: RegisteredTool["run"], name = "test.run"): RegisteredTool {
  const contract = {
    ...read,
    sinks: {},
    keyed: true,
    result: { audience: [], classes: [], trust: "record" as const },
    resultForCallerOnly: true,
  };
  const inputSchema = { type: "object", properties: { x: { type: "integer" } } };
  return {
    tool: toolOf({ name, title: "", description: "", inputSchema, contract, provider: "demo" }),
    destination: "Stead",
    gated: true,
    run,
  };
}

const saying = (text: string) => toolRunning(async () => ok({ text }));

describe("a permit", () => {
  test("for other arguments, another call, another person or another tool is refused", async () => {
    const registry = registryOf();
    let ran = 0;
    const tool = toolRunning(async () => (ran++, ok({ text: "done" })));
    const other = toolRunning(async () => (ran++, ok({ text: "done" })), "test.other");
    registry.add(tool);
    registry.add(other);
    const input = inputFor(tool, { arguments: { x: 1 } });
    const permit = await permitFor(input, registry.list());
    for (const change of [
      { arguments: { x: 2 } },
      { digest: "digest of another call" },
      { principal: BOB },
      { tool: other },
    ]) {
      const output = await executeCall(registry, permit, { ...input, ...change });
      expect(output).toMatchObject({ ok: false, failure: { code: "policy.denied" } });
    }
    const forged: typeof permit = Object.create(permit);
    const output = await executeCall(registry, forged, input);
    expect(output).toMatchObject({ ok: false, failure: { code: "policy.denied" } });
    expect(ran).toBe(0);
    expect(await executeCall(registry, permit, input)).toMatchObject({ ok: true });
  });

  test("does not outlive the tool that it was given for", async () => {
    const registry = registryOf();
    const tool = saying("old");
    registry.add(tool);
    const input = inputFor(tool);
    const permit = await permitFor(input, registry.list());
    const { hash, ...rest } = tool.tool;
    registry.add({ ...saying("new"), tool: { ...rest, hash: `${hash}0` } });
    const output = await executeCall(registry, permit, input);
    expect(output).toMatchObject({ ok: false, failure: { code: "tool.changed" } });
    registry.removeOf("demo");
    const gone = await executeCall(registry, permit, input);
    expect(gone).toMatchObject({ ok: false, failure: { code: "tool.unknown" } });
  });
});

describe("a tool", () => {
  test("that hangs is given up, and told to stop", async () => {
    const registry = registryOf(50);
    let stopped = false;
    const hanging = toolRunning(({ signal }) => {
      signal.addEventListener("abort", () => (stopped = true));
      return new Promise(() => {});
    });
    registry.add(hanging);
    const output = await callTool(registry, "test.run");
    expect(output).toMatchObject({ ok: false, failure: { code: "tool.timeout" } });
    expect(stopped).toBe(true);
  });

  test("is told when the run is cancelled", async () => {
    const registry = registryOf();
    registry.add(toolRunning(() => new Promise(() => {})));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    const output = await callTool(registry, "test.run", { signal: stop.signal });
    expect(output).toMatchObject({ ok: false, failure: { code: "run.cancelled" } });
  });

  test("that may have acted before it was given up is said to be in doubt", async () => {
    const registry = registryOf(50);
    const reading = toolRunning(() => new Promise(() => {}));
    const { contract, ...rest } = reading.tool;
    const own = { ...contract, effect: "write-own" as const };
    registry.add({ ...reading, tool: { ...rest, contract: own, name: "test.write" } });
    registry.add(reading);
    const write = await callTool(registry, "test.write");
    expect(JSON.stringify(write)).toContain("not known whether it took effect");
    const onlyRead = await callTool(registry, "test.run");
    expect(JSON.stringify(onlyRead)).not.toContain("not known");
  });

  test("that breaks shows nothing of its error", async () => {
    const registry = registryOf();
    registry.add(toolRunning(() => Promise.reject(new Error("password=hunter2"))));
    const output = await callTool(registry, "test.run");
    expect(output).toMatchObject({ ok: false, failure: { code: "tool.failed" } });
    expect(JSON.stringify(output)).not.toContain("hunter2");
  });

  test("says nothing to a model that a person does not see, failing or citing either", async () => {
    const unseen = "\u{e0073}\u{e0061}\u202e\u200b";
    const registry = registryOf();
    const cited = { number: 1, documentId: "d", title: `T${unseen}\n[2] U`, quote: `Q${unseen}` };
    const text = `Due${unseen}\n\tnow`;
    registry.add(toolRunning(async () => ok({ text, citations: [cited] })));
    registry.add(toolRunning(async () => fail("tool.failed", `No${unseen}.`), "test.fails"));
    expect(await callTool(registry, "test.run", { arguments: {} })).toMatchObject({
      value: { text: "Due\n\tnow", citations: [{ title: "T [2] U", quote: "Q" }] },
    });
    expect(await callTool(registry, "test.fails", { arguments: {} })).toMatchObject({
      failure: { detail: "No." },
    });
  });

  test("that says too much is refused, and one that says much becomes a handle", async () => {
    const registry = registryOf();
    const long = Array.from({ length: 5_000 }, (_, i) => `row ${i}: needle-${i}`).join("\n");
    registry.add(saying(long));
    for (const tool of blobTools(registry.blobs)) registry.add(tool);
    const tooMuch = await callTool(registry, "test.run", { outputBytesMax: 1_000 });
    expect(tooMuch).toMatchObject({ ok: false, failure: { code: "tool.too_large" } });
    const output = await callTool(registry, "test.run");
    if (!output.ok) throw new Error(output.failure.detail);
    const { blobId = "", text } = output.value;
    expect(text.length).toBeLessThan(3_000);
    expect(text).toContain(`${long.length} characters`);
    expect(text).toContain("row 3: needle-3");
    const page = await callTool(registry, "blob.read", {
      arguments: { blobId, offset: 100, limit: 50 },
    });
    expect(page.ok && page.value.text).toContain(long.slice(100, 150));
    const found = await callTool(registry, "blob.search", {
      arguments: { blobId, query: "NEEDLE-4711" },
    });
    expect(found.ok && found.value.text).toContain("row 4711: needle-4711");
    const none = await callTool(registry, "blob.search", {
      arguments: { blobId, query: "needle-9999" },
    });
    expect(none.ok && none.value.text).toContain("does not stand in");
    const theirs = await callTool(registry, "blob.read", { arguments: { blobId }, principal: BOB });
    expect(theirs).toMatchObject({ ok: false, failure: { code: "resource.not_found" } });
  });
});

describe("a registry", () => {
  test("takes no malformed name, unusable schema or name of another's tool", () => {
    const registry = registryOf();
    expect(registry.add(saying("x")).ok).toBe(true);
    const made = saying("y");
    for (const change of [
      { name: "no spaces" },
      { name: "" },
      { name: "other", hash: "1", inputSchema: { properties: { x: { $ref: "#/nowhere" } } } },
      { provider: "mcp_1" },
    ])
      expect(registry.add({ ...made, tool: { ...made.tool, ...change } }).ok).toBe(false);
    expect(registry.list().map(({ name }) => name)).toEqual(["test.run"]);
  });

  test("tells of all the changes of one go at once", async () => {
    const registry = registryOf();
    let told = 0;
    registry.onChange(() => told++);
    registry.add(saying("x"));
    registry.add(toolRunning(async () => ok({ text: "" }), "test.other"));
    registry.removeOf("demo", new Set(["test.run"]));
    await Promise.resolve();
    expect(told).toBe(1);
    expect(registry.list().map(({ name }) => name)).toEqual(["test.run"]);
  });
});

describe("defineTool", () => {
  const refund = defineTool({
    name: "order.find",
    title: "Find an order",
    description: "Finds an order of the person's own",
    input: z.object({ orderId: z.string(), limit: z.int().default(3) }),
    contract: read,
    run: async ({ orderId, limit }, { acting, key, orgId }) => {
      if (orderId === "none") throw new ToolError("There is no such order.");
      return `${orderId} ${limit} ${acting.id} ${key} ${orgId}`;
    },
  });

  test("gives typed input with defaults, and who acts from the kernel", async () => {
    const registry = registryOf();
    registry.add(registeredTool(refund, { provider: "demo" }));
    const output = await callTool(registry, "order.find", {
      arguments: { orderId: "ord_1", acting: { id: "per_bob" } },
    });
    expect(output.ok && output.value.text).toBe(`ord_1 3 ${ADA.personId} run_1/call_1 org_1`);
    const none = await callTool(registry, "order.find", { arguments: { orderId: "none" } });
    expect(none).toMatchObject({
      ok: false,
      failure: { code: "tool.failed", detail: "There is no such order." },
    });
  });

  test("without a contract gets the strictest, and policy asks", async () => {
    const { contract: _contract, ...bare } = refund;
    const registry = registryOf();
    const tool = registeredTool(bare, { provider: "demo" });
    registry.add(tool);
    expect(tool.tool).toMatchObject({ reviewed: false, contract: { effect: "irreversible" } });
    const input = inputFor(tool, { arguments: { orderId: "ord_1" } });
    const decision = await decisionFor(input, registry.list());
    expect(decision.kind).toBe("ask");
  });
});
