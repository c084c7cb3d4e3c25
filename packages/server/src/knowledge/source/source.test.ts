// Two sources of one kind have tools of different names, which never come to mean the other's.
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { deleteSource, insertSource, toolEndings } from "./queries.ts";
import { endingOf } from "./source.ts";

let base: FreshDatabase;
beforeAll(async () => {
  base = await freshDatabase();
});
afterAll(() => base.close());

test("the first is called plainly, each later one by its own name, and that stays", async () => {
  const ctx = { db: base.db, orgId: "org_1" };
  const made = async (id: string, name: string, connector = "crm") =>
    insertSource(ctx, {
      id,
      connector,
      name,
      settings: {},
      state: "live",
      stateReason: "",
      objectiveMs: 1,
      failClosed: true,
      trustedDomains: [],
      createdBy: "per_ada",
      createdAt: new Date(0),
    });
  await made("src_000001", "North");
  await made("src_000002", "Süd & Cö");
  await made("src_000003", "sud co!");
  await made("src_000004", "Wiki", "wiki");
  const all = { src_000002: "sud-co", src_000003: "sud-co-000003", src_000004: "" };
  expect(Object.fromEntries(await toolEndings(ctx))).toEqual({ src_000001: "", ...all });
  await deleteSource(ctx, "src_000001");
  expect(Object.fromEntries(await toolEndings(ctx))).toEqual(all);
});

test("a name without letters still ends in something", () => {
  expect(endingOf("日本")).toBe("other");
  expect(endingOf("A very long name of a source indeed")).toBe("a-very-long-name-of");
});
