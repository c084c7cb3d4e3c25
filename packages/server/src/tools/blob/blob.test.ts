// What is put aside is encrypted, one person's, and gone with that person's keys.
import type { Label } from "@stead/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ledgerOn } from "../../ledger/ledger.fixture.ts";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { createBlobStore } from "./store.ts";

let base: FreshDatabase;
beforeAll(async () => {
  base = await freshDatabase();
});
afterAll(() => base.close());

test("only its person opens it, in its organisation, until its key is destroyed", async () => {
  const ledger = ledgerOn(base);
  const blobs = createBlobStore(ledger, ledger.keys);
  const label: Label = { audience: [], classes: ["phi"], trust: "record" };
  const blob = { text: "a long result, ".repeat(10_000), label };
  const put = await blobs.put(blob, { personId: "per_ada", runId: "run_1", callId: "call_1" });
  if (!put.ok) throw new Error(put.failure.detail);
  const id = put.value;
  expect(await blobs.open(id, "per_ada")).toEqual({ ok: true, value: blob });
  const hidden = { ok: false, failure: { code: "resource.not_found" } };
  expect(await blobs.open(id, "per_bob")).toMatchObject(hidden);
  expect(await blobs.open("blob_other", "per_ada")).toMatchObject(hidden);
  const other = ledgerOn(base, { orgId: "org_other" });
  expect(await createBlobStore(other, other.keys).open(id, "per_ada")).toMatchObject(hidden);
  const row = await base.db.selectFrom("blob").selectAll().executeTakeFirstOrThrow();
  expect(row.sealed.includes("a long result")).toBe(false);
  const key = await base.db.selectFrom("data_key").selectAll().executeTakeFirstOrThrow();
  expect(key).toMatchObject({ body_id: id, subjects: ["per_ada"] });
  await base.db.deleteFrom("data_key").where("body_id", "=", id).execute();
  expect(await blobs.open(id, "per_ada")).toMatchObject(hidden);
});
