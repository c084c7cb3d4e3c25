// A whole server to attack, thrown away after: real wiring and a real PostgreSQL, with a few people of the
// demo company, the suite's systems behind it, and a model that the attacker speaks through.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentSpecSchema } from "@stead/protocol";
import { createClient, type Client } from "@stead/sdk";
import { makeCompany } from "../demo/company.ts";
import { seedPeople } from "../demo/queries.ts";
import { createAgent } from "../src/agents/draft.ts";
import { publishAgent } from "../src/agents/publish.ts";
import { shareAgent } from "../src/agents/share.ts";
import { readConfig } from "../src/config.ts";
import { principalOf } from "../src/identity/principal.ts";
import { signIn } from "../src/identity/session/sign-in.ts";
import { silentLog, type Log } from "../src/lib/log.ts";
import { ok, type Result } from "../src/lib/result.ts";
import { createStead, type Stead, type SteadParts } from "../src/main.ts";
import type { Connection } from "../src/store/connection.ts";
import { DELEGATE, delegateTool } from "./delegate.ts";
import { startMind, type MindServer } from "./mind.ts";
import { policyText } from "./policies.ts";
import type { Suite } from "./suite.ts";
import { worldIn, type World } from "./world.ts";

const HOST = "127.0.0.1:4600";
const ASKER = "usr_ada_park";
const ADMINISTRATOR = "usr_eva_lindqvist";
const BUILDER = "usr_dev_patel";
const TEAM = [ASKER, ADMINISTRATOR, BUILDER, "usr_ben_osei", "usr_carla_ruiz"];
/** Tools of the server itself that a compromised model would like to have, too. */
const OWN_TOOLS = ["blob.read", "blob.search", DELEGATE];
const SYSTEM_FILE = join(import.meta.dirname, "system-process.ts");
const PROJECT = join(import.meta.dirname, "../../..");
const NO_LIMITS = { burst: 1_000_000, perSecond: 1_000_000 };

export interface GroundOptions {
  readonly connection: Connection;
  readonly suite: Suite;
  /** Plays that run side by side, each with a system, a model and an agent of its own. */
  readonly lanes: number;
  /** `none`: nobody has reviewed a tool. */
  readonly contracts: "given" | "none";
  readonly log?: Log;
}

/** Where one play at a time takes place. */
export interface Lane {
  readonly name: string;
  readonly agentId: string;
  readonly world: World;
}

export interface Ground {
  readonly suite: Suite;
  readonly stead: Stead;
  readonly mind: MindServer;
  readonly lanes: readonly Lane[];
  readonly asker: Client;
  readonly administrator: Client;
  readonly close: () => Promise<void>;
}

export async function openGround(options: GroundOptions): Promise<Ground> {
  const { suite, connection } = options;
  const folder = mkdtempSync(join(tmpdir(), "stead-redteam-"));
  const mind = await startMind();
  const names = Array.from({ length: options.lanes }, (_, i) => `${suite.name}${i + 1}`);
  const policies = join(folder, "policies");
  mkdirSync(policies);
  writeFileSync(join(policies, "suite.cedar"), policyText(suite, names));
  const env = {
    STEAD_DATA: join(folder, "data"),
    STEAD_ALLOW_PRIVATE: mind.host,
    STEAD_RUNS_PER_PERSON: "1000",
  };
  mkdirSync(env.STEAD_DATA);
  const config = must(readConfig(env, []));
  const lanes: Lane[] = [];
  const models = names.map((id) => ({ id, contextTokens: 1_000_000 }));
  const made = await createStead({
    config,
    connection,
    log: options.log ?? silentLog,
    providers: [{ id: "attacker", wire: "openai-chat", baseUrl: `http://${mind.host}`, models }],
    policyDirs: [policies],
    edge: {
      demo: true,
      loopback: true,
      ownDatabase: false,
      version: "0.0.0",
      limits: { person: NO_LIMITS, stranger: NO_LIMITS },
    },
    childEnvironment: config.childEnvironment,
    prepare: async (parts) => {
      await seedTeam(parts);
      const tools = names.flatMap((name) => suite.tools.map((tool) => `${name}.${tool.name}`));
      const delegate = parts.registry.add(delegateTool(tools));
      if (!delegate.ok) return delegate;
      for (const name of names) {
        const lane = await openLane(parts, { ...options, name, folder: join(folder, name) });
        if (!lane.ok) return lane;
        lanes.push(lane.value);
      }
      return ok();
    },
  });
  const stead = must(made);
  await stead.start();
  const close = async (): Promise<void> => {
    await stead.stop();
    await mind.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const asker = await enter(stead, ASKER);
  const administrator = await enter(stead, ADMINISTRATOR);
  return { suite, stead, mind, lanes, asker, administrator, close };
}

/** What can't be done here is a fault of the set-up, to be told as it is. */
function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.failure.detail} ${result.failure.hint ?? ""}`.trim());
}

async function seedTeam({ database, ctx }: SteadParts): Promise<void> {
  const { people, groups, memberships } = makeCompany();
  await seedPeople(database.pool, ctx.orgId, {
    people: people
      .filter(({ id }) => TEAM.includes(id))
      .map((each) => ({ ...each, managerId: null })),
    groups,
    memberships: memberships.filter(({ personId }) => personId === null || TEAM.includes(personId)),
  });
}

interface LaneInput extends GroundOptions {
  readonly name: string;
  readonly folder: string;
}

async function openLane(parts: SteadParts, input: LaneInput): Promise<Result<Lane>> {
  const { suite, name, folder } = input;
  mkdirSync(folder);
  const world = worldIn(folder);
  writeFileSync(join(folder, "tools.json"), JSON.stringify(suite.tools));
  appendFileSync(join(folder, "done.jsonl"), "");
  world.begin({});
  const connected = await parts.mcp.registerMcp({
    id: `redteam-${name}`,
    name,
    transport: {
      kind: "stdio",
      command: process.execPath,
      args: ["--conditions=stead-source", SYSTEM_FILE, folder],
      // In its sandbox it sees the project that it is of, and where it says what was done to it.
      grants: { read: [PROJECT], write: [folder] },
    },
    contracts: input.contracts === "given" ? suite.contracts : {},
  });
  if (!connected.ok) return connected;
  const agentId = await makeAgent(parts, { suite, name });
  return agentId.ok ? ok({ name, agentId: agentId.value, world }) : agentId;
}

async function makeAgent(
  { agents }: SteadParts,
  { suite, name }: Pick<LaneInput, "suite" | "name">,
): Promise<Result<string>> {
  const builder = await principalOf(agents, BUILDER, { kind: "session", sessionId: "redteam" });
  if (!builder.ok) return builder;
  const principal = builder.value;
  const tools = [...suite.tools.map((tool) => `${name}.${tool.name}`), ...OWN_TOOLS];
  const spec = agentSpecSchema.parse({
    name: `Red team ${name}`,
    instructions: "Do what you are asked.",
    models: [`attacker/${name}`],
    tools: tools.map((tool) => ({ name: tool })),
    bounds: { stepsMax: 200, callsPerTurnMax: 64 },
  });
  const agent = await createAgent(agents, { principal, spec, idempotencyKey: name });
  if (!agent.ok) return agent;
  const agentId = agent.value.id;
  const about = { principal, agentId };
  const shared = await shareAgent(agents, { ...about, usableBy: ["grp_everyone"] });
  if (!shared.ok) return shared;
  const published = await publishAgent(agents, { ...about, note: "", idempotencyKey: name });
  return published.ok ? ok(agentId) : published;
}

/** A person with a session, at the public API. */
async function enter(stead: Stead, personId: string): Promise<Client> {
  const way = { personId, method: "login-link", endsSessionId: undefined } as const;
  const started = must(await signIn(stead.agents, way));
  const baseUrl = `http://${HOST}`;
  return createClient({
    baseUrl,
    fetch: async (url, init) => {
      const headers = new Headers(init?.headers);
      headers.set("host", HOST);
      headers.set("origin", baseUrl);
      headers.set("cookie", `stead_session=${started.secret}`);
      return stead.app.fetch(new Request(url, { ...init, headers }));
    },
  });
}
