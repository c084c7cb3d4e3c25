// A source's rule scoped: it means the same, and nothing of it outlives its source.
import type { AccessRule } from "@stead/protocol";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assert } from "../lib/result.ts";
import { classOf, NOBODY } from "./class.ts";
import { evaluate, type Truth } from "./evaluate.ts";
import { scopeRule } from "./scope.ts";

const SCOPE = { sourceId: "src_1", itemId: "i/1" };
const rules: fc.Arbitrary<AccessRule> = fc.letrec<{ node: AccessRule }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthIdentifier: "rule" },
    fc.constantFrom("public" as const, "link" as const, "ask" as const),
    fc.record({ user: fc.constantFrom("u", "v") }),
    fc.record({ group: fc.constantFrom("u", "v") }),
    fc.record({ domain: fc.constant("Example.COM") }),
    fc.record({ not: tie("node") }),
    fc.record({ any: fc.array(tie("node"), { maxLength: 3 }) }),
    fc.record({ all: fc.array(tie("node"), { maxLength: 3 }) }),
  ),
})).node;

describe("a scoped rule", () => {
  it("is satisfied by nobody once nothing of its source is known", () => {
    fc.assert(
      fc.property(rules, (rule) => {
        const made = classOf(scopeRule(rule, SCOPE));
        assert(made.ok, "small");
        const closed: { truthOf: () => Truth } = { truthOf: () => "unknown" };
        expect(evaluate(made.value.expression, closed)).not.toBe("true");
      }),
      { numRuns: 1_000 },
    );
  });

  it("means the same as the rule while the source is open", () => {
    const holds = (rule: AccessRule, who: ReadonlySet<string>): boolean => {
      if (rule === "public") return true;
      if (typeof rule === "string") return who.has(`src_1/${rule}:i/1`);
      if ("not" in rule) return !holds(rule.not, who);
      if ("any" in rule) return rule.any.some((part) => holds(part, who));
      if ("all" in rule) return rule.all.every((part) => holds(part, who));
      if ("user" in rule) return who.has(`src_1/user:${rule.user}`);
      if ("group" in rule) return who.has(`src_1/group:${rule.group}`);
      return who.has(`src_1/domain:example.com`);
    };
    const names = ["user:u", "user:v", "group:u", "group:v", "domain:example.com", "ask:i/1"];
    fc.assert(
      fc.property(rules, fc.subarray([...names, "link:i/1"]), (rule, mine) => {
        const who = new Set(["source:src_1", ...mine.map((name) => `src_1/${name}`)]);
        const truthOf = (name: string): Truth => (who.has(name) ? "true" : "false");
        const expected = holds(rule, who) ? "true" : "false";
        expect(evaluate(scopeRule(rule, SCOPE), { truthOf })).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it("without readers is the class that nobody satisfies", () => {
    expect(scopeRule({ any: [] }, SCOPE)).toEqual(NOBODY);
  });
});
