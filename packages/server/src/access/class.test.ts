// The algebra, against brute force: canonical forms mean the same, unknown never reads, a deny wins.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assert } from "../lib/result.ts";
import { accessExpressionSchema, classOf, NOBODY, type AccessExpression } from "./class.ts";
import { evaluate, type Closure, type Truth } from "./evaluate.ts";
import { onlyPerson } from "./label.ts";

const PEOPLE = ["p1", "p2"];
const NAMES = ["a", "b", "c"];

const expressions: fc.Arbitrary<AccessExpression> = fc.letrec<{ node: AccessExpression }>(
  (tie) => ({
    node: fc.oneof(
      { maxDepth: 5, depthIdentifier: "expression" },
      fc.constant("everyone" as const),
      fc.record({ person: fc.constantFrom(...PEOPLE) }),
      fc.record({ group: fc.constantFrom(...NAMES) }),
      fc.record({ not: tie("node") }),
      fc.record({ any: fc.array(tie("node"), { maxLength: 3 }) }),
      fc.record({ all: fc.array(tie("node"), { maxLength: 3 }) }),
    ),
  }),
).node;

const principals = [...PEOPLE.map((id) => `person:${id}`), ...NAMES.map((id) => `group:${id}`)];
const closures: fc.Arbitrary<Closure> = fc
  .record({
    personId: fc.constantFrom(...PEOPLE),
    groups: fc.subarray(NAMES),
    resolved: fc.subarray(principals),
  })
  .map(({ personId, groups, resolved }) => ({
    personId,
    groups: new Set(groups),
    resolved: (principal) => resolved.includes(principal),
  }));

const canonicalOf = (expression: AccessExpression) => {
  const made = classOf(expression);
  assert(made.ok, "small expressions are classes");
  return made.value;
};

/** Strong Kleene logic by numbers: false 0, unknown 1, true 2. */
function brute(expression: AccessExpression, closure: Closure): number {
  if (expression === "everyone") return 2;
  if ("not" in expression) return 2 - brute(expression.not, closure);
  if ("any" in expression)
    return Math.max(0, ...expression.any.map((part) => brute(part, closure)));
  if ("all" in expression)
    return Math.min(2, ...expression.all.map((part) => brute(part, closure)));
  const [name, holds] =
    "person" in expression
      ? [`person:${expression.person}`, expression.person === closure.personId]
      : [`group:${expression.group}`, closure.groups.has(expression.group)];
  if (!closure.resolved(name)) return 1;
  return holds ? 2 : 0;
}
const VALUES: Truth[] = ["false", "unknown", "true"];

describe("evaluation", () => {
  it("is strong Kleene logic", () => {
    fc.assert(
      fc.property(expressions, closures, (expression, closure) => {
        expect(evaluate(expression, closure)).toBe(VALUES[brute(expression, closure)]);
      }),
      { numRuns: 2_000 },
    );
  });

  it("only says what holds however the unknown turns out: unknown never reads", () => {
    fc.assert(
      fc.property(expressions, closures, fc.subarray(NAMES), (expression, closure, inside) => {
        if (evaluate(expression, closure) !== "true") return;
        const groups = NAMES.filter((name) =>
          closure.resolved(`group:${name}`) ? closure.groups.has(name) : inside.includes(name),
        );
        const known = { ...closure, groups: new Set(groups), resolved: () => true };
        const allPeople = PEOPLE.every((id) => closure.resolved(`person:${id}`));
        if (allPeople) expect(evaluate(expression, known)).toBe("true");
      }),
      { numRuns: 2_000 },
    );
  });

  it("lets a deny win, and a deny on a group that can't be resolved too", () => {
    fc.assert(
      fc.property(expressions, closures, fc.constantFrom(...NAMES), (allow, closure, group) => {
        const rule: AccessExpression = { all: [allow, { not: { group } }] };
        const denied = closure.groups.has(group) || !closure.resolved(`group:${group}`);
        if (denied) expect(evaluate(rule, closure)).not.toBe("true");
      }),
    );
  });

  it("reads less or the same when something can no longer be resolved", () => {
    fc.assert(
      fc.property(expressions, closures, fc.constantFrom(...principals), (rule, closure, lost) => {
        const poorer: Closure = {
          ...closure,
          resolved: (principal) => principal !== lost && closure.resolved(principal),
        };
        if (evaluate(rule, closure) !== "true") expect(evaluate(rule, poorer)).not.toBe("true");
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the canonical form", () => {
  it("means the same", () => {
    fc.assert(
      fc.property(expressions, closures, (expression, closure) => {
        const { expression: form } = canonicalOf(expression);
        expect(evaluate(form, closure)).toBe(evaluate(expression, closure));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is its own canonical form, and a valid expression", () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        const first = canonicalOf(expression);
        expect(canonicalOf(first.expression)).toEqual(first);
        expect(accessExpressionSchema.parse(first.expression)).toEqual(first.expression);
      }),
    );
  });

  it("does not care for order, repeats or nesting", () => {
    const [a, b, c] = NAMES.map((group) => ({ group }));
    assert(a && b && c, "three groups");
    const same = [
      { any: [a, b, c] },
      { any: [c, { any: [b, a] }, a] },
      { not: { all: [{ not: c }, { not: b }, { not: a }] } },
      { any: [a, b, c, NOBODY] },
    ];
    expect(new Set(same.map((expression) => canonicalOf(expression).id)).size).toBe(1);
  });

  it("keeps what differs apart", () => {
    const ids = [
      "everyone" as const,
      NOBODY,
      { group: "a" },
      { person: "a" },
      { not: { group: "a" } },
      { any: [{ group: "a" }, { group: "b" }] },
      { all: [{ group: "a" }, { group: "b" }] },
      { any: [{ group: "a" }, { not: { group: "a" } }] },
    ].map((expression) => canonicalOf(expression).id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("gives everyone and a single person the ids that labels write", () => {
    expect(canonicalOf({ all: [] }).id).toBe("everyone");
    expect(canonicalOf({ any: [{ person: "p1" }] }).id).toBe(onlyPerson("p1"));
  });

  it("refuses what is too deep or too large", () => {
    let deep: AccessExpression = { group: "a" };
    for (let i = 0; i < 100_000; i++) deep = { not: deep };
    expect(classOf(deep)).toMatchObject({ ok: false, failure: { code: "request.invalid" } });
    const wide = { any: Array.from({ length: 5_000 }, (_, i) => ({ group: `g${i}` })) };
    expect(classOf(wide).ok).toBe(false);
  });
});
