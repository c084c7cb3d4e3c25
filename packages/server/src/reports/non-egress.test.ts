// Non-egress reports over a real ledger: each answer, each doubt, and the stand-alone verifier agreeing.
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import { erase } from "../ledger/erase.ts";
import { value } from "../ledger/ledger.fixture.ts";
import { readStream } from "../ledger/read.ts";
import { complete, DAY, HOUR_MS, PROVIDER, sentencesOf, World } from "./reports.fixture.ts";

let base: FreshDatabase;
let root: Client;
let world: World;

beforeAll(async () => {
  base = await freshDatabase();
  root = new Client({ ...inject("superConnection"), database: base.connection.database });
  await root.connect();
});
afterAll(async () => {
  await root.end();
  await base.close();
});
beforeEach(() => {
  world = new World(base);
});

/** As somebody who owns the machine: triggers do not fire. */
async function tamper(statement: string, values: unknown[]): Promise<void> {
  await root.query("begin");
  await root.query("set local session_replication_role = replica");
  await root.query(statement, values);
  await root.query("commit");
}

describe("the answer", () => {
  it("is no when nothing of the class went there, and rests on every send", async () => {
    await world.send({ stream: "run_a" });
    await world.send({ stream: "run_b", classes: ["pii"], text: "Maja Lind" });
    await world.checkpoint();
    await world.send({ stream: "run_a", destination: "other.example:443", classes: ["phi"] });
    await world.send({ stream: "egress" });
    const report = await world.report();
    expect(report).toMatchObject({
      answer: "no",
      doubts: [],
      sends: { all: 3, carried: 0, uncovered: 0, unread: 0, unwitnessed: 3 },
      findings: [{ class: "pii", count: 1, sends: 1 }],
      detectors: {
        sending: [{ detector: "test-detect/1", registry: null, sends: 3 }],
        reading: { detector: "test-detect/2", registry: "7" },
      },
    });
    const { coverage, sends } = report.checked.report;
    expect(sends.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(coverage.destinations).toEqual([
      { destination: PROVIDER, sends: 3, first: 1, last: 3 },
      { destination: "other.example:443", sends: 1, first: 1, last: 1 },
    ]);
    expect(complete(report.checked, await world.export())[0]).toContain("complete");
    expect(sentencesOf(report.checked, true)[0]).toBe(`verifies: no phi reached ${PROVIDER}`);
  });

  it("is no of a destination that nothing was ever sent to", async () => {
    await world.send();
    const report = await world.report({ destination: "Elsewhere.example" });
    expect(report).toMatchObject({
      answer: "no",
      question: { destination: "elsewhere.example:443" },
    });
    const empty = await new World(base).report();
    expect(empty).toMatchObject({ answer: "no", sends: { all: 0 } });
  });

  it("is yes by the label of what was sent, with the rows", async () => {
    await world.send();
    await world.send({ classes: ["phi"] });
    const report = await world.report();
    expect(report).toMatchObject({
      answer: "yes",
      sends: { all: 2, carried: 1 },
      rows: [{ number: 2, by: "label", outcome: "arrived", url: "https://model.example/v1/chat" }],
    });
  });

  it("is yes by what a newer detector finds in the bytes that were kept", async () => {
    await world.send({ text: "the \u0064iagnosis is" });
    expect(await world.report()).toMatchObject({ answer: "yes", rows: [{ by: "found" }] });
  });

  it("is no where the values were replaced and nothing is found in what left", async () => {
    const replaced = [{ class: "phi", count: 2 }];
    await world.send({ classes: ["phi"], replaced, text: "[PERSON_1] has it" });
    expect(await world.report()).toMatchObject({
      answer: "no",
      sends: { carried: 0, replaced: 1 },
    });
    world.clock.ms = DAY;
    await world.send({ classes: ["phi"], replaced, text: "[PERSON_1] has a diagnosis" });
    expect(await world.report()).toMatchObject({ answer: "yes", rows: [{ by: "found" }] });
    const seen = new World(base);
    await seen.send({ found: ["phi"] });
    expect(await seen.report()).toMatchObject({ answer: "yes", rows: [{ by: "label" }] });
    const others = new World(base);
    await others.send({ classes: ["phi"], replaced: [{ class: "pii", count: 1 }] });
    expect(await others.report()).toMatchObject({ answer: "yes" });
  });

  it("counts only what is in the period", async () => {
    world.clock.ms = DAY - 1;
    await world.send({ classes: ["phi"] });
    world.clock.ms = DAY + 24 * HOUR_MS;
    await world.send({ classes: ["phi"] });
    expect(await world.report()).toMatchObject({ answer: "no", sends: { all: 0 } });
    world.clock.ms = DAY;
    await world.send({ classes: ["phi"] });
    expect(await world.report()).toMatchObject({ answer: "yes", sends: { all: 1 } });
  });

  it("is no when all of it was stopped before a byte left", async () => {
    await world.send({ classes: ["phi"], settled: { status: null, code: "egress.blocked" } });
    expect(await world.report()).toMatchObject({ answer: "no", rows: [{ outcome: "stopped" }] });
  });
});

describe("not proven", () => {
  const opened = { path: "mcp:office", why: "a child with a network of its own" };

  it("while a path out was not gated, unless it was closed before", async () => {
    world.clock.ms = DAY - 10 * HOUR_MS;
    await world.record("egress", "egress.ungated-opened", opened);
    const report = await world.report();
    expect(report).toMatchObject({
      answer: "not-proven",
      doubts: ["ungated-path"],
      ungated: [{ ...opened, since: "2026-03-09T14:00:00.000Z" }],
    });
    const shut = new World(base);
    shut.clock.ms = DAY - 10 * HOUR_MS;
    await shut.record("egress", "egress.ungated-opened", opened);
    shut.clock.ms = DAY - 1;
    await shut.record("egress", "egress.ungated-closed", { path: opened.path });
    expect(await shut.report()).toMatchObject({ answer: "no", ungated: [] });
    const late = new World(base);
    await late.record("egress", "egress.ungated-opened", opened);
    late.clock.ms = DAY + 1;
    await late.record("egress", "egress.ungated-closed", { path: opened.path });
    expect(await late.report()).toMatchObject({ answer: "not-proven", doubts: ["ungated-path"] });
    const after = new World(base);
    after.clock.ms = DAY + 24 * HOUR_MS;
    await after.record("egress", "egress.ungated-opened", opened);
    expect(await after.report()).toMatchObject({ answer: "no", ungated: [] });
  });

  it("while the period is not over", async () => {
    await world.send();
    world.clock.ms = DAY + HOUR_MS;
    expect(value(await world.ask())).toMatchObject({
      answer: "not-proven",
      doubts: ["period-open"],
    });
  });

  it("while it is not known whether it arrived", async () => {
    await world.send({ classes: ["phi"], settled: null });
    await world.send({ settled: null });
    expect(await world.report()).toMatchObject({ answer: "not-proven", doubts: ["unsettled"] });
    await world.send({ classes: ["phi"], settled: { status: null, code: "egress.unreachable" } });
    expect(await world.report()).toMatchObject({ answer: "not-proven", doubts: ["unsettled"] });
  });

  it("when a body was erased, or bytes were never kept", async () => {
    await world.send();
    value(await erase(world.ledger, { subject: "usr_maja", by: "usr_root" }));
    expect(await world.report()).toMatchObject({
      answer: "not-proven",
      doubts: ["unread"],
      sends: { unread: 1 },
    });
    const dialled = new World(base);
    await dialled.send({ kept: false });
    expect(await dialled.report()).toMatchObject({ answer: "not-proven", doubts: ["unread"] });
    const packed = new World(base);
    await packed.send({ text: "PKZIP an archive that can't be opened" });
    expect(await packed.report()).toMatchObject({ answer: "not-proven", doubts: ["unread"] });
    // A label stands though the body is gone.
    const labelled = new World(base);
    await labelled.send({ classes: ["phi"] });
    value(await erase(labelled.ledger, { subject: "usr_maja", by: "usr_root" }));
    expect(await labelled.report()).toMatchObject({ answer: "yes" });
  });

  it("when a number is missing", async () => {
    for (const text of ["one", "two", "three"]) await world.send({ text });
    await world.checkpoint();
    const { orgId } = world.ledger;
    await tamper("delete from egress_number where org_id = $1 and number = 2", [orgId]);
    const report = await world.report();
    expect(report).toMatchObject({ answer: "not-proven", doubts: ["uncovered", "gap"] });
  });

  it("when the clock went back", async () => {
    await world.send();
    world.clock.ms = DAY + HOUR_MS;
    await world.checkpoint();
    world.clock.ms = DAY + 1;
    await world.send();
    await world.checkpoint();
    expect(await world.report()).toMatchObject({ answer: "not-proven", doubts: ["clock"] });
  });

  it("while a checkpoint can't be made, and counts a send that a clock put elsewhere", async () => {
    await world.send();
    world.clock.ms = DAY - HOUR_MS;
    await world.send({ classes: ["phi"] });
    world.clock.ms = DAY + HOUR_MS;
    await world.send();
    expect(await world.report()).toMatchObject({ answer: "yes", sends: { all: 3 } });
    world.clock.ms = DAY + 2 * HOUR_MS;
    await world.send();
    await root.query("begin");
    const { orgId } = world.ledger;
    await root.query("select pg_advisory_xact_lock(7783101, hashtext($1))", [orgId]);
    const report = await world.report({ class: "pii" });
    await root.query("rollback");
    expect(report).toMatchObject({ answer: "not-proven", sends: { uncovered: 1 } });
    expect(report.doubts).toContain("uncovered");
  });
});

describe("making one", () => {
  it("is recorded before a body is read, and after, with the file's hash", async () => {
    await world.send();
    const { id, answer } = await world.report();
    const events = value(await readStream(world.ledger, "audit"));
    expect(events.map(({ type }) => type)).toEqual(["bodies.scanned", "report.made"]);
    const about = { reportId: id, by: "usr_audit", class: "phi", destination: PROVIDER };
    expect(events[0]?.data).toMatchObject({ ...about, sends: 1 });
    expect(events[1]?.data).toMatchObject({ ...about, answer });
    expect(events[1]?.data["sha256"]).toMatch(/^[0-9a-f]{64}$/);
  });

  it("refuses a period that ends before it begins", async () => {
    const asked = await world.ask({ from: "2026-03-02T00:00:00.000Z", to: "2026-03-01T00:00:00Z" });
    expect(asked).toMatchObject({ ok: false, failure: { code: "request.invalid" } });
  });
});
