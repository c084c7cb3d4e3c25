// What administrators say, on real rows: in force in every process, never looser than it reads, and
// whatever the clock of the machine does.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import type { Ledger } from "../../ledger/append.ts";
import { ledgerOn } from "../../ledger/ledger.fixture.ts";
import { systemClock, type Clock } from "../../lib/clock.ts";
import { decideAction } from "../../policy/decide.ts";
import { permitAction, type Permit } from "../../policy/permit.ts";
import { ADA, policiesOf } from "../../policy/policy.fixture.ts";
import { savePattern } from "../detect/patterns.ts";
import { writePattern } from "../detect/queries.ts";
import { closeAll, closers, record, request } from "../egress.fixture.ts";
import { peer, type Peer } from "./gate.fixture.ts";
import { gatedEgress, type Egress } from "./parts.ts";
import { upsertDestination } from "./queries.ts";
import { saveDestination, SaidOfDestinations } from "./said.ts";

let base: FreshDatabase;
beforeAll(async () => {
  base = await freshDatabase();
});
afterAll(() => base.close());
afterEach(closeAll);

let ledger: Ledger;
let to: Peer;
let org = 0;
/** What the clocks say beside the truth: that of the wall, and that which never goes back. */
let wallMs = 0;
let laterMs = 0;
const clock: Clock = {
  now: () => systemClock.now() + wallMs,
  monotonicMs: () => systemClock.monotonicMs() + laterMs,
  sleep: (...given) => systemClock.sleep(...given),
};
beforeEach(async () => {
  wallMs = 0;
  laterMs = 0;
  ledger = ledgerOn(base, { orgId: `org_${++org}`, clock });
  to = await peer((_body, reply) => void reply.end("{}"));
});

function server(): Egress {
  const egress = gatedEgress(ledger, { allowPrivate: [`127.0.0.1:${to.port}`] });
  closers.unshift(() => egress.close());
  return egress;
}

async function permitNow(): Promise<Permit> {
  const resource = { type: "Platform", id: "stead" };
  const decision = decideAction(await policiesOf(), {
    principal: ADA,
    action: "run.start",
    resource,
  });
  const permit = permitAction(decision, { nowMs: clock.now() });
  if (!permit.ok) throw new Error(permit.failure.detail);
  return permit.value;
}

async function send(egress: Egress, body: string, classes: string[] = []) {
  const label = { audience: [], classes, trust: "record" as const };
  const given = request(to.url, { body, label, to: { kind: "model" } });
  return egress.send(await permitNow(), given, record());
}

const WISH = { name: "PROJECT", class: "project-x", source: "PX-\\d{4}" };
const CLEARED = {
  id: "127.0.0.1",
  name: "A model",
  region: "EU",
  retention: "none",
  agreement: "AVV 12",
  tolerances: [],
};

describe("a pattern of the organisation's own", () => {
  test("holds for the next send of every process, and is named in its record", async () => {
    const [one, other] = [server(), server()];
    expect((await send(one, "About PX-1234.")).ok).toBe(true);
    expect((await send(other, "About PX-1234.")).ok).toBe(true);
    expect(to.got).toEqual(["About PX-1234.", "About PX-1234."]);
    await savePattern(ledger, ADA, WISH);
    laterMs += 1_001;
    const journal = record();
    const given = request(to.url, { body: "About PX-1234.", to: { kind: "model" } });
    const sent = await other.send(await permitNow(), given, journal);
    expect(sent.ok).toBe(true);
    expect(to.got[2]).toMatch(/^About STEAD_\w+\.$/);
    expect(journal.events[0]?.data).toMatchObject({
      detector: expect.stringMatching(/^stead-detect\/\d+ own:\w{12}$/),
      found: expect.arrayContaining(["project-x"]),
    });
    expect((await send(one, "About PX-1234 and more.")).ok).toBe(true);
    expect(to.got[3]).not.toContain("PX-1234");
  });

  test("that can't be used any more lets nothing leave", async () => {
    await writePattern(ledger, { ...WISH, source: "(?<=x)", setBy: "per_ada", setAt: new Date(0) });
    expect(await send(server(), "hello")).toMatchObject({ ok: false });
    expect(to.got).toEqual([]);
  });
});

describe("what a group may", () => {
  const looser = { groupId: "grp_support", class: "phi", effect: "allow" } as const;

  test("is never more than the organisation: it is refused when it is said", async () => {
    const wish = { ...CLEARED, rules: { phi: "placeholder" }, tolerances: [looser] } as const;
    expect(await saveDestination(ledger, ADA, { ...wish, tolerances: [looser] })).toMatchObject({
      ok: false,
      failure: { code: "request.invalid", detail: expect.stringContaining("only be stricter") },
    });
    // Nobody said anything of the class: to a model it goes as a placeholder, whatever a tool may get.
    const unsaid = { ...CLEARED, rules: {}, tolerances: [{ ...looser, class: "pii" }] } as const;
    expect(
      await saveDestination(ledger, ADA, { ...unsaid, tolerances: [...unsaid.tolerances] }),
    ).toMatchObject({ ok: false, failure: { code: "request.invalid" } });
    const stricter = { ...looser, effect: "refuse" } as const;
    const saved = await saveDestination(ledger, ADA, { ...wish, tolerances: [stricter] });
    expect(saved.ok).toBe(true);
  });

  test("has no effect either where somebody wrote it past that", async () => {
    const { tolerances: _, ...said } = CLEARED;
    const row = { ...said, rules: { phi: "refuse" }, set_by: "x", set_at: new Date(0) } as const;
    const written = {
      group_id: "grp_support",
      destination: CLEARED.id,
      class: "phi",
      effect: "allow",
    };
    await upsertDestination(ledger, row, [written]);
    const egress = server();
    const journal = record();
    egress.gate?.open(journal, { key: Buffer.alloc(32, 1), groups: () => ["grp_support"] });
    const label = { audience: [], classes: ["phi"], trust: "record" } as const;
    const given = request(to.url, {
      body: "x",
      label: { ...label, audience: [], classes: ["phi"] },
    });
    const sent = await egress.send(await permitNow(), { ...given, to: { kind: "model" } }, journal);
    expect(sent).toMatchObject({ ok: false });
    expect(to.got).toEqual([]);
  });
});

test("whatever the clock on the wall says, what was taken back is taken back", async () => {
  const rules = { phi: "allow" } as const;
  expect((await saveDestination(ledger, ADA, { ...CLEARED, rules })).ok).toBe(true);
  const egress = server();
  expect((await send(egress, "one", ["phi"])).ok).toBe(true);
  for (const jumpMs of [-86_400_000, 86_400_000, -31_536_000_000]) {
    wallMs = jumpMs;
    expect((await send(egress, `at ${jumpMs}`, ["phi"])).ok).toBe(true);
  }
  // The wall's clock has gone back a year: the change counts all the same, within a second.
  const refused = { phi: "refuse" } as const;
  expect((await saveDestination(ledger, ADA, { ...CLEARED, rules: refused })).ok).toBe(true);
  laterMs += 1_001;
  expect(await send(egress, "after", ["phi"])).toMatchObject({ ok: false });
  expect(to.got).toHaveLength(4);
  const said = new SaidOfDestinations(ledger);
  await said.ready();
  expect(said.now.clearances).toMatchObject([{ rules: { phi: "refuse" } }]);
});
