// A source's tools: run as the caller, checked before, and in step with the sources that there are.
import { actorsOf, type Principal } from "@stead/protocol";
import {
  defineConnector,
  SourceError,
  type ActingSource,
  type Connector,
  type ConnectorTool,
} from "@stead/sdk";
import { expect, test } from "vitest";
import { z } from "zod";
import type { HostedActing } from "../knowledge/source/host.ts";
import { assert, fail, ok, type Result } from "../lib/result.ts";
import { executeCall } from "./execute.ts";
import { offerSourceTools, type AccountOf, type HostActing } from "./source-tools.ts";
import { ADA, BOB, callTool, inputFor, permitFor, registryOf } from "./tools.fixture.ts";

const input = z.object({ note: z.string().max(5) });
const read: ConnectorTool<unknown, typeof input> = {
  name: "shelf.read",
  title: "Read",
  description: "Reads a note",
  input,
  contract: { effect: "read", keyed: true },
  async run({ user }, { note }, key) {
    if (note === "lost") throw new SourceError("missing", "There is no such note.");
    if (note === "bang") throw new TypeError("secret of the connector");
    return `${note} of ${user} by ${key}`;
  },
};
const connector: Connector = defineConnector({
  manifest: {
    name: "shelf",
    title: "Shelf",
    description: "Notes",
    guide: "None",
    crawl: { kind: "none" },
    acting: { kind: "none" },
    rights: "live",
    freshness: { pollMs: 1, reconcileMs: 1, objectiveMs: 1 },
    limits: { concurrent: 1 },
  },
  settings: z.object({}),
  test: async () => ({ account: "shelf" }),
  tools: [read],
});

const asked: Parameters<HostActing>[0][] = [];
const host: HostActing = async (question, signal): Promise<Result<HostedActing>> => {
  asked.push(question);
  if (question.personId === BOB.personId) return fail("source.reconnect", "Link an account.");
  const source: ActingSource<unknown> = {
    id: question.sourceId,
    user: "shelf-ada",
    settings: {},
    secrets: {},
    http: () => Promise.reject(new Error("none")),
    dial: () => Promise.reject(new Error("none")),
    run: () => Promise.reject(new Error("none")),
    signal,
    log: () => undefined,
  };
  // oxlint-disable-next-line no-unsafe-type-assertion -- the row is not looked at
  return ok({ connector, source } as HostedActing);
};

const accountOf: AccountOf = async ({ sourceId, personId }) =>
  personId === BOB.personId
    ? ok({ kind: "missing", sourceId, where: "Our shelf" })
    : ok({ kind: "there", where: "Our shelf", name: "shelf-ada", sinceMs: 7 });

const SOURCE = { id: "src_1", name: "Our shelf", connector, toolsAs: "" };

test("is run on the caller's account, on the call's own permit", async () => {
  const registry = registryOf();
  offerSourceTools(registry, { host, accountOf })([SOURCE]);
  const done = await callTool(registry, "shelf.read", { arguments: { note: "a" } });
  expect(done).toMatchObject({ ok: true, value: { text: "a of shelf-ada by run_1/call_1" } });
  expect(asked.at(-1)).toMatchObject({ sourceId: "src_1", personId: ADA.personId });
  expect(asked.at(-1)?.way.permit.action).toBe("call:shelf.read");
  expect(registry.get("shelf.read")).toMatchObject({ destination: "Our shelf", gated: true });
});

test("says with which account a person would act, and acts as nobody else", async () => {
  const registry = registryOf();
  offerSourceTools(registry, { host, accountOf })([SOURCE]);
  const tool = registry.get("shelf.read");
  const of = (principal: Principal) => tool?.account?.({ actsAs: "caller", principal });
  expect(await of(ADA)).toMatchObject({ value: { kind: "there", name: "shelf-ada" } });
  expect(await of(BOB)).toMatchObject({ value: { kind: "missing", sourceId: "src_1" } });
  expect(tool && actorsOf(tool.tool)).toEqual(["caller"]);
  for (const actsAs of ["agent", "connection"] as const) {
    assert(tool, "it is there");
    const given = { ...inputFor(tool, { arguments: { note: "a" } }), actsAs };
    const done = await executeCall(registry, await permitFor(given, registry.list()), given);
    expect(done).toMatchObject({ ok: false, failure: { code: "policy.denied" } });
  }
});

test("fails as the source says, and tells nothing else that the connector throws", async () => {
  const registry = registryOf();
  offerSourceTools(registry, { host, accountOf })([SOURCE]);
  const call = (note: string, principal = ADA) =>
    callTool(registry, "shelf.read", { arguments: { note }, principal });
  expect(await call("a", BOB)).toMatchObject({ failure: { code: "source.reconnect" } });
  expect(await call("lost")).toMatchObject({ failure: { detail: "There is no such note." } });
  expect(JSON.stringify(await call("bang"))).not.toContain("secret");
  expect(await call("too long")).toMatchObject({ failure: { code: "tool.arguments" } });
});

test("comes and goes with its source", () => {
  const registry = registryOf();
  const offer = offerSourceTools(registry, { host, accountOf });
  offer([SOURCE]);
  offer([SOURCE, { ...SOURCE, id: "src_2", name: "Their shelf", toolsAs: "their-shelf" }]);
  const offered = () => registry.list().map(({ name, provider }) => `${name} of ${provider}`);
  expect(offered()).toEqual(["shelf.read of src_1", "shelf.read.their-shelf of src_2"]);
  // The first one goes, and its name with it: nobody's grant comes to mean the other.
  offer([{ ...SOURCE, id: "src_2", name: "Their shelf", toolsAs: "their-shelf" }]);
  expect(offered()).toEqual(["shelf.read.their-shelf of src_2"]);
  offer([]);
  expect(registry.list()).toEqual([]);
});
