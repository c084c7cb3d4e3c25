// The gate's rule: strict where nobody spoke, a department never looser than the organisation.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EFFECTS, effectOf, isLooser, judge, namesOf, speaksOf, standingOf } from "./rule.ts";
import type { Clearance, DestinationKind, Tolerance } from "./rule.ts";

const clearance = (rules: Clearance["rules"]): Clearance => ({
  id: "model.example",
  name: "",
  rules,
  region: "",
  retention: "",
  agreement: "",
});

const effectFor = (dataClass: string, kind: DestinationKind, ...cleared: Clearance[]) =>
  judge({ classes: [dataClass], kind, clearances: cleared, tolerances: [] }).effect;

describe("where nobody has cleared anything", () => {
  test.each([
    ["phi", "model", "refuse"],
    ["secret", "model", "refuse"],
    ["pii", "model", "placeholder"],
    ["financial", "model", "placeholder"],
    ["project-x", "model", "refuse"],
    ["phi", "tool", "refuse"],
    ["pii", "tool", "allow"],
    ["pii", "web", "placeholder"],
    ["project-x", "tool", "refuse"],
    ["constructor", "tool", "refuse"],
    ["phi", "local", "allow"],
    ["project-x", "local", "allow"],
  ] as const)("%s to a %s: %s", (dataClass, kind, effect) => {
    expect(effectFor(dataClass, kind)).toBe(effect);
  });

  test("nothing of any class goes anywhere", () => {
    expect(judge({ classes: [], kind: "web", clearances: [], tolerances: [] }).effect).toBe(
      "allow",
    );
  });
});

test("what is cleared goes, and of two clearances the stricter counts", () => {
  const cleared = clearance({ phi: "allow" });
  expect(effectFor("phi", "model", cleared)).toBe("allow");
  expect(effectFor("phi", "model", cleared, clearance({ phi: "placeholder" }))).toBe("placeholder");
  expect(effectFor("secret", "model", cleared)).toBe("refuse");
});

const effect = fc.constantFrom(...EFFECTS);
const dataClass = fc.constantFrom("phi", "pii", "secret", "financial", "own");
const kinds = fc.constantFrom<DestinationKind>("local", "model", "tool", "source", "web");

test("no group makes anything looser, and the strictest of all groups counts", () => {
  const tolerance = fc.record<Tolerance>({
    groupId: fc.constantFrom("grp_a", "grp_b"),
    destination: fc.constant("*"),
    class: dataClass,
    effect,
  });
  fc.assert(
    fc.property(
      fc.tuple(fc.dictionary(dataClass, effect), fc.array(tolerance), dataClass, kinds),
      ([rules, tolerances, of, kind]) => {
        const clearances = [clearance(rules)];
        const own = effectOf(of, kind, clearances).effect;
        const all = judge({ classes: [of], kind, clearances, tolerances }).effect;
        expect(isLooser(all, own)).toBe(false);
        for (const each of tolerances)
          if (each.class === of) expect(isLooser(all, each.effect)).toBe(false);
      },
    ),
  );
});

test("a destination goes by its host, with and without the port, and by its name", () => {
  const names = namesOf("API.example:443", "mcp:crm");
  for (const id of ["api.example:443", "api.example", "mcp:crm", "*"])
    expect(speaksOf(id, names)).toBe(true);
  for (const id of ["example", "api.example:80", "mcp:other"])
    expect(speaksOf(id, names)).toBe(false);
  expect(namesOf("[::1]:443")).toEqual(["[::1]:443", "[::1]"]);
});

test("what is shown of a destination is what the gate goes by, and names who said it", () => {
  const host = clearance({ phi: "allow", own: "ask" });
  const port = { ...clearance({ phi: "placeholder" }), id: "model.example:8443" };
  const shown = standingOf("model", [host, port]);
  for (const { class: of, effect: one } of shown)
    expect(one, of).toBe(effectFor(of, "model", host, port));
  expect(shown).toContainEqual({ class: "phi", effect: "placeholder", by: ["model.example:8443"] });
  expect(shown).toContainEqual({ class: "own", effect: "ask", by: ["model.example"] });
  expect(shown).toContainEqual({ class: "secret", effect: "refuse", by: [] });
  expect(standingOf(null, [port]).map(({ class: of }) => of)).toEqual(["phi"]);
});
