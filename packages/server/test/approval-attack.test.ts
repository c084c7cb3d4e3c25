// Attacks on approvals, through the API: none of them lets a call happen that was not approved exactly
// so, by somebody who may, now, once.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  array,
  assert as check,
  boolean,
  constant,
  constantFrom,
  dictionary,
  integer,
  nat,
  oneof,
  pre,
  property,
  record,
  string,
  type Arbitrary,
} from "fast-check";
import { contractSchema } from "@stead/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { makeKey } from "../src/identity/key/make.ts";
import { principalOf } from "../src/identity/principal.ts";
import { asJsonObject, canonical, isJsonObject, type JsonObject } from "../src/lib/json.ts";
import { assert } from "../src/lib/result.ts";
import { actDigest, type Act } from "../src/runs/digest.ts";
import { withTx } from "../src/store/tx.ts";
import { answer, cardOf, startRun, type Card } from "./loop/ask.ts";
import { setActive } from "./loop/queries.ts";
import { script } from "./loop/scripts.ts";
import { POLICIES } from "./loop/wiring.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const policiesDir = mkdtempSync(join(tmpdir(), "stead-policies-"));
let yard: Yard;
let agentId: string;
let ada: Entered;
let finn: Entered;

beforeAll(async () => {
  cpSync(POLICIES, policiesDir, { recursive: true });
  yard = await openYard({ script, policyDirs: [policiesDir] });
  agentId = await makeAgent(yard, { name: "Payer" });
  ada = await yard.enter("employee");
  finn = await yard.enter("approver");
});
afterAll(async () => {
  await yard.close();
  rmSync(policiesDir, { recursive: true });
});
beforeEach(() => yard.world.keyed.clear());

async function waiting(): Promise<{ runId: string; card: Card }> {
  const runId = await startRun(yard, ada, { agentId, input: "pay" });
  return { runId, card: await cardOf(yard, finn, runId) };
}

function payments(): JsonObject[] {
  const all = [...yard.world.keyed.values()].map(({ args }) => asJsonObject(args));
  return all.filter((args) => "amountCents" in args);
}

/** With a policy in force that denies what was asked about. */
async function stricter(work: () => Promise<void>): Promise<void> {
  const file = join(policiesDir, "stricter.cedar");
  writeFileSync(
    file,
    `@id("loop.none")
@reason("No payments any more")
forbid (principal, action in Action::"call:payment.make", resource);
`,
  );
  assert((await yard.stead.policies.reload()).ok, "the stricter policy is sound");
  try {
    await work();
  } finally {
    rmSync(file);
    await yard.stead.policies.reload();
  }
}

async function started(runId: string): Promise<number> {
  const events = await yard.events(runId);
  return events.filter((e) => e.type === "call.started" && e.data.tool === "payment.make").length;
}

describe("an approval", () => {
  test("happens once, however often the yes is sent", async () => {
    const { runId, card } = await waiting();
    expect(await answer(yard, finn, { card })).toBe("yes");
    await yard.ended(runId);
    expect(await answer(yard, finn, { card })).toBe("run.finished");
    expect([payments().length, await started(runId)]).toEqual([1, 1]);
  });

  test("is for the digest that was shown", async () => {
    const { runId, card } = await waiting();
    const other = await waiting();
    const flipped = `${card.digest.startsWith("0") ? "1" : "0"}${card.digest.slice(1)}`;
    expect(await answer(yard, finn, { card, digest: flipped })).toBe("approval.changed");
    expect(await answer(yard, finn, { card, digest: other.card.digest })).toBe("approval.changed");
    expect(await answer(yard, finn, { card: other.card, digest: card.digest })).toBe(
      "approval.changed",
    );
    expect(await started(runId)).toBe(0);
  });

  test("is not the asker's, nor a stranger's, nor an administrator's", async () => {
    const { runId, card } = await waiting();
    expect(await answer(yard, ada, { card })).toBe("policy.denied");
    const admin = await yard.enter("administrator");
    expect(await answer(yard, admin, { card })).toBe("resource.not_found");
    expect(await answer(yard, await yard.enter("auditor"), { card })).toBe("policy.denied");
    expect(await answer(yard, "no-such-key", { card })).toBe("auth.invalid");
    expect(await started(runId)).toBe(0);
  });

  test("can't be given with a key whose scopes don't hold it", async () => {
    const { runId, card } = await waiting();
    const via = { kind: "session", sessionId: "x" } as const;
    const principal = await principalOf(yard.ctx, PEOPLE.approver.id, via);
    assert(principal.ok, "Finn is there");
    const wish = { principal: principal.value, name: "k", scopes: ["run.get"], days: 1 };
    const made = await makeKey(yard.stead.agents, {
      ...wish,
      idempotencyKey: yard.ctx.ids.token(20),
    });
    assert(made.ok, "a key is made");
    expect(await answer(yard, made.value.secret, { card })).toBe("policy.denied");
    expect(await started(runId)).toBe(0);
  });

  test("of an edit is a new act: what policy denies stays denied", async () => {
    const { runId, card } = await waiting();
    const edit = (args: object) => answer(yard, finn, { card, arguments: args });
    expect(await edit({ amountCents: 100_001, to: "Acme" })).toBe("policy.denied");
    expect(await edit({ amountCents: "all", to: "Acme" })).toBe("tool.arguments");
    expect(await edit({ amountCents: 300, to: "Acme" })).toBe("yes");
    await yard.ended(runId);
    expect(payments()).toEqual([{ amountCents: 300, to: "Acme" }]);
  });

  test("of two approvers at once, one is taken", async () => {
    const { runId, card } = await waiting();
    const again = await yard.enter("approver");
    const sent = [finn, again, finn, again].map((as, i) =>
      answer(yard, as, { card, answer: i % 2 === 0 ? "approved" : "refused" }),
    );
    const answers = await Promise.all(sent);
    await yard.ended(runId);
    expect(answers.filter((each) => each === "yes")).toHaveLength(1);
    const refused = answers.filter((each) => each !== "yes");
    for (const code of refused) expect(["approval.answered", "run.finished"]).toContain(code);
    const events = await yard.events(runId);
    expect(events.filter(({ type }) => type === "approval.answered")).toHaveLength(1);
  });

  test("is of no use after a cancel", async () => {
    const { runId, card } = await waiting();
    const cancelled = await send(yard, `/api/runs/${runId}/cancel`, { as: ada, method: "POST" });
    expect(cancelled.status).toBe(200);
    expect(["run.cancelled", "run.finished"]).toContain(await answer(yard, finn, { card }));
    await yard.ended(runId);
    expect(await answer(yard, finn, { card })).toBe("run.finished");
    expect(await started(runId)).toBe(0);
  });

  test("is of no use to an asker who has left", async () => {
    const { runId, card } = await waiting();
    await setActive(yard.ctx.db, PEOPLE.employee.id, false);
    const said = await answer(yard, finn, { card });
    await setActive(yard.ctx.db, PEOPLE.employee.id, true);
    expect(said).not.toBe("yes");
    expect(await started(runId)).toBe(0);
  });

  test("is of no use when policy has become stricter meanwhile", async () => {
    const { runId, card } = await waiting();
    await stricter(async () => {
      expect(await answer(yard, finn, { card })).toBe("yes");
      await yard.ended(runId);
    });
    const events = await yard.events(runId);
    const decided = events.filter(
      (e) => e.type === "call.decided" && e.data.tool === "payment.make",
    );
    expect(decided.map((e) => e.type === "call.decided" && e.data.decision.kind)).toEqual([
      "ask",
      "deny",
    ]);
    expect([payments().length, await started(runId)]).toEqual([0, 0]);
  });

  test("comes too late once its time is up, and no answer is no", async () => {
    const { runId, card } = await waiting();
    const { runs, ctx } = yard.stead;
    vi.useFakeTimers({ toFake: ["Date"], now: ctx.clock.now() + 4 * 3_600_000 + 1000 });
    try {
      expect(await answer(yard, finn, { card })).toBe("approval.expired");
      await withTx(ctx.db, (tx) => runs.enqueue(tx, runId));
      await yard.ended(runId);
    } finally {
      vi.useRealTimers();
    }
    expect(await answer(yard, finn, { card })).toBe("run.finished");
    const events = await yard.events(runId);
    const said = events.find(({ type }) => type === "approval.answered");
    expect(said?.type === "approval.answered" && said.data.answer).toBe("expired");
    expect(await started(runId)).toBe(0);
    const { body } = await send(yard, "/api/approvals?state=answered", { as: finn });
    expect(JSON.stringify(body)).toContain(card.id);
  });

  test("can't be forged as an event: no endpoint takes one", async () => {
    const { runId, card } = await waiting();
    const event = { type: "approval.answered", data: { approvalId: card.id, answer: "approved" } };
    for (const path of [`/api/runs/${runId}/events`, "/api/ledger", `/api/runs/${runId}`])
      for (const method of ["POST", "PUT", "PATCH"]) {
        const sent = await send(yard, path, { as: finn, method, body: event });
        expect([404, 405]).toContain(sent.status);
      }
    expect(await started(runId)).toBe(0);
  });
});

const text = string({ minLength: 1, maxLength: 12 });
const policy = record({
  id: text,
  hash: text,
  effect: constantFrom("permit", "forbid"),
  annotations: constant({}),
});
const act: Arbitrary<Act> = record({
  runId: text,
  callId: text,
  versionHash: text,
  tool: record({
    name: text,
    hash: text,
    title: text,
    description: text,
    inputSchema: constant({}),
    contract: constant(contractSchema.parse({ effect: "money" })),
    reviewed: boolean(),
    provider: text,
  }),
  arguments: dictionary(text, oneof(text, integer(), boolean())),
  actsAs: constantFrom("caller", "agent", "connection"),
  actingAs: text,
  consent: nat(9),
  label: record({
    audience: array(text, { maxLength: 3 }),
    classes: array(text, { maxLength: 3 }),
    trust: constantFrom("person", "record", "colleague", "outside"),
  }),
  destination: text,
  decision: record({
    kind: constantFrom("permit", "ask", "deny"),
    policies: array(policy, { maxLength: 3 }),
    reason: text,
    approvers: constant([]),
  }),
});

/** Only what binds: a tool's description, for one, is in its hash and not in the digest. */
function bindingPart({ tool, decision, ...rest }: Act): object {
  const policies = decision.policies.map(({ id, hash }) => ({ id, hash }));
  return {
    ...rest,
    tool: { name: tool.name, hash: tool.hash, title: tool.title, provider: tool.provider },
    decision: { kind: decision.kind, policies },
  };
}

/** The value with one part changed: a byte of a text, a number, an entry more or less. */
function mutate(value: unknown, at: number): unknown {
  if (typeof value === "string") {
    const i = at % (value.length + 1);
    const code = String.fromCharCode(((value.charCodeAt(i) || 64) ^ (1 + (at % 7))) & 0x7f);
    return value.slice(0, i) + code + value.slice(i + 1);
  }
  if (typeof value === "number") return value + 1 + (at % 9);
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) {
    if (typeof value[0] !== "object" && (value.length === 0 || at % 5 === 0))
      return [...value, "more"];
    const i = at % value.length;
    return value.with(i, mutate(value[i], at >> 2));
  }
  if (!isJsonObject(value)) return "more";
  const entries = Object.entries(value);
  if (entries.length === 0) return { more: 1 };
  const [key, inner] = entries[at % entries.length] ?? ["", ""];
  if (key === "policies" && Array.isArray(inner) && (inner.length === 0 || at % 2 === 0))
    return { ...value, [key]: [...inner, { id: "more", hash: "more" }] };
  return { ...value, [key]: mutate(inner, at >> 3) };
}

/** The act again, with the changed parts in their places. */
function withParts(given: Act, changed: unknown): Act {
  const { tool, decision, ...rest } = JSON.parse(JSON.stringify(changed));
  return {
    ...given,
    ...rest,
    tool: { ...given.tool, ...tool },
    decision: { ...given.decision, ...decision },
  };
}

test("10,000 changes of any part of an act each give another digest", () => {
  check(
    property(act, nat(), (given, at) => {
      const before = bindingPart(given);
      const after = mutate(before, at);
      pre(isJsonObject(after) && canonical(after) !== canonical(asJsonObject(before)));
      return actDigest(given) !== actDigest(withParts(given, after));
    }),
    { numRuns: 10_000 },
  );
});
