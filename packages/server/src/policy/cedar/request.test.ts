// Requests carry what policies read and no more; files are cut where policies end.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assert } from "../../lib/result.ts";
import { ADA, policiesOf } from "../policy.fixture.ts";
import { groupsIn, mentionsIn, project } from "./mentions.ts";
import { requestOf } from "./request.ts";
import { splitPolicies } from "./split.ts";

const forbid = (condition: string) =>
  `forbid (principal, action == Action::"unapproved:refund.create", resource) when { ${condition} };`;

async function requestFor(text: string) {
  const policies = await policiesOf(text);
  const action = "unapproved:refund.create";
  const slice = policies.slices.get(action);
  assert(slice, "a slice");
  const groups = ["grp_finance", ...Array.from({ length: 39 }, (_, i) => `grp_${i}`)];
  return requestOf(policies, slice, {
    principal: { ...ADA, groups, roles: ["employee", "builder", "auditor"] },
    action,
    actionParents: ["unapproved", "call:refund.create", "call"],
    resource: { type: "Tool", id: "refund.create" },
    resourceAttributes: { provider: "demo" },
    resourceGroups: [],
    context: {
      granted: true,
      reviewed: true,
      effect: "money",
      approved: false,
      labels: { classes: ["phi"], trust: "record", trustRank: 1 },
      args: { amountCents: 5, reason: "a long story" },
      surface: "console",
    },
  });
}

describe("a request", () => {
  it("of somebody in forty groups has none of them when no policy asks", async () => {
    const request = await requestFor("");
    expect(request.entities).toEqual([]);
    expect(request.context).toEqual({
      granted: true,
      reviewed: true,
      effect: "money",
      approved: false,
      labels: { classes: ["phi"] },
    });
  });

  it("has the groups, attributes and arguments that a policy asks about", async () => {
    const { entities, context } = await requestFor(
      forbid(
        `principal in Group::"Finance approvers" && principal in Group::"Privacy officers" &&
         principal.email like "*@x" && resource.provider == "demo" && context.args.amountCents > 1`,
      ),
    );
    expect(entities).toEqual([
      {
        uid: { type: "Person", id: ADA.personId },
        attrs: { email: ADA.email },
        parents: [{ type: "Group", id: "Finance approvers" }],
      },
      { uid: { type: "Tool", id: "refund.create" }, attrs: { provider: "demo" }, parents: [] },
    ]);
    expect(context["args"]).toEqual({ amountCents: 5 });
  });

  it("has the whole of a record that a policy compares as a whole", async () => {
    const { context } = await requestFor(forbid(`context.labels == context.labels`));
    expect(context["labels"]).toEqual({ classes: ["phi"], trust: "record", trustRank: 1 });
  });
});

describe("what a policy mentions", () => {
  it("is found wherever it stands", () => {
    const context = { Var: "context" };
    const email = { ".": { left: { Var: "principal" }, attr: "email" } };
    const form = [
      { ".": { left: { ".": { left: context, attr: "a" }, attr: "b" } } },
      { has: { left: context, attr: ["c", "d"] } },
      { "&&": { left: { Var: "action" }, right: email } },
      { Record: { Var: { Value: 1 }, ".": { ".": { left: context, attr: "e" } } } },
      {
        in: {
          left: { Var: "principal" },
          right: { Value: { __entity: { type: "Group", id: "g" } } },
        },
      },
    ];
    const { action, attributes, paths } = mentionsIn(form);
    expect(action).toBe(true);
    expect([...attributes]).toEqual(["email"]);
    expect(paths).toEqual([["a"], ["c", "d"], ["e"]]);
    expect(groupsIn(form)).toEqual(["g"]);
  });

  it("is kept of a context, in any order of the paths", () => {
    const record = { a: { b: 1, c: { d: 2, e: 3 } }, f: [1], g: "x" };
    const paths = [
      ["a", "b"],
      ["a", "c", "d"],
      ["a", "c"],
      ["f"],
      ["nothing", "at", "all"],
      ["g", "x"],
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(paths, { minLength: paths.length }), (shuffled) => {
        expect(project(record, shuffled)).toEqual(record);
      }),
    );
    expect(project(record, [["a", "c", "e"]])).toEqual({ a: { c: { e: 3 } } });
    expect(project(record, [["a", "b"], []])).toEqual(record);
    expect(record.a.c).toEqual({ d: 2, e: 3 });
  });
});

/** Comments and space alone; a comment that is not at its end would hide what follows. */
function isBlank(gap: string, after: string): boolean {
  const open = /\/\/[^\n]*$/.test(gap) && !after.startsWith("\n");
  return !open && gap.replaceAll(/\/\/[^\n]*/g, "").trim() === "";
}

describe("a file", () => {
  it("is cut at semicolons that stand in no string and no comment", () => {
    const text = '// a; "\n\npermit (a) when { "x;\\";" };  forbid // ; "\n(b);\n// end "';
    expect(splitPolicies(text)).toEqual({
      pieces: [
        { text: 'permit (a) when { "x;\\";" };', line: 3 },
        { text: 'forbid // ; "\n(b);', line: 3 },
      ],
      rest: undefined,
    });
    expect(splitPolicies('permit "').rest).toEqual({ text: 'permit "', line: 1 });
    expect(splitPolicies("").pieces).toEqual([]);
  });

  it("loses nothing but comments and space between policies", () => {
    const bits = fc.constantFrom(";", '"', "\\", "//", "\n", "a", " ");
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 30 }), (parts) => {
        const text = parts.join("");
        const { pieces, rest } = splitPolicies(text);
        let at = 0;
        for (const piece of [...pieces, ...(rest ? [rest] : [])]) {
          // The same text may stand in a comment before: the piece is where the gap is blank.
          let start = text.indexOf(piece.text, at);
          while (start >= 0 && !isBlank(text.slice(at, start), text.slice(start)))
            start = text.indexOf(piece.text, start + 1);
          expect(start).toBeGreaterThanOrEqual(at);
          at = start + piece.text.length;
        }
      }),
    );
  });
});
