// Patterns of an organisation's own, kept: each change with its event, and only what compiles.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { ledgerOn } from "../../ledger/ledger.fixture.ts";
import type { Ledger } from "../../ledger/append.ts";
import { readStream } from "../../ledger/read.ts";
import { ADA } from "../../policy/policy.fixture.ts";
import { detect } from "./detect.ts";
import { readPatterns, removePattern, savePattern } from "./patterns.ts";
import { writePattern } from "./queries.ts";

let base: FreshDatabase;
beforeAll(async () => {
  base = await freshDatabase();
});
afterAll(() => base.close());

let ledger: Ledger;
let org = 0;
beforeEach(() => {
  ledger = ledgerOn(base, { orgId: `org_${++org}` });
});

const WISH = { name: "PROJECT", class: "project-x", source: "PX-\\d{4}" };

async function eventTypes(): Promise<string[]> {
  const found = await readStream(ledger, "detectors");
  return found.ok ? found.value.map(({ type }) => type) : [];
}

test("a saved pattern finds, a changed one finds otherwise, a removed one nothing", async () => {
  const found = async (): Promise<string[]> => {
    const patterns = await readPatterns(ledger);
    if (!patterns.ok) throw new Error(patterns.failure.detail);
    return detect("about the project PX-1234", { patterns: patterns.value }).map(
      (one) => one.class,
    );
  };
  expect((await savePattern(ledger, ADA, WISH)).ok).toBe(true);
  expect(await found()).toEqual(["project-x"]);
  expect((await savePattern(ledger, ADA, { ...WISH, source: "PY-\\d{4}" })).ok).toBe(true);
  expect(await found()).toEqual([]);
  expect((await removePattern(ledger, ADA, "PROJECT")).ok).toBe(true);
  expect(await readPatterns(ledger)).toEqual({ ok: true, value: [] });
  expect(await eventTypes()).toEqual(["detector.saved", "detector.saved", "detector.removed"]);
});

test("what is no pattern is not saved, what is not there not removed; neither leaves an event", async () => {
  const wrong = await savePattern(ledger, ADA, { ...WISH, source: "(" });
  expect(wrong).toMatchObject({ ok: false, failure: { code: "request.invalid" } });
  const gone = await removePattern(ledger, ADA, "NOTHING");
  expect(gone).toMatchObject({ ok: false, failure: { code: "resource.not_found" } });
  expect(await eventTypes()).toEqual([]);
});

test("a stored pattern that compiles no more is a failure, not one pattern less", async () => {
  await writePattern(ledger, { ...WISH, source: "(?<=x)", setBy: "per_ada", setAt: new Date(0) });
  expect(await readPatterns(ledger)).toMatchObject({ ok: false });
});

test("another organisation's patterns are its own", async () => {
  await savePattern(ledger, ADA, WISH);
  expect(await readPatterns(ledgerOn(base, { orgId: "org_other" }))).toEqual({
    ok: true,
    value: [],
  });
});
