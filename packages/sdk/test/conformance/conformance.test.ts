// A sound connector passes every check; one that is broken in one place is found by exactly the check of it.
import { expect, test } from "vitest";
import { checkConnector, type CheckResult } from "@stead/sdk/conformance";
import type { Connector } from "../../src/index.ts";
import { BROKEN } from "./broken/all.ts";
import { shelfConnector } from "./shelf-connector.ts";
import { delivery } from "./shelf-push.ts";
import { Shelf } from "./shelf.ts";

function check(connector: Connector): Promise<CheckResult[]> {
  const shelf = new Shelf();
  return checkConnector({
    connector,
    source: shelf.source(),
    inheritance: "narrows",
    push: delivery(),
    mutations: {
      content: async () => shelf.change("menu", { text: `Stew ${shelf.log.length}.` }),
      access: async () => shelf.change("menu", { team: "few" }),
      removal: async () => shelf.remove("salad"),
    },
  });
}

const named = (results: readonly CheckResult[], outcome: CheckResult["outcome"]): string[] =>
  results.filter((result) => result.outcome === outcome).map(({ name }) => name);

test("a sound connector passes all that there is to check", async () => {
  const results = await check(shelfConnector());
  expect(results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
  expect(named(results, "skipped")).toEqual(["what can't be asked is not answered yes"]);
  expect(named(results, "passed").length).toBeGreaterThan(25);
});

test.for(
  Object.entries(BROKEN).flatMap(([due, ways]) =>
    ways.map(([how, broken]) => ({ due, how, broken })),
  ),
)("$due: found where $how", async ({ due, broken }) => {
  const results = await check(shelfConnector(broken));
  expect(results.filter(({ outcome }) => outcome === "failed").map(({ name }) => name)).toEqual([
    due,
  ]);
});
