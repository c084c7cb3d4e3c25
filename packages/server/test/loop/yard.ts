// A whole server of a test's own, in this process: real wiring, real PostgreSQL, a scripted model on a
// real socket, tools that count what they do.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunEvent } from "@stead/protocol";
import type { DefinedTool } from "@stead/sdk";
import { z } from "zod";
import { agentSpecSchema, type AgentSpec } from "@stead/protocol";
import { createAgent } from "../../src/agents/draft.ts";
import { publishAgent } from "../../src/agents/publish.ts";
import { shareAgent } from "../../src/agents/share.ts";
import { readConfig } from "../../src/config.ts";
import { HOST, PEOPLE, type Entered, type Persona } from "../../src/http/edge.fixture.ts";
import { insertMembers, insertOrganisation } from "../../src/http/fixture/queries.ts";
import { principalOf } from "../../src/identity/principal.ts";
import { signIn } from "../../src/identity/session/sign-in.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLog, type Log } from "../../src/lib/log.ts";
import { upsertDestination } from "../../src/egress/gate/queries.ts";
import { assert, ok } from "../../src/lib/result.ts";
import { createStead, type Stead, type SteadParts } from "../../src/main.ts";
import type { ProviderInput } from "../../src/models/provider.ts";
import type { Connection } from "../../src/store/connection.ts";
import { registeredTool } from "../../src/tools/defined.ts";
import type { RegisteredTool } from "../../src/tools/registry.ts";
import { freshDatabase } from "../database.ts";
import { startModel, type Script } from "./model.ts";
import { World, worldTools } from "./tools.ts";
import { EDGE, POLICIES } from "./wiring.ts";

/** The scripted model sees texts as they are. */
const CLEARED = {
  id: "127.0.0.1",
  name: "",
  region: "",
  retention: "",
  agreement: "",
  set_by: "",
  rules: { phi: "allow", pii: "allow", financial: "allow", secret: "allow" },
  set_at: new Date(0),
};

export interface YardOptions {
  readonly script: Script;
  /** Beside the yard's own. */
  readonly tools?: readonly DefinedTool[];
  readonly registered?: readonly RegisteredTool[];
  readonly bounds?: Partial<AgentSpec["bounds"]>;
  readonly provider?: Partial<ProviderInput>;
  readonly contextTokens?: number;
  readonly connection?: Connection;
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: Log;
  readonly policyDirs?: readonly string[];
  /** Local servers beside the model, as `host:port`. */
  readonly alsoPrivate?: readonly string[];
  readonly role?: "all" | "api" | "worker";
  /** False: the tables are filled already, by another server on this database. */
  readonly fill?: boolean;
  readonly prepare?: (parts: SteadParts) => Promise<void>;
}

export type Yard = Awaited<ReturnType<typeof openYard>>;

export async function openYard(options: YardOptions) {
  const database = options.connection ? undefined : await freshDatabase();
  const model = await startModel(options.script);
  const world = new World();
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "stead-yard-"));
  const connection = options.connection ?? database?.connection;
  assert(connection, "there is a database");
  const allowed = [model.host, ...(options.alsoPrivate ?? [])].filter((host) => host !== "");
  const env = { STEAD_DATA: dataDir, STEAD_ALLOW_PRIVATE: allowed.join(","), ...options.env };
  const config = readConfig(env, [`--role=${options.role ?? "all"}`]);
  assert(config.ok, "the settings are sound");
  const tools = [...worldTools(world), ...(options.tools ?? [])].map((tool) =>
    registeredTool(tool, { provider: "built-in" }),
  );
  const built = await createStead({
    config: config.value,
    connection,
    log: options.log ?? silentLog,
    providers: [providerAt(model.host, options)],
    policyDirs: options.policyDirs ?? [POLICIES],
    edge: EDGE,
    childEnvironment: config.value.childEnvironment,
    prepare: async (parts) => {
      if (options.fill !== false) {
        await insertOrganisation(parts.ctx, Object.values(PEOPLE));
        await insertMembers(parts.ctx);
      }
      for (const tool of [...tools, ...(options.registered ?? [])]) {
        const added = parts.registry.add(tool);
        if (!added.ok) return added;
      }
      await upsertDestination(parts.ctx, CLEARED, []);
      await options.prepare?.(parts);
      return ok();
    },
  });
  assert(built.ok, built.ok ? "" : built.failure.detail);
  const stead = built.value;
  await stead.start();
  const close = async (): Promise<void> => {
    await stead.stop();
    await model.close();
    await database?.close();
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  return { stead, ctx: stead.ctx, model, world, dataDir, connection, close, ...doors(stead) };
}

function providerAt(host: string, { provider, contextTokens }: YardOptions): ProviderInput {
  const models = [{ id: "m", contextTokens: contextTokens ?? 100_000 }];
  return { id: "peer", wire: "openai-chat", baseUrl: `http://${host}`, models, ...provider };
}

/** What a test does with the server: sign in, ask, make agents, wait. */
function doors(stead: Stead) {
  const request = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("host", HOST);
    const url = `http://${HOST}${path}`;
    return Promise.resolve(stead.app.fetch(new Request(url, { ...init, headers })));
  };
  const enter = async (persona: Persona): Promise<Entered> => {
    const wish = { personId: PEOPLE[persona].id, method: "login-link", endsSessionId: undefined };
    const started = await signIn(stead.agents, { ...wish, method: "login-link" });
    assert(started.ok, "a person of the yard signs in");
    const cookie = `stead_session=${started.value.secret}`;
    const session = await request("/api/session", { headers: { cookie } });
    const { csrf } = z.object({ csrf: z.string() }).parse(await session.json());
    return { cookie, csrf, sessionId: started.value.sessionId };
  };
  const events = async (runId: string): Promise<RunEvent[]> => {
    const read = await stead.runs.openLog(runId, []).read(0);
    assert(read.ok, read.ok ? "" : read.failure.detail);
    return read.value;
  };
  /** Waits until the run's log fits; the bound is the test's own. */
  const until = async (runId: string, fits: (events: RunEvent[]) => boolean, ms = 20_000) => {
    for (const end = systemClock.monotonicMs() + ms; ; await systemClock.sleep(10)) {
      const found = await events(runId);
      if (fits(found)) return found;
      const types = found.map(({ type }) => type).join(" ");
      assert(systemClock.monotonicMs() < end, `the run did not get there: ${types}`);
    }
  };
  const ended = (runId: string, ms?: number) =>
    until(runId, (found) => found.some(({ type }) => type === "run.finished"), ms);
  return { request, enter, events, until, ended };
}

/** An agent with every tool of the yard, published and shared with Support. */
export async function makeAgent(
  { stead }: Pick<Yard, "stead">,
  given: Partial<AgentSpec> & { name: string },
): Promise<string> {
  const { agents, registry } = stead;
  const via = { kind: "session", sessionId: "yard" } as const;
  const builder = await principalOf(agents, PEOPLE.builder.id, via);
  assert(builder.ok, "the builder is there");
  const principal = builder.value;
  const own = ["built-in", "yard"];
  const tools = registry.list().filter(({ provider }) => own.includes(provider));
  const spec = agentSpecSchema.parse({
    instructions: "Do it.",
    models: ["peer/m"],
    tools: tools.map(({ name }) => ({ name })),
    ...given,
  });
  const idempotencyKey = `yard ${given.name}`;
  const made = await createAgent(agents, { principal, spec, idempotencyKey });
  assert(made.ok, made.ok ? "" : made.failure.detail);
  const agentId = made.value.id;
  const published = await publishAgent(agents, { principal, agentId, note: "", idempotencyKey });
  assert(published.ok, published.ok ? "" : published.failure.detail);
  const shared = await shareAgent(agents, { principal, agentId, usableBy: ["grp_support"] });
  assert(shared.ok, "the agent is shared");
  return agentId;
}
