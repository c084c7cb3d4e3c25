// Which modules are taken for connectors, and what is said of the others.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { files } from "@stead/connectors";
import { afterAll, expect, test } from "vitest";
import { loadConnectors } from "./load.ts";

const folder = mkdtempSync(join(tmpdir(), "stead-outside-"));
afterAll(() => rmSync(folder, { recursive: true }));

const LIVE = `export const connector = {
  manifest: {
    name: "feed", title: "Feed", guide: "", rights: "live",
    crawl: { kind: "none" }, acting: { kind: "none" },
    freshness: { pollMs: 1, reconcileMs: 1, objectiveMs: 1 }, limits: { concurrent: 1 },
  },
  settingsSchema: {}, parseSettings() {}, test() {}, live: { search() {}, open() {} },
};`;

let count = 0;
async function load(source: string, taken: readonly string[] = []) {
  const name = `./module-${++count}.mjs`;
  writeFileSync(join(folder, name), source);
  return loadConnectors({ modules: [name], folder, taken });
}

test("a module's connector is taken by a path", async () => {
  const loaded = await load(LIVE);
  expect(loaded).toMatchObject({ ok: true, value: [{ manifest: { name: "feed" } }] });
});

test.for([
  ["that is not there", undefined, "can't be loaded"],
  ["that breaks as it is read", "throw new Error('bang')", "bang"],
  ["without a connector", "export const other = 1;", "is none"],
  ["with half a connector", LIVE.replace("test() {},", ""), "test"],
  ["with a name of spaces", LIVE.replace('"feed"', '"my feed"'), "name"],
  ["that is live with no live", LIVE.replace("live: {", "other: {"), "rights live"],
  ["with the name of one of the house", LIVE.replace('"feed"', '"files"'), "files already"],
] as const)("a module %s keeps Stead from starting", async ([, source, said]) => {
  const loaded =
    source === undefined
      ? await loadConnectors({ modules: ["./none.mjs", "none"], folder, taken: [] })
      : await load(source, [files.manifest.name]);
  expect(loaded).toMatchObject({ ok: false, failure: { code: "config.invalid" } });
  expect(loaded.ok ? "" : loaded.failure.detail).toContain(said);
});
