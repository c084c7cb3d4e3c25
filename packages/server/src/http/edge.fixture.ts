// A real app over a real database for tests of the edge: a small organisation, the built-in policies,
// and operations that refuse by name where a test brings none.
import { ENDPOINT_ROWS, type Role, type Tool } from "@stead/protocol";
import { z } from "zod";
import { freshDatabase } from "../../test/database.ts";
import { agentRoutes } from "../agents/routes.ts";
import type { IdentityPorts } from "../identity/port.ts";
import { identityRoutes } from "../identity/routes.ts";
import { signIn } from "../identity/session/sign-in.ts";
import { temporaryKeys } from "../ledger/ledger.fixture.ts";
import { createLedger } from "../ledger/ledger.ts";
import { systemClock, type Clock } from "../lib/clock.ts";
import type { Handlers } from "../lib/handler.ts";
import { createIds } from "../lib/ids.ts";
import { silentLog } from "../lib/log.ts";
import { assert, fail, ok } from "../lib/result.ts";
import { decideAction } from "../policy/decide.ts";
import { buildPolicies } from "../policy/load.ts";
import type { Ctx } from "../store/context.ts";
import { createApp } from "./app.ts";
import { insertMembers, insertOrganisation } from "./fixture/queries.ts";
import { edgeRoutes } from "./routes.ts";
import type { DecideAction, EdgeSettings } from "./settings.ts";

export const ORG = "org_test";
export const HOST = "127.0.0.1:4600";

export interface FixturePerson {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
}

export const PEOPLE = {
  employee: { id: "usr_ada", name: "Ada Park", roles: ["employee"], groups: ["grp_support"] },
  approver: { id: "usr_fin", name: "Finn Moss", roles: ["employee"], groups: ["grp_finance"] },
  builder: { id: "usr_bea", name: "Bea Hall", roles: ["employee", "builder"], groups: [] },
  administrator: {
    id: "usr_amy",
    name: "Amy Stone",
    roles: ["employee", "administrator"],
    groups: [],
  },
  auditor: { id: "usr_ian", name: "Ian Reed", roles: ["auditor"], groups: [] },
} as const satisfies Record<string, FixturePerson>;
export type Persona = keyof typeof PEOPLE;

export interface FixtureOptions {
  readonly settings?: Partial<EdgeSettings>;
  readonly handlers?: (parts: FixtureParts) => Partial<Handlers>;
  readonly clock?: Clock;
  readonly ports?: IdentityPorts;
}

/** Policy has nothing against it, and speaks of no group. */
const OPEN_PORTS: IdentityPorts = {
  decide: () => ok(),
  approvers: () => new Set(),
  namedBy: () => [],
  groupsChanged: async () => {},
  wakeRuns: async () => {},
};
export type FixtureParts = Awaited<ReturnType<typeof createParts>>;

export const TOOL: Tool = {
  name: "order.find",
  title: "Find an order",
  description: "Finds an order by its number",
  inputSchema: { type: "object", properties: { number: { type: "string" } } },
  contract: {
    effect: "read",
    sinks: {},
    keyed: false,
    result: { audience: [], classes: [], trust: "record" },
    resultForCallerOnly: true,
  },
  reviewed: true,
  provider: "built-in",
  hash: "a".repeat(64),
};

async function createParts(clock: Clock) {
  const database = await freshDatabase();
  const { db, pool } = database;
  const ids = createIds(clock);
  const base = { db, orgId: ORG, clock, ids, log: silentLog };
  const ledger = createLedger({ ...base, pool, keys: temporaryKeys() });
  const ctx = { ...base, ledger };
  const agents = {
    ...ctx,
    tools: { tool: (name: string) => (name === TOOL.name ? TOOL : undefined) },
    models: { models: () => ["offline/offline"] },
  };
  const policies = await buildPolicies([], { groups: [], tools: [TOOL] });
  assert(policies.ok, "the built-in policies are sound");
  const resource = { type: "Platform", id: ORG } as const;
  const decide: DecideAction = (question) =>
    decideAction(policies.value, { ...question, resource });
  return { database, ctx, agents, decide };
}

/** Operations of folders above, absent here: each answers `tool.failed` with its name. */
export function standIns(): Handlers {
  const entries = ENDPOINT_ROWS.map(({ name }) => [
    name,
    async () => fail("tool.failed", `stand-in for ${name}`),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(entries) as Handlers;
}

export async function createFixture(options: FixtureOptions = {}) {
  const parts = await createParts(options.clock ?? systemClock);
  const { ctx, agents, decide, database } = parts;
  const settings: EdgeSettings = {
    demo: true,
    loopback: true,
    ownDatabase: false,
    version: "0.0.0",
    ...options.settings,
  };
  await insertOrganisation(ctx, Object.values(PEOPLE));
  await insertMembers(ctx);
  const app = createApp({
    ctx,
    settings,
    decide,
    handlers: {
      ...standIns(),
      ...edgeRoutes({ ctx, settings, decide, health: async () => ({ database: "ok" }) }),
      ...identityRoutes(ctx, options.ports ?? OPEN_PORTS),
      ...agentRoutes(agents),
      ...options.handlers?.(parts),
    },
  });
  const close = async (): Promise<void> => {
    await app.close();
    await database.close();
  };
  const request = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("host", headers.get("host") ?? HOST);
    return Promise.resolve(app.fetch(new Request(`http://${HOST}${path}`, { ...init, headers })));
  };
  /** Signs a person in without a browser; what they then send carries cookie and CSRF token. */
  const enter = async (persona: Persona): Promise<Entered> => {
    const { id: personId } = PEOPLE[persona];
    const method = "login-link" as const;
    const started = await signIn(ctx, { personId, method, endsSessionId: undefined });
    assert(started.ok, "a person of the fixture signs in");
    const prefix = settings.origin?.startsWith("https:") ? "__Host-" : "";
    const cookie = `${prefix}stead_session=${started.value.secret}`;
    const session = await request("/api/session", { headers: { cookie } });
    const { csrf } = z.object({ csrf: z.string() }).parse(await session.json());
    return { cookie, csrf, sessionId: started.value.sessionId };
  };
  return { ...parts, app, close, request, enter };
}
export type Fixture = Awaited<ReturnType<typeof createFixture>>;

export interface Entered {
  readonly cookie: string;
  readonly csrf: string;
  readonly sessionId: string;
}

export interface Sent {
  readonly as?: Entered | string | undefined;
  readonly method?: string;
  readonly body?: unknown;
  readonly key?: string;
}

const jsonObject = z.record(z.string(), z.unknown());

/** A request as the console or, with an API key, a program would send it. */
export async function send(
  fixture: Pick<Fixture, "request"> & { readonly ctx: Pick<Ctx, "ids"> },
  path: string,
  { as, method = "GET", body, key }: Sent,
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const headers = new Headers();
  if (typeof as === "string") headers.set("authorization", `Bearer ${as}`);
  else if (as) {
    headers.set("cookie", as.cookie);
    headers.set("stead-csrf", as.csrf);
  }
  if (body !== undefined) headers.set("content-type", "application/json");
  if (method === "POST") headers.set("idempotency-key", key ?? fixture.ctx.ids.token(24));
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fixture.request(path, init);
  const text = await response.text();
  const json = text.startsWith("{") ? jsonObject.parse(JSON.parse(text)) : { text };
  return { status: response.status, body: json, headers: response.headers };
}
