// Policy files at the start and while the server runs: an error names file and line and stops the start;
// a tool that is not there does not.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { send, type Entered } from "../src/http/edge.fixture.ts";
import { systemClock } from "../src/lib/clock.ts";
import { startRun } from "./loop/ask.ts";
import type { Script } from "./loop/model.ts";
import { startPeer, type Peer } from "./loop/peers.ts";
import { POLICIES } from "./loop/wiring.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const script: Script = ({ plan, turn, last }) =>
  turn === 0 && plan.includes(".")
    ? { calls: [{ name: plan, arguments: plan.startsWith("effect") ? { n: 1 } : {} }] }
    : { text: `Said: ${last}` };

const policiesDir = mkdtempSync(join(tmpdir(), "stead-policies-"));
beforeEach(() => cpSync(POLICIES, policiesDir, { recursive: true }));
afterAll(() => rmSync(policiesDir, { recursive: true }));

const write = (text: string): void => writeFileSync(join(policiesDir, "own.cedar"), text);
const forbid = (tool: string): string =>
  `@id("own.late")\n@reason("Not through agents")\n` +
  `forbid (principal, action in Action::"call:${tool}", resource);\n`;

describe("the start stops, and says where, at", () => {
  const cases: [what: string, text: string, says: RegExp][] = [
    ["a syntax error", "permit (principal,\naction ===", /own\.cedar:\d+: /],
    [
      "an unknown group of approvers",
      `\n@approvers("group:Nobody")\nforbid (principal, action == Action::"unapproved:payment.make", resource);`,
      /own\.cedar:2: .*no group "Nobody"/,
    ],
    ["a slip in a tool's name", forbid("payment.mkae"), /own\.cedar:3: .*no tool "payment\.mkae"/],
  ];
  test.each(cases)("%s", async (_what, text, says) => {
    write(text);
    await expect(openYard({ script, policyDirs: [policiesDir] })).rejects.toThrow(says);
  });
});

describe("a policy of a tool that is not there yet", () => {
  let yard: Yard;
  let peer: Peer;
  let amy: Entered;
  let ada: Entered;
  const logged: string[] = [];

  beforeAll(async () => {
    write(forbid("late.environment"));
    peer = await startPeer("http");
    yard = await openYard({
      script,
      policyDirs: [policiesDir],
      alsoPrivate: [peer.host],
      log: (level, message, fields) => void logged.push(JSON.stringify([level, message, fields])),
    });
    amy = await yard.enter("administrator");
    ada = await yard.enter("employee");
  });
  afterAll(async () => {
    await yard.close();
    await peer.stop();
  });

  const health = async () => (await send(yard, "/health", {})).body;

  async function run(agentId: string, input: string) {
    return yard.ended(await startRun(yard, ada, { agentId, input }));
  }

  test("is told of, and keeps nothing else from working", async () => {
    expect(logged.filter((line) => line.includes("own.cedar:3"))).toHaveLength(1);
    expect(await health()).toMatchObject({ status: "degraded" });
    const agentId = await makeAgent(yard, { name: "Before" });
    const events = await run(agentId, "effect.write");
    expect(events.some(({ type }) => type === "call.finished")).toBe(true);
    expect(yard.world.keyed.size).toBe(1);
  });

  test("holds from the tool's first call on", async () => {
    const body = { name: "late", transport: peer.transport };
    const made = await send(yard, "/api/mcp-servers", { as: amy, method: "POST", body });
    expect(made.body).toMatchObject({ status: "ready" });
    const tools = [{ name: "late.environment", actsAs: "caller" as const, presets: {} }];
    const agentId = await makeAgent(yard, { name: "After", tools });
    const events = await run(agentId, "late.environment");
    const decided = events.find(({ type }) => type === "call.decided");
    expect(decided?.type === "call.decided" && decided.data.decision).toMatchObject({
      kind: "deny",
      policies: [{ id: "own.late" }],
    });
    while ((await health())["status"] !== "ok") await systemClock.sleep(20);
  });
});
