// The package as its users rely on it: runs in a browser, fills in defaults, makes right addresses.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { endpointOf, pathOf } from "./call.ts";
import { createClient, defineAgent, UnreachableError } from "./index.ts";

test("nothing of it needs Node at run time", () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .filter((file) => !file.endsWith(".test.ts") && !file.endsWith(".fixture.ts"));
  const needing = files.filter((file) => {
    const text = readFileSync(`${import.meta.dirname}/${file}`, "utf8");
    // What a dialled connection is, is Node's to say: a type alone, gone when the program runs.
    const running = text.replace('import type { Duplex } from "node:stream";', "");
    return /from "node:|\bprocess\.[a-z]|\bBuffer\./.test(running);
  });
  expect(files.length).toBeGreaterThan(12);
  expect(needing).toEqual([]);
});

test("an agent in code has its defaults, or says what is wrong", () => {
  const agent = defineAgent({
    name: "A",
    instructions: "",
    models: ["m/1"],
    tools: [{ name: "t" }],
  });
  expect(agent.tools).toEqual([{ name: "t", actsAs: "caller", presets: {} }]);
  expect(agent.bounds.stepsMax).toBe(30);
  expect(() => defineAgent({ name: "", instructions: "", models: [], tools: [] })).toThrow("name");
});

test("an address holds its parts escaped, and leaves out what is not given", () => {
  const row = { ...endpointOf("run.get"), path: "/api/runs/:runId/x" };
  const input = { params: { runId: "a/../b?c" }, query: { q: "ä &", none: undefined } };
  expect(pathOf(row, input)).toBe("/api/runs/a%2F..%2Fb%3Fc/x?q=%C3%A4+%26");
  expect(() => pathOf(row, {})).toThrow("runId");
});

test("a GET is tried again while the server is away, within bounds", async () => {
  let tries = 0;
  const fetch = async (): Promise<Response> => {
    if (++tries < 3) throw new TypeError("refused");
    return Response.json({ items: [], next: null });
  };
  const client = createClient({ baseUrl: "http://stead.test", key: "k", fetch });
  expect((await client.call("agent.list")).items).toEqual([]);
  expect(tries).toBe(3);
  tries = -100;
  const failing = createClient({ baseUrl: "http://x.test", key: "k", fetch, attemptsMax: 2 });
  await expect(failing.call("agent.list")).rejects.toBeInstanceOf(UnreachableError);
  expect(tries).toBe(-98);
});
