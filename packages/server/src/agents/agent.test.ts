// The rules of agents: who may what, and what makes a definition unsound.
import { agentSpecSchema, type Principal, type Role, type Tool } from "@stead/protocol";
import { expect, test } from "vitest";
import { freeze, mayEdit, maySee, mayUse, problemsOf } from "./agent.ts";

const PERSON: Principal = {
  orgId: "org_test",
  personId: "usr_1",
  name: "One",
  email: "one@example.org",
  department: "",
  title: "",
  groups: ["grp_a"],
  roles: ["employee"],
  via: { kind: "session", sessionId: "ses_1" },
};
const AGENT = { ownerId: "usr_2", usableBy: ["grp_a"], versionId: "ver_1" };

const EMPLOYEE: Role[] = ["employee"];
const ADMINISTRATOR: Role[] = ["administrator"];
const AUDITOR: Role[] = ["auditor"];

test.each([
  ["its owner, unpublished", { ownerId: "usr_1", versionId: null }, EMPLOYEE, "edit use see"],
  ["a member of a group it is shared with", {}, EMPLOYEE, "use see"],
  ["such a member, before it is published", { versionId: null }, EMPLOYEE, ""],
  ["somebody of no such group", { usableBy: ["grp_b"] }, EMPLOYEE, ""],
  ["somebody, when it is shared with nobody", { usableBy: [] }, EMPLOYEE, ""],
  ["an administrator", { usableBy: [] }, ADMINISTRATOR, "edit see"],
  ["an auditor", { usableBy: [] }, AUDITOR, "see"],
  ["an auditor, unpublished", { versionId: null }, AUDITOR, ""],
])("%s may: %s", (...[, agent, roles, rights]) => {
  const principal: Principal = { ...PERSON, roles };
  const given = { ...AGENT, ...agent };
  const found = [
    mayEdit(principal, given) ? "edit" : "",
    mayUse(principal, given) ? "use" : "",
    maySee(principal, given) ? "see" : "",
  ];
  expect(found.filter(Boolean).join(" ")).toBe(rights);
});

const tool = (name: string, properties?: Record<string, unknown>): Tool => ({
  name,
  title: name,
  description: "",
  inputSchema: properties ? { type: "object", properties } : { type: "object" },
  contract: {
    effect: "read",
    sinks: {},
    keyed: false,
    result: { audience: [], classes: [], trust: "record" },
    resultForCallerOnly: true,
  },
  reviewed: true,
  provider: "built-in",
  hash: `hash of ${name}`,
});
const TOOLS = new Map([
  ["a.b", tool("a.b", { x: {} })],
  ["c.d", tool("c.d")],
]);
const spec = (tools: readonly unknown[], models: readonly string[] = ["m/1"]) =>
  agentSpecSchema.parse({ name: "A", instructions: "", models, tools });
const preset = { kind: "fixed", value: 1 };

test.each([
  ["nothing", spec([{ name: "a.b", presets: { x: preset } }]), []],
  ["an unknown model", spec([], ["m/1", "m/2"]), ["models.1"]],
  ["an unknown tool", spec([{ name: "no.tool", presets: { x: preset } }]), ["tools.0.name"]],
  ["an unknown argument", spec([{ name: "a.b", presets: { y: preset } }]), ["tools.0.presets.y"]],
  [
    "an inherited name",
    spec([{ name: "a.b", presets: { toString: preset } }]),
    ["tools.0.presets.toString"],
  ],
  ["an argument of none", spec([{ name: "c.d", presets: { x: preset } }]), ["tools.0.presets.x"]],
  ["a tool twice", spec([{ name: "c.d" }, { name: "c.d" }]), ["tools.1.name"]],
])("a definition with %s wrong is told where", (...[, given, paths]) => {
  expect(problemsOf(given, TOOLS, ["m/1"]).map(({ path }) => path)).toEqual(paths);
});

test("a version's hash covers the definition and the tools it relies on", () => {
  const given = spec([{ name: "a.b" }]);
  const changed = new Map([["a.b", { ...tool("a.b"), hash: "other" }]]);
  expect(freeze(given, TOOLS)).toEqual(freeze(given, TOOLS));
  expect(freeze(given, TOOLS).toolHashes).toEqual({ "a.b": "hash of a.b" });
  expect(freeze(given, changed).hash).not.toBe(freeze(given, TOOLS).hash);
  const other = { ...given, instructions: "x" };
  expect(freeze(other, TOOLS).hash).not.toBe(freeze(given, TOOLS).hash);
});
