// A person's own page: what agents did in their name, what they may do, with which accounts, and what the
// person has vouched for.
import { actingWords, RUN_EVENTS } from "@stead/protocol";
import type { AgentTool, EndpointReply, Endpoints, Principal } from "@stead/protocol";
import { findVersion } from "../../agents/queries.ts";
import { agentsOf } from "../../agents/view.ts";
import { ownAccounts } from "../../knowledge/source/account.ts";
import type { SourcesCtx } from "../../knowledge/source/context.ts";
import { ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import type { McpServers } from "../../tools/mcp/servers.ts";
import { actingFor, type Who } from "../acting.ts";
import type { RunDeps } from "../deps.ts";
import { runRows, type RunRow } from "../queries.ts";
import { callFacts, type CallFact } from "./queries.ts";

type Mine = EndpointReply<Endpoints["me.acting"]>;
type Act = Mine["acts"][number];
type Vouched = Mine["endorsements"][number];

const RUNS_MAX = 50;
const ACTS_MAX = 200;
const AGENTS_MAX = 100;

/** Where a person may have accounts of their own. */
interface Accounted {
  readonly sources: SourcesCtx;
  readonly mcp: Pick<McpServers, "accountsOf">;
}

export async function actingForMe(
  runs: RunDeps,
  { sources, mcp }: Accounted,
  principal: Principal,
): Promise<Result<Mine>> {
  const accounts = await ownAccounts(sources, principal.personId);
  if (!accounts.ok) return accounts;
  const servers = await mcp.accountsOf(principal.personId);
  if (!servers.ok) return servers;
  const looked = await whileAvailable(async () => {
    const names = new Map<string, string>();
    const may = await mayDo(runs, principal, names);
    return { ...(await didDo(runs, principal, names)), may };
  });
  return looked.ok
    ? ok({ ...looked.value, accounts: accounts.value, servers: servers.value })
    : looked;
}

async function didDo(
  { ctx }: RunDeps,
  { personId }: Principal,
  names: ReadonlyMap<string, string>,
): Promise<Pick<Mine, "acts" | "endorsements">> {
  const { db, orgId } = ctx;
  const filter = { limit: RUNS_MAX, personId, before: undefined };
  const rows = await runRows(db, orgId, { ...filter, status: undefined, agentId: undefined });
  const runs = new Map(rows.map((row) => [row.id, row]));
  const facts = await callFacts(db, orgId, [...runs.keys()]);
  const ends = new Map(facts.flatMap(endOf));
  const acts = facts.flatMap((fact) => {
    const run = runs.get(fact.stream);
    return run ? actOf(fact, { run, agentName: names.get(run.agent_id) ?? "", ends }) : [];
  });
  // A call that was decided twice is one act, as it was decided last.
  const last = new Map(acts.map((act) => [`${act.runId} ${act.callId}`, act]));
  const newest = [...last.values()].toSorted((a, b) => b.at.localeCompare(a.at));
  const back = new Set(facts.flatMap(takenBack));
  const endorsements = facts.flatMap((fact) => {
    const isOpen = runs.get(fact.stream)?.ended_at === null;
    return endorsedIn(fact, { personId, isOpen, back });
  });
  return { acts: newest.slice(0, ACTS_MAX), endorsements: endorsements.slice(-ACTS_MAX) };
}

function endOf({ type, data, stream }: CallFact): [string, "done" | "failed"][] {
  if (type !== "call.finished") return [];
  const { callId, status } = RUN_EVENTS["call.finished"].parse(data);
  return [[`${stream} ${callId}`, status === "ok" ? "done" : "failed"]];
}

interface Around {
  readonly run: RunRow;
  readonly agentName: string;
  readonly ends: ReadonlyMap<string, "done" | "failed">;
}

function actOf({ type, data, at, stream }: CallFact, { run, agentName, ends }: Around): Act[] {
  if (type !== "call.decided") return [];
  const { callId, tool, destination, decision, actsAs, actingAs } =
    RUN_EVENTS["call.decided"].parse(data);
  const denied = decision.kind === "deny" ? "denied" : "waiting";
  const open = run.ended_at === null ? denied : "denied";
  const state = ends.get(`${stream} ${callId}`) ?? open;
  const tense = state === "done" ? "done" : state === "waiting" ? undefined : "undone";
  return [
    {
      runId: stream,
      callId,
      agentId: run.agent_id,
      agentName,
      tool,
      destination,
      whoActs: actingWords({ kind: actsAs, name: actingAs, tense }),
      state,
      at: new Date(Number(at)).toISOString(),
    },
  ];
}

function takenBack({ type, data }: CallFact): string[] {
  if (type !== "label.endorsement-revoked") return [];
  return [RUN_EVENTS["label.endorsement-revoked"].parse(data).approvalId];
}

interface Vouching {
  readonly personId: string;
  /** The run goes on. */
  readonly isOpen: boolean;
  /** Approvals whose endorsement was taken back. */
  readonly back: ReadonlySet<string>;
}

function endorsedIn(
  { type, data, at, stream }: CallFact,
  { personId, isOpen, back }: Vouching,
): Vouched[] {
  if (type !== "approval.answered") return [];
  const { by, endorsed = [], tool, approvalId } = RUN_EVENTS["approval.answered"].parse(data);
  if (by !== personId) return [];
  const held = back.has(approvalId) ? "revoked" : "open";
  const state: Vouched["state"] = isOpen ? held : "ended";
  const on = { runId: stream, approvalId, tool, state, at: new Date(Number(at)).toISOString() };
  return endorsed.map(({ argument, kind }) => ({ ...on, argument, kind }));
}

/** Of each agent that they may use, as it is published now; `names` learns what agents are called. */
async function mayDo(
  runs: RunDeps,
  principal: Principal,
  names: Map<string, string>,
): Promise<Mine["may"]> {
  const { ctx } = runs;
  const may: Mine["may"] = [];
  for (const agent of (await agentsOf(ctx, principal)).slice(0, AGENTS_MAX)) {
    names.set(agent.id, agent.draft.name);
    const version =
      agent.mayUse && agent.versionId ? await findVersion(ctx, agent.versionId) : null;
    if (!version) continue;
    const { name, tools: granted } = version.spec;
    names.set(agent.id, name);
    const who = { principal, agentId: agent.id, agentName: name, agentOwner: runs.agentOwner };
    const tools = await Promise.all(granted.map((each) => mayCall(runs, who, each)));
    may.push({ agentId: agent.id, agentName: name, tools });
  }
  return may;
}

async function mayCall(
  { registry }: RunDeps,
  who: Who,
  granted: AgentTool,
): Promise<Mine["may"][number]["tools"][number]> {
  const tool = registry.get(granted.name);
  const of = { name: granted.name, title: tool?.tool.title ?? granted.name };
  if (!tool) return { ...of, effect: "", whoActs: "is not there any more", signInTo: null };
  const { effect } = tool.tool.contract;
  const acting = await actingFor(who, { tool, granted });
  if (!acting.ok) return { ...of, effect, whoActs: acting.failure.detail, signInTo: null };
  const { name, missing } = acting.value;
  const whoActs = actingWords({ kind: granted.actsAs, name, effect });
  return { ...of, effect, whoActs, signInTo: missing?.where ?? null };
}
