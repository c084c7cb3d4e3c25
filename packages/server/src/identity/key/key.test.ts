// The rules of scopes: what a key reaches, and that it makes no stronger one.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ACTIONS, idleScopes, keyPrefix, keySecret, scopesBeyond, scopesReach } from "./key.ts";

test("a scope is an action or all actions of a noun, and nothing reaches everything", () => {
  expect(scopesReach(["run.start"], "run.start")).toBe(true);
  expect(scopesReach(["run.start"], "run.get")).toBe(false);
  expect(scopesReach(["run.*"], "run.get")).toBe(true);
  expect(scopesReach(["run.*"], "runner.get")).toBe(false);
  expect(scopesReach(["*"], "run.get")).toBe(false);
  expect(scopesReach([".*"], "run.get")).toBe(false);
  expect(scopesReach([], "run.get")).toBe(false);
});

test("a scope that reaches nothing is named", () => {
  expect(idleScopes(["run.*", "run.strat", "*", "public", "self"])).toEqual([
    "run.strat",
    "*",
    "public",
    "self",
  ]);
});

const scope = fc.oneof(
  fc.constantFrom(...ACTIONS),
  fc.constantFrom(...ACTIONS.map((action) => action.replace(/\..*/, ".*"))),
);

test("whatever a key may hand on, it reaches itself", () => {
  fc.assert(
    fc.property(fc.array(scope), fc.array(scope), (held, wanted) => {
      const beyond = scopesBeyond(held, wanted);
      for (const action of ACTIONS.filter((each) => scopesReach(wanted, each)))
        expect(beyond.includes(action)).toBe(!scopesReach(held, action));
    }),
  );
});

test("what is shown of a secret says little", () => {
  const secret = keySecret("A".repeat(43));
  expect(keyPrefix(secret)).toBe("stead_AAAAAA");
});
