// Two sources of one kind have tools of different names, which never come to mean the other's.
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { withTx } from "../../store/tx.ts";
import { deleteSource, insertSource, toolEndings } from "./queries.ts";
import { endingOf } from "./source.ts";

let base: FreshDatabase;
beforeAll(async () => {
  base = await freshDatabase();
});
afterAll(() => base.close());

function made(orgId: string, id: string, { name, connector = "crm" }: Made): Promise<boolean> {
  const row = {
    id,
    connector,
    name,
    settings: {},
    state: "live" as const,
    stateReason: "",
    objectiveMs: 1,
    failClosed: true,
    trustedDomains: [],
    createdBy: "per_ada",
    createdAt: new Date(0),
  };
  return withTx(base.db, (db) => insertSource({ db, orgId }, row));
}

interface Made {
  readonly name: string;
  readonly connector?: string;
}

test("the first is called plainly, each later one by its own name, and that stays", async () => {
  const ctx = { db: base.db, orgId: "org_1" };
  await made("org_1", "src_000001", { name: "North" });
  await made("org_1", "src_000002", { name: "Süd & Cö" });
  await made("org_1", "src_000003", { name: "sud co!" });
  await made("org_1", "src_000004", { name: "Wiki", connector: "wiki" });
  const all = { src_000002: "sud-co", src_000003: "sud-co-000003", src_000004: "" };
  expect(Object.fromEntries(await toolEndings(ctx))).toEqual({ src_000001: "", ...all });
  await deleteSource(ctx, "src_000001");
  expect(Object.fromEntries(await toolEndings(ctx))).toEqual(all);
});

test("of those that come at once one alone is called plainly, and no two alike", async () => {
  const ids = Array.from({ length: 8 }, (_, i) => `src_00001${i}`);
  // Names that differ, but not in their letters.
  await Promise.all(ids.map((id, i) => made("org_2", id, { name: `Süd${"!".repeat(i)}` })));
  const endings = [...(await toolEndings({ db: base.db, orgId: "org_2" })).values()];
  expect(new Set(endings).size).toBe(8);
  expect(endings).toContain("");
});

test("a name without letters still ends in something", () => {
  expect(endingOf("日本")).toBe("other");
  expect(endingOf("A very long name of a source indeed")).toBe("a-very-long-name-of");
});
