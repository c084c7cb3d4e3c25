// A permit can't be forged: not by the type checker's leave, nor at run time by any means of the language.
// oxlint-disable typescript/no-unsafe-type-assertion, typescript/no-misused-spread
// oxlint-disable typescript/no-extraneous-class
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it, test } from "vitest";
import type { Decision } from "@stead/protocol";
import { assert } from "../src/lib/result.ts";
import { canonical } from "../src/lib/json.ts";
import { decideAction, decideCall, decideModel, previewCall } from "../src/policy/decide.ts";
import {
  checkPermit,
  permitAction,
  permitApproved,
  permitCall,
  permitModel,
  type Expected,
  type Permit,
} from "../src/policy/permit.ts";
import { ADA, callOf, FIND, policiesOf, refundOf } from "../src/policy/policy.fixture.ts";
import type { PolicySet } from "../src/policy/policy.ts";

const NOW = 1_000_000;
const options = { nowMs: NOW, digest: "d1" };
let policies: PolicySet;
let real: Permit;

const find = callOf(FIND, { arguments: { query: "x" } });
beforeAll(async () => {
  policies = await policiesOf();
  const permit = permitCall(decideCall(policies, find), options);
  assert(permit.ok, "a read is permitted");
  real = permit.value;
});

const accepted = (permit: Permit, expected: Expected = {}, now = NOW): boolean =>
  checkPermit(permit, expected, now).ok;

const prototype = (): object => {
  const found: unknown = Object.getPrototypeOf(real);
  assert(typeof found === "object" && found !== null, "a prototype");
  return found;
};
const constructor = (): new (...given: unknown[]) => Permit =>
  Reflect.get(prototype(), "constructor") as new (...given: unknown[]) => Permit;

describe("a forged permit", () => {
  it("does not compile", () => {
    const fields = {
      kind: "call" as const,
      action: "call:order.find",
      principalId: "per_ada",
      orgId: "org_1",
      digest: "d1",
      policies: [],
      expiresAtMs: NOW * 2,
    };
    // @ts-expect-error an object with the same fields is no permit
    const literal: Permit = fields;
    expect(accepted(literal)).toBe(false);
  });

  it("can't be made with the class, which nobody can import", async () => {
    expect("Permit" in (await import("../src/policy/permit.ts"))).toBe(false);
  });

  const forgeries: Record<string, () => unknown> = {
    "an object of its prototype": () => Object.create(prototype()),
    "its fields on its prototype": () => Object.assign(Object.create(prototype()) as object, real),
    "a copy of its fields": () => ({ ...real }),
    "its JSON read back": () => JSON.parse(JSON.stringify(real)),
    "a structured clone": () => structuredClone(real),
    "an heir": () => Object.create(real),
    "a proxy": () => new Proxy(real, {}),
    nothing: () => undefined,
    null: () => null,
    "a string": () => "permit",
  };
  test.each(Object.entries(forgeries))("%s is refused", (_what, forge) => {
    expect(accepted(real)).toBe(true);
    expect(accepted(forge() as Permit)).toBe(false);
  });

  const makings: Record<string, () => unknown> = {
    "its constructor": () => new (constructor())(Symbol("mint"), { ...real }),
    "its constructor without anything": () => new (constructor())(),
    "a subclass": () => {
      class Heir extends constructor() {}
      return new Heir(Symbol("mint"), { ...real });
    },
    "construction for another class": () =>
      Reflect.construct(constructor(), [Symbol("mint"), { ...real }], class {}),
  };
  test.each(Object.entries(makings))("%s makes none", (_what, make) => {
    expect(make).toThrow("a permit comes from a decision only");
  });

  it("can't be made of a real one by changing it", () => {
    expect(() => Object.assign(real, { action: "call:refund.create" })).toThrow(TypeError);
    expect(() => Object.defineProperty(real, "expiresAtMs", { value: NOW * 9 })).toThrow(TypeError);
    expect(() => Object.setPrototypeOf(real, null)).toThrow(TypeError);
  });
});

describe("a permit comes from a decision made here", () => {
  const approval = {
    id: "apr_1",
    digest: "d1",
    yes: [{ by: "per_bob", meets: ["role:administrator"] }],
  };

  it("not from one that was written down, changed, or only tried", () => {
    const decision = decideCall(policies, refundOf(1));
    expect(decision.kind).toBe("ask");
    const changed = Object.assign(decision, { kind: "permit" as const, approvers: [] });
    expect(permitCall(changed, options).ok).toBe(false);
    expect(permitApproved(changed, { ...approval, yes: [] }, options).ok).toBe(false);
    const permitted = decideCall(policies, find);
    expect(permitCall({ ...permitted }, options).ok).toBe(false);
    expect(permitCall(structuredClone(permitted), options).ok).toBe(false);
    expect(permitCall(previewCall(policies, find), options).ok).toBe(false);
    expect(permitCall(permitted, options).ok).toBe(true);
  });

  it("of the right kind", () => {
    const resource = { type: "Platform", id: "org_1" };
    const act = decideAction(policies, { principal: ADA, action: "run.list", resource });
    const model = decideModel(policies, { ...find, model: "a/b" });
    const kinds = [permitCall, permitModel, permitAction].map((mint) =>
      [decideCall(policies, find), model, act].map((decision) => mint(decision, options).ok),
    );
    expect(kinds).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
  });

  it("and never from a denial", () => {
    const denied = decideCall(policies, { ...find, granted: false });
    expect(permitCall(denied, options)).toMatchObject({ failure: { code: "policy.denied" } });
    expect(permitApproved(denied, approval, options).ok).toBe(false);
    const wrong = decideCall(policies, callOf(FIND, { arguments: { query: 1 } }));
    expect(permitCall(wrong, options)).toMatchObject({ failure: { code: "policy.error" } });
  });
});

const yes = (by: string, ...meets: string[]) => ({ by, meets });

describe("an approved permit", () => {
  let asked: Decision;
  beforeAll(async () => {
    const strict = await policiesOf(
      `@approvers("group:Finance approvers") @quorum("2")
       forbid (principal, action == Action::"unapproved:refund.create", resource);
       @approvers("group:Privacy officers")
       forbid (principal, action in Action::"unapproved", resource) when { context.attended };`,
    );
    asked = decideCall(strict, refundOf(1));
  });
  const finance = "grp_finance";
  const privacy = "grp_privacy";
  const all = [yes("b", finance), yes("c", finance), yes("d", privacy)];

  test.each([
    ["every quorum is met", all, "d1", true],
    [
      "one person counts for both groups",
      [yes("b", finance, privacy), yes("c", finance)],
      "d1",
      true,
    ],
    ["nobody agreed", [], "d1", false],
    ["one group is missing", all.slice(0, 2), "d1", false],
    [
      "one person agreed twice",
      [yes("b", finance), yes("b", finance), yes("d", privacy)],
      "d1",
      false,
    ],
    [
      "the asker is one of them",
      [yes(ADA.personId, finance), yes("c", finance), yes("d", privacy)],
      "d1",
      false,
    ],
    ["they are of other groups", all.map(({ by }) => yes(by, "grp_x")), "d1", false],
    ["they agreed to another call", all, "d2", false],
  ])("when %s", (...[, given, digest, expected]) => {
    const minted = permitApproved(asked, { id: "apr_1", digest, yes: given }, options);
    expect(minted.ok).toBe(expected);
    if (minted.ok) expect(accepted(minted.value, { kind: "call", digest: "d1" })).toBe(true);
  });
});

describe("a permit is for one thing", () => {
  const exact: Expected = {
    kind: "call",
    action: "call:order.find",
    digest: "d1",
    orgId: "org_1",
    principalId: "per_ada",
    content: canonical({ query: "x" }),
  };
  it("and no other", () => {
    expect(accepted(real, exact)).toBe(true);
    const others: Expected[] = [
      { kind: "act" },
      { kind: "model" },
      { action: "call:refund.create" },
      { digest: "d2" },
      { orgId: "org_2" },
      { principalId: "per_bob" },
      { content: canonical({ query: "y" }) },
    ];
    for (const other of others) expect(accepted(real, { ...exact, ...other })).toBe(false);
  });

  it("until it expires, an hour from now at most", () => {
    expect(accepted(real, {}, real.expiresAtMs - 1)).toBe(true);
    expect(accepted(real, {}, real.expiresAtMs)).toBe(false);
    expect(accepted(real, {}, Number.NaN)).toBe(false);
    const long = permitCall(decideCall(policies, find), { ...options, lifetimeMs: 1e12 });
    assert(long.ok, "minted");
    expect(long.value.expiresAtMs).toBe(NOW + 3_600_000);
  });
});

it("only decide attests decisions", () => {
  const root = fileURLToPath(new URL("../src", import.meta.url));
  const users = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .filter((file) => /\battest\b/.test(readFileSync(join(root, file), "utf8")));
  expect(users.toSorted()).toEqual(["policy/decide.ts", "policy/permit.ts"]);
});
