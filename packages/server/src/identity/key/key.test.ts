// The rules of scopes: what a key reaches.
import { expect, test } from "vitest";
import { idleScopes, keyPrefix, keySecret, scopesReach } from "./key.ts";

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

test("what is shown of a secret says little", () => {
  const secret = keySecret("A".repeat(43));
  expect(keyPrefix(secret)).toBe("stead_AAAAAA");
});
