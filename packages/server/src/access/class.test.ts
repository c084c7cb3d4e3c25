// The algebra, against brute force: canonical forms mean the same, unknown never reads, a deny wins.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assert } from "../lib/result.ts";
import { accessExpressionSchema, classOf, NOBODY, type AccessExpression } from "./class.ts";
import { evaluate, type Closure, type Truth } from "./evaluate.ts";
import { onlyPerson } from "./label.ts";
import { leafName, named } from "./leaf.ts";

const PEOPLE = ["p1", "p2"];
const NAMES = ["a", "b", "c"];

const SOURCE_LEAVES = [
  { principal: "src_1/user:u" },
  { principal: "src_1/group:a" },
  { principal: "src_2/group:a" },
  { principal: "src_1/domain:example.com" },
  { ask: "src_1/item/1" },
  { link: "src_1/item/1" },
  { public: "src_1" },
] as const;

const expressions: fc.Arbitrary<AccessExpression> = fc.letrec<{ node: AccessExpression }>(
  (tie) => ({
    node: fc.oneof(
      { maxDepth: 5, depthIdentifier: "expression" },
      fc.constantFrom("everyone" as const, "public" as const),
      fc.record({ person: fc.constantFrom(...PEOPLE) }),
      fc.record({ group: fc.constantFrom(...NAMES) }),
      fc.constantFrom(...SOURCE_LEAVES),
      fc.record({ not: tie("node") }),
      fc.record({ any: fc.array(tie("node"), { maxLength: 3 }) }),
      fc.record({ all: fc.array(tie("node"), { maxLength: 3 }) }),
    ),
  }),
).node;

const VALUES: Truth[] = ["false", "unknown", "true"];
const leaves: string[] = [
  ...PEOPLE.map((id) => `person:${id}`),
  ...NAMES.map((id) => `group:${id}`),
  ...SOURCE_LEAVES.map((leaf) => leafName(leaf)),
];
const truths: fc.Arbitrary<Map<string, Truth>> = fc
  .array(fc.constantFrom(...VALUES), { minLength: leaves.length, maxLength: leaves.length })
  .map((values) => new Map(leaves.map((name, i) => [name, values[i] ?? "unknown"])));
const closureFrom = (known: ReadonlyMap<string, Truth>): Closure => ({
  truthOf: (name) => known.get(name) ?? "unknown",
});

const canonicalOf = (expression: AccessExpression) => {
  const made = classOf(expression);
  assert(made.ok, "small expressions are classes");
  return made.value;
};

/** Strong Kleene logic by numbers: false 0, unknown 1, true 2. */
function brute(expression: AccessExpression, known: ReadonlyMap<string, Truth>): number {
  if (expression === "everyone" || expression === "public") return 2;
  if ("not" in expression) return 2 - brute(expression.not, known);
  if ("any" in expression) return Math.max(0, ...expression.any.map((part) => brute(part, known)));
  if ("all" in expression) return Math.min(2, ...expression.all.map((part) => brute(part, known)));
  return VALUES.indexOf(known.get(leafName(expression)) ?? "unknown");
}

describe("evaluation", () => {
  it("is strong Kleene logic", () => {
    fc.assert(
      fc.property(expressions, truths, (expression, known) => {
        expect(evaluate(expression, closureFrom(known))).toBe(VALUES[brute(expression, known)]);
      }),
      { numRuns: 2_000 },
    );
  });

  it("only says what holds however the unknown turns out: unknown never reads", () => {
    fc.assert(
      fc.property(expressions, truths, truths, (expression, known, later) => {
        if (evaluate(expression, closureFrom(known)) !== "true") return;
        const settled = new Map(
          [...known].map(([name, value]) => {
            const instead = later.get(name) === "true" ? ("true" as const) : ("false" as const);
            return [name, value === "unknown" ? instead : value];
          }),
        );
        expect(evaluate(expression, closureFrom(settled))).toBe("true");
      }),
      { numRuns: 2_000 },
    );
  });

  it("lets a deny win, and a deny on what is not known too", () => {
    fc.assert(
      fc.property(expressions, truths, fc.constantFrom(...NAMES), (allow, known, group) => {
        const rule: AccessExpression = { all: [allow, { not: { group } }] };
        if (known.get(`group:${group}`) !== "false")
          expect(evaluate(rule, closureFrom(known))).not.toBe("true");
      }),
    );
  });

  it("reads less or the same when something is no longer known", () => {
    fc.assert(
      fc.property(expressions, truths, fc.constantFrom(...leaves), (rule, known, lost) => {
        const poorer = new Map([...known].filter(([name]) => name !== lost));
        if (evaluate(rule, closureFrom(known)) !== "true")
          expect(evaluate(rule, closureFrom(poorer))).not.toBe("true");
      }),
      { numRuns: 1_000 },
    );
  });

  it("of both labels reads no more than of either: adding one never widens", () => {
    fc.assert(
      fc.property(expressions, expressions, truths, (one, other, known) => {
        const made = canonicalOf({ all: [one, other] });
        if (evaluate(made.expression, closureFrom(known)) === "true")
          expect(evaluate(one, closureFrom(known))).toBe("true");
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the canonical form", () => {
  it("means the same", () => {
    fc.assert(
      fc.property(expressions, truths, (expression, known) => {
        const { expression: form } = canonicalOf(expression);
        const closure = closureFrom(known);
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
    expect(canonicalOf({ all: ["public"] }).id).toBe("public");
    expect(canonicalOf({ any: ["everyone", "public"] }).id).toBe("public");
    expect(canonicalOf({ all: ["everyone", "public"] }).id).toBe("everyone");
    expect(canonicalOf({ any: [{ public: "src_1" }] }).id).toBe("public:src_1");
  });

  it("names its leaves and the sources that they are of", () => {
    const made = canonicalOf({ any: [{ ask: "src_1/a/b:c" }, { not: { group: "g" } }] });
    expect(made.principals).toEqual(["group:g", "source:src_1", "src_1/ask:a/b:c"]);
    expect(named("src_1/ask:a/b:c")).toEqual({ sourceId: "src_1", kind: "ask", id: "a/b:c" });
  });

  it("refuses ids that can't be kept", () => {
    for (const id of ["a\0b", "\ud800", "x".repeat(700)])
      expect(classOf({ principal: `src_1/user:${id}` }).ok).toBe(false);
  });

  it("refuses what is too deep or too large", () => {
    let deep: AccessExpression = { group: "a" };
    for (let i = 0; i < 100_000; i++) deep = { not: deep };
    expect(classOf(deep)).toMatchObject({ ok: false, failure: { code: "request.invalid" } });
    const wide = { any: Array.from({ length: 5_000 }, (_, i) => ({ group: `g${i}` })) };
    expect(classOf(wide).ok).toBe(false);
  });
});
