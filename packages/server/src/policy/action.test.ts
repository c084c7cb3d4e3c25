// Roles as rules: who may do what to which thing, and that the table of endpoints is covered.
import type { Principal, Role } from "@stead/protocol";
import { beforeAll, describe, expect, it, test } from "vitest";
import { ENDPOINT_ACTIONS } from "./cedar/vocabulary.ts";
import { decideAction, inScopes, permittedActions } from "./decide.ts";
import { ADA, policiesOf } from "./policy.fixture.ts";
import type { PolicySet, ResourceRef } from "./policy.ts";

let policies: PolicySet;
beforeAll(async () => {
  policies = await policiesOf();
});

const as = (...roles: Role[]): Principal => ({ ...ADA, roles });
const may = (principal: Principal, action: string, resource: ResourceRef): boolean =>
  decideAction(policies, { principal, action, resource }).kind === "permit";
const platform = { type: "Platform", id: "org_1" };

describe("on the platform", () => {
  it("every action of the table is for somebody, and for nobody without a role", () => {
    const all = as("employee", "builder", "administrator", "auditor");
    expect(permittedActions(policies, all)).toEqual(ENDPOINT_ACTIONS);
    expect(permittedActions(policies, as())).toEqual([]);
  });

  it("each role has exactly these", () => {
    const table = (["employee", "builder", "administrator", "auditor"] as const).map(
      (role) => `${role}: ${permittedActions(policies, as(role)).join(" ")}`,
    );
    expect(table).toMatchInlineSnapshot(`
      [
        "employee: agent.get agent.list approval.answer approval.get approval.list document.get document.list document.search key.create key.list key.revoke model.list person.list policy.list run.cancel run.get run.list run.start source.link thread.get thread.list tool.list",
        "builder: agent.create agent.get agent.list agent.publish agent.share agent.update contract.list group.list model.list policy.list policy.try tool.list",
        "administrator: agent.appoint agent.create agent.get agent.list agent.publish agent.share agent.update approval.answer approval.get approval.list connector.list contract.list contract.write destination.list destination.remove destination.save detector.list detector.remove detector.save detector.try document.explain egress.list group.add-member group.create group.list group.remove group.remove-member group.rename key.create key.list key.revoke mcp-server.create mcp-server.list model.list person.create person.deactivate person.get person.invite person.list person.reactivate person.see-as person.update policy.list policy.try redteam.list redteam.report registry.import registry.list registry.remove registry.try role.grant role.revoke run.cancel search.update source.connect source.create source.disconnect source.hygiene source.list source.map-person source.update tool.list vault.get vault.rotate",
        "auditor: agent.get agent.list approval.get approval.list destination.list detector.list detector.try document.explain egress.list group.list ledger.bodies ledger.search ledger.verify mcp-server.list model.list person.get person.list person.see-as policy.list policy.try redteam.list registry.list registry.try report.non-egress run.get run.list source.hygiene source.list tool.list vault.get",
      ]
    `);
  });

  it("an unknown action or resource is denied", () => {
    const all = as("employee", "builder", "administrator", "auditor");
    expect(may(all, "run.destroy", platform)).toBe(false);
    expect(may(all, "call:refund.create", platform)).toBe(false);
    expect(may(all, "run.get", { type: "Ledger", id: "x" })).toBe(false);
    expect(may(all, "run.get", { type: "Run", id: "x", attrs: { color: "red" } })).toBe(false);
    expect(may(all, "run.get", { type: "Run", id: "x", attrs: { personId: true } })).toBe(false);
  });
});

describe("on a thing", () => {
  const run = {
    type: "Run",
    id: "run_1",
    attrs: { personId: "per_bob", approverGroups: ["grp_x"] },
  };
  const agent = { type: "Agent", id: "agt_1", attrs: { ownerId: "per_bob", usableBy: ["grp_x"] } };

  test.each([
    ["a colleague", as("employee"), false],
    ["its asker", { ...as("employee"), personId: "per_bob" }, true],
    ["an approver of it", { ...as("employee"), groups: ["grp_y", "grp_x"] }, true],
    ["an auditor", as("auditor"), true],
    ["an administrator", as("administrator"), false],
    ["a builder", as("builder"), false],
  ])("%s reads a run: %3$s", (_who, principal, expected) => {
    expect(may(principal, "run.get", run)).toBe(expected);
  });

  test.each([
    ["a colleague", as("employee"), [false, false, false]],
    ["its owner", { ...as("builder"), personId: "per_bob" }, [true, true, true]],
    [
      "an owner who builds no more",
      { ...as("employee"), personId: "per_bob" },
      [true, true, false],
    ],
    ["one it is shared with", { ...as("employee"), groups: ["grp_x"] }, [true, true, false]],
    ["another builder", as("builder"), [false, false, false]],
    ["an administrator", as("administrator"), [true, false, true]],
    ["an auditor", as("auditor"), [true, false, false]],
  ])("%s sees, uses, changes an agent", (_who, principal, expected) => {
    const actions = ["agent.get", "run.start", "agent.update"];
    expect(actions.map((action) => may(principal, action, agent))).toEqual(expected);
  });

  it("nobody changes or starts anything of which policy does not know whose it is", () => {
    const nameless = { type: "Agent", id: "agt_1" };
    expect(may(as("builder", "employee"), "agent.update", nameless)).toBe(false);
    expect(may(as("builder", "employee"), "run.start", nameless)).toBe(false);
    expect(may(as("employee"), "thread.get", { type: "Thread", id: "t" })).toBe(false);
  });

  it("auditors change nothing", () => {
    const changing = /\.(answer|cancel|create|publish|revoke|share|start|update)$/;
    const actions = ENDPOINT_ACTIONS.filter((action) => changing.test(action));
    expect(actions.length).toBeGreaterThan(8);
    for (const action of actions)
      for (const thing of [platform, run, agent])
        expect(may(as("auditor"), action, thing)).toBe(false);
  });

  it("a role named as a group can be asked, and what a group is called does not make it one", () => {
    const approval = {
      type: "Approval",
      id: "a",
      attrs: { approverGroups: ["role:administrator"] },
    };
    expect(may(as("administrator"), "approval.answer", approval)).toBe(true);
    expect(may(as("employee"), "approval.answer", approval)).toBe(false);
    const sly = { ...as("employee"), groups: ["role:auditor"] };
    expect(permittedActions(policies, sly)).toEqual(permittedActions(policies, as("employee")));
  });
});

const keyed = (...scopes: string[]): Principal => ({
  ...as("employee"),
  via: { kind: "key", keyId: "key_1", scopes },
});

describe("a key", () => {
  it("does what its scopes name and its person may", () => {
    expect(permittedActions(policies, keyed("thread.*", "run.get", "ledger.search"))).toEqual([
      "run.get",
      "thread.get",
      "thread.list",
    ]);
    expect(permittedActions(policies, keyed())).toEqual([]);
    expect(permittedActions(policies, keyed("*"))).toEqual([]);
  });

  it("scopes match whole words", () => {
    expect(inScopes(["run.*"], "run.get")).toBe(true);
    expect(inScopes(["run.*"], "runs.get")).toBe(false);
    expect(inScopes(["run"], "run.get")).toBe(false);
  });
});
