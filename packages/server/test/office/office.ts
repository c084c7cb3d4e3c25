// A small office on the real wiring, for tests of the whole API: one agent that pays, a policy that asks
// Finance, a document for Support, and a person of each role.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineTool } from "@stead/sdk";
import { z } from "zod";
import { internClass } from "../../src/access/intern.ts";
import { createAgent } from "../../src/agents/draft.ts";
import { publishAgent } from "../../src/agents/publish.ts";
import { shareAgent } from "../../src/agents/share.ts";
import { readConfig } from "../../src/config.ts";
import { insertMembers, insertOrganisation } from "../../src/http/fixture/queries.ts";
import { HOST, PEOPLE, type Entered, type Persona } from "../../src/http/edge.fixture.ts";
import type { EdgeSettings } from "../../src/http/settings.ts";
import { principalOf } from "../../src/identity/principal.ts";
import { signIn } from "../../src/identity/session/sign-in.ts";
import { upsertDocument } from "../../src/knowledge/queries.ts";
import { silentLog } from "../../src/lib/log.ts";
import { assert, ok, type Result } from "../../src/lib/result.ts";
import type { ProviderInput } from "../../src/models/provider.ts";
import { createStead, type Stead, type SteadOptions, type SteadParts } from "../../src/main.ts";
import { withTx } from "../../src/store/tx.ts";
import { registeredTool } from "../../src/tools/defined.ts";
import { freshDatabase } from "../database.ts";
import { startModelServer } from "./model.ts";

export const DOCUMENT_ID = "doc_support";
const POLICIES = join(import.meta.dirname, "policies");

const payment = defineTool({
  name: "payment.make",
  title: "Make a payment",
  description: "Pays an amount to somebody",
  input: z.object({ amountCents: z.int(), to: z.string() }),
  contract: {
    effect: "money",
    keyed: true,
    result: { audience: [], classes: [], trust: "record" },
    resultForCallerOnly: false,
  },
  run: async ({ amountCents, to }) => `Paid ${amountCents} to ${to}.`,
});

function addTools({ registry }: SteadParts): Result<void> {
  return registry.add(registeredTool(payment, { provider: "built-in" }));
}

async function prepare(parts: SteadParts): Promise<Result<void>> {
  await insertOrganisation(parts.ctx, Object.values(PEOPLE));
  await insertMembers(parts.ctx);
  const added = addTools(parts);
  if (!added.ok) return added;
  return withTx(parts.ctx.db, async (tx) => {
    const readers = await internClass(parts.ctx, tx, { group: "grp_support" });
    if (!readers.ok) return readers;
    await upsertDocument(tx, parts.ctx.orgId, {
      id: DOCUMENT_ID,
      title: "How Support answers",
      path: "/support",
      text: "Support answers within a day.",
      classes: [],
      classId: readers.value,
      revision: "1",
      trust: "colleague",
      updatedAt: new Date(0),
    });
    return ok();
  });
}

const NO_LIMITS = { burst: 1_000_000, perSecond: 1_000_000 };

export interface OfficeOptions {
  /** `host:port` of peers that the test brings. */
  readonly allowPrivate?: readonly string[];
  /** Beside the model that answers. */
  readonly providers?: readonly ProviderInput[];
}

export async function openOffice({ allowPrivate = [], providers = [] }: OfficeOptions = {}) {
  const database = await freshDatabase();
  const model = await startModelServer();
  const dataDir = mkdtempSync(join(tmpdir(), "stead-office-"));
  const config = readConfig(
    { STEAD_DATA: dataDir, STEAD_ALLOW_PRIVATE: [model.host, ...allowPrivate].join() },
    [],
  );
  assert(config.ok, "the settings are sound");
  const edge: EdgeSettings = {
    demo: true,
    loopback: true,
    ownDatabase: false,
    version: "0.0.0",
    limits: { person: NO_LIMITS, stranger: NO_LIMITS },
  };
  const settings = {
    config: config.value,
    connection: database.connection,
    log: silentLog,
    providers: [
      { id: "peer", wire: "openai-chat", baseUrl: `http://${model.host}`, models: [{ id: "m" }] },
      ...providers,
    ],
    policyDirs: [POLICIES],
    edge,
    childEnvironment: config.value.childEnvironment,
  } satisfies Omit<SteadOptions, "prepare">;
  const processes: Stead[] = [];
  const start = async (preparing: SteadOptions["prepare"]): Promise<Stead> => {
    const built = await createStead({ ...settings, prepare: preparing });
    assert(built.ok, built.ok ? "" : built.failure.detail);
    processes.push(built.value);
    await built.value.start();
    return built.value;
  };
  const stead = await start(prepare);
  /** As another process would be, on the same database. */
  const another = (): Promise<Stead> => start(async (parts) => addTools(parts));
  const agentId = await makeAgent(stead);
  const request = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("host", HOST);
    const url = `http://${HOST}${path}`;
    return Promise.resolve(stead.app.fetch(new Request(url, { ...init, headers })));
  };
  const enter = async (persona: Persona): Promise<Entered> => {
    const { id: personId } = PEOPLE[persona];
    const wish = { personId, method: "login-link", endsSessionId: undefined } as const;
    const started = await signIn(stead.agents, wish);
    assert(started.ok, "a person of the office signs in");
    const cookie = `stead_session=${started.value.secret}`;
    const session = await request("/api/session", { headers: { cookie } });
    const { csrf } = z.object({ csrf: z.string() }).parse(await session.json());
    return { cookie, csrf, sessionId: started.value.sessionId };
  };
  const close = async (): Promise<void> => {
    for (const each of processes) await each.stop();
    await model.close();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { stead, another, ctx: stead.ctx, agentId, request, enter, close };
}
export type Office = Awaited<ReturnType<typeof openOffice>>;

/** The builder's agent, published and shared with Support. */
async function makeAgent({ agents }: SteadParts): Promise<string> {
  const via = { kind: "session", sessionId: "office" } as const;
  const builder = await principalOf(agents, PEOPLE.builder.id, via);
  assert(builder.ok, "the builder is there");
  const principal = builder.value;
  const made = await createAgent(agents, { principal, spec: SPEC, idempotencyKey: "office" });
  assert(made.ok, "the agent is made");
  const agentId = made.value.id;
  const note = "";
  const wish = { principal, agentId, note, idempotencyKey: "office" };
  const published = await publishAgent(agents, wish);
  assert(published.ok, published.ok ? "" : published.failure.detail);
  const shared = await shareAgent(agents, { principal, agentId, usableBy: ["grp_support"] });
  assert(shared.ok, "the agent is shared");
  return agentId;
}

export const SPEC = {
  name: "Payer",
  purpose: "",
  instructions: "Pay.",
  models: ["peer/m"],
  tools: [{ name: "payment.make", actsAs: "caller" as const, presets: {} }],
  bounds: {
    stepsMax: 5,
    wallTimeMs: 60_000,
    tokensMax: 100_000,
    costMicrosMax: 1_000_000,
    toolOutputBytesMax: 10_000,
    callsPerTurnMax: 2,
  },
};
