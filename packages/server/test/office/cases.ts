// For each endpoint of the table a request that would succeed, if the person may; whatever the request
// needs is made before, by somebody who may.
import { join } from "node:path";
import type { EndpointName } from "@stead/protocol";
import type { LooseInput } from "@stead/sdk";
import { z } from "zod";
import { PEOPLE, send, type Entered } from "../../src/http/edge.fixture.ts";
import { makeKey } from "../../src/identity/key/make.ts";
import { principalOf } from "../../src/identity/principal.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { assert } from "../../src/lib/result.ts";
import { contractCases } from "./contract-cases.ts";
import { detectorCases } from "./detector-cases.ts";
import { sharingCases } from "./sharing-cases.ts";
import { redteamCases } from "./redteam-cases.ts";
import { DOCUMENT_ID, SPEC, type Office } from "./office.ts";
import { SEARCH_CASES, sourceCases } from "./source-cases.ts";

const MCP_SERVER = join(import.meta.dirname, "../fixtures/mcp-stdio.ts");
const idSchema = z.object({ id: z.string() });
const cardsSchema = z.object({
  items: z.array(z.object({ id: z.string(), runId: z.string(), digest: z.string() })),
});
const listSchema = z.object({ items: z.array(idSchema) });

export interface Waiting {
  readonly runId: string;
  readonly threadId: string;
  readonly approvalId: string;
  readonly digest: string;
}

/** Somebody's run that waits for Finance. */
export async function waitingRun(office: Office, asker: Entered): Promise<Waiting> {
  const body = { agentId: office.agentId, input: "Pay Acme" };
  const started = await send(office, "/api/runs", { as: asker, method: "POST", body });
  assert(started.status === 200, JSON.stringify(started.body));
  const run = z.object({ id: z.string(), threadId: z.string() }).parse(started.body);
  const approver = await office.enter("approver");
  for (let look = 0; look < 2000; look++) {
    const { items } = cardsSchema.parse(
      (await send(office, "/api/approvals", { as: approver })).body,
    );
    const card = items.find((item) => item.runId === run.id);
    const { threadId } = run;
    if (card) return { runId: run.id, threadId, approvalId: card.id, digest: card.digest };
    await systemClock.sleep(40);
  }
  const trace = await send(office, `/api/runs/${run.id}/trace`, { as: asker });
  const list = await send(office, "/api/approvals", { as: approver });
  throw new Error(`no approval: ${JSON.stringify(trace.body)} ${JSON.stringify(list.body)}`);
}

async function keyOf(office: Office): Promise<string> {
  const via = { kind: "session", sessionId: "office" } as const;
  const principal = await principalOf(office.ctx, PEOPLE.employee.id, via);
  assert(principal.ok, "the employee is there");
  const idempotencyKey = office.ctx.ids.token(16);
  const wish = { principal: principal.value, name: "k", scopes: ["run.get"], days: 1 };
  const made = await makeKey(office.stead.agents, { ...wish, idempotencyKey });
  assert(made.ok, "a key is made");
  return made.value.key.id;
}

function mcpServer(office: Office) {
  const args = ["--conditions=stead-source", MCP_SERVER];
  const name = `s${office.ctx.ids
    .token(6)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "x")}`;
  return { name, transport: { kind: "stdio", command: process.execPath, args } };
}

/** One that is connected; made again when the last request took it away. */
async function mcpServerId(office: Office): Promise<string> {
  const as = await office.enter("administrator");
  const found = listSchema.parse((await send(office, "/api/mcp-servers", { as })).body);
  if (found.items[0]) return found.items[0].id;
  const wish = { as, method: "POST", body: mcpServer(office) };
  const made = await send(office, "/api/mcp-servers", wish);
  assert(made.status === 200, JSON.stringify(made.body));
  return idSchema.parse(made.body).id;
}

const nothing = (): LooseInput => ({});

type Case = () => LooseInput | Promise<LooseInput>;

type PeopleNames = Extract<EndpointName, `group.${string}` | `role.${string}`>;
type AddingNames = "person.create" | "person.update" | "person.invite";
type StandingNames = "person.deactivate" | "person.reactivate";

/** A person and a group of their own for each request, so that none is the effect of another. */
function peopleCases(
  office: Office,
): Readonly<Record<PeopleNames | AddingNames | StandingNames, Case>> {
  const newcomer = (): { name: string; email: string } => ({
    name: "New Comer",
    email: `${office.ctx.ids.token(9)}@example.org`,
  });
  const make = async (path: string, body: object): Promise<string> => {
    const as = await office.enter("administrator");
    return idSchema.parse((await send(office, path, { as, method: "POST", body })).body).id;
  };
  const personId = (): Promise<string> => make("/api/people", newcomer());
  const groupId = (): Promise<string> =>
    make("/api/groups", { name: `g ${office.ctx.ids.token(9)}` });
  const person = async (): Promise<LooseInput> => ({ params: { personId: await personId() } });
  const role = async (): Promise<LooseInput> => ({
    params: { personId: await personId(), role: "builder" },
  });
  const member = async (): Promise<LooseInput> => ({
    params: { groupId: await groupId(), memberId: await personId() },
  });
  return {
    "person.create": () => ({ body: newcomer() }),
    "person.update": async () => ({ ...(await person()), body: { name: "New Name" } }),
    "person.invite": person,
    "person.deactivate": person,
    "person.reactivate": person,
    "role.grant": role,
    "role.revoke": role,
    "group.list": nothing,
    "group.members": async () => ({ params: { groupId: await groupId() } }),
    "group.create": () => ({ body: { name: `g ${office.ctx.ids.token(9)}` } }),
    "group.rename": async () => ({
      params: { groupId: await groupId() },
      body: { name: `g ${office.ctx.ids.token(9)}` },
    }),
    "group.remove": async () => ({ params: { groupId: await groupId() } }),
    "group.add-member": member,
    "group.remove-member": member,
  };
}

function registryCases(office: Office) {
  return {
    "registry.list": nothing,
    "registry.import": () => ({
      body: {
        name: "patients",
        columns: [{ header: "name", class: "phi" }],
        csv: "name\nPetronella Castelvecchi\n",
      },
    }),
    "registry.remove": async () => {
      const as = await office.enter("administrator");
      const columns = [{ header: "name", class: "phi" }];
      const body = { name: "gone", columns, csv: "name\nPetronella Castelvecchi\n" };
      const made = await send(office, "/api/registry", { as, method: "POST", body });
      return { params: z.object({ sourceId: z.string() }).parse(made.body) };
    },
    "registry.feeds": nothing,
    "registry.suggest": () => ({ params: { sourceId: "src_none" } }),
    "registry.feed": () => ({
      params: { sourceId: "src_none" },
      body: { lists: [{ from: "crm.customer", fields: [{ field: "mail", class: "pii" }] }] },
    }),
    "registry.directory": nothing,
    "registry.try": () => ({ body: { text: "Petronella Castelvecchi" } }),
  };
}

function agentCases(agentId: string) {
  const agent = (): LooseInput => ({ params: { agentId }, body: SPEC });
  const owner = { kind: "person", id: PEOPLE.builder.id };
  return {
    "agent.principal": agent,
    "agent.appoint": () => ({ params: { agentId }, body: { owner, groups: [] } }),
    "agent.withdraw": () => ({ params: { agentId } }),
    "agent-principal.list": nothing,
    "mcp-account.link": () => ({ params: { serverId: "mcp_none" } }),
    "mcp-account.unlink": () => ({ params: { serverId: "mcp_none" } }),
    "mcp-account.callback": () => ({ query: { state: "none" } }),
    "mcp-server.register": () => ({
      params: { serverId: "mcp_none" },
      body: { clientId: "stead" },
    }),
    "mcp-client.get": nothing,
    "agent.list": nothing,
    "agent.get": agent,
    "agent.create": () => ({ body: SPEC }),
    "agent.update": agent,
    "agent.publish": () => ({ params: { agentId }, body: { note: "" } }),
    "agent.versions": agent,
    "agent.share": () => ({ params: { agentId }, body: { usableBy: ["grp_support"] } }),
  };
}

function destinationCases(office: Office) {
  return {
    "destination.list": nothing,
    "destination.save": () => ({ body: { id: "model.example", rules: { phi: "placeholder" } } }),
    "destination.remove": async () => {
      const as = await office.enter("administrator");
      const body = { id: "gone.example", rules: {} };
      await send(office, "/api/destinations", { as, method: "POST", body });
      return { params: { destinationId: "gone.example" } };
    },
  };
}

const EGRESS_CASES = {
  "egress.destinations": nothing,
  "egress.log": nothing,
  "egress.ungated": nothing,
} as const satisfies Readonly<Record<string, Case>>;

/** `run` is one that stays; acts on runs get a fresh one each time. */
export function casesOf(office: Office, run: Waiting): Readonly<Record<EndpointName, Case>> {
  const { agentId } = office;
  const ofRun = (): LooseInput => ({ params: { runId: run.runId } });
  const fresh = async (): Promise<Waiting> => waitingRun(office, await office.enter("employee"));
  return {
    "health.get": nothing,
    "acting-key.list": nothing,
    "session.get": nothing,
    "session.end": nothing,
    "consent.begin": () => ({ params: { approvalId: "apr_none" }, body: {} }),
    "me.acting": nothing,
    "vault.get": nothing,
    "vault.rotate": nothing,
    "key.list": nothing,
    "key.create": () => ({ body: { name: "k", scopes: ["run.get"], days: 1 } }),
    "key.revoke": async () => ({ params: { keyId: await keyOf(office) } }),
    "person.list": nothing,
    "person.get": () => ({ params: { personId: PEOPLE.employee.id } }),
    ...peopleCases(office),
    ...agentCases(agentId),
    "tool.list": nothing,
    ...registryCases(office),
    ...destinationCases(office),
    "mcp-server.list": nothing,
    "mcp-server.create": () => ({ body: mcpServer(office) }),
    "mcp-server.refresh": async () => ({ params: { serverId: await mcpServerId(office) } }),
    "mcp-server.delete": async () => ({ params: { serverId: await mcpServerId(office) } }),
    ...contractCases(office, () => mcpServerId(office)),
    "model.list": nothing,
    "thread.list": nothing,
    "thread.get": () => ({ params: { threadId: run.threadId } }),
    "run.start": () => ({ body: { agentId, input: "Pay Acme" } }),
    "run.list": nothing,
    "run.get": ofRun,
    "run.trace": ofRun,
    "run.stream": ofRun,
    "run.cancel": async () => ({ params: { runId: (await fresh()).runId } }),
    "approval.list": nothing,
    "approval.answer": async () => {
      const { approvalId, digest } = await fresh();
      return { params: { approvalId }, body: { answer: "approved", digest, note: "" } };
    },
    ...sharingCases(run),
    "policy.list": nothing,
    "policy.try": () => ({
      body: {
        personId: PEOPLE.employee.id,
        agentId,
        tool: "payment.make",
        arguments: { amountCents: 900, to: "Acme" },
      },
    }),
    "ledger.search": nothing,
    "ledger.bodies": () => ({ params: { stream: run.runId, seq: 1 } }),
    "ledger.verify": nothing,
    "ledger.checkpoints": nothing,
    "ledger.export": nothing,
    "document.list": nothing,
    "document.search": () => ({ query: { query: "support" } }),
    "document.get": () => ({ params: { documentId: DOCUMENT_ID } }),
    "document.why": () => ({ params: { documentId: DOCUMENT_ID } }),
    ...SEARCH_CASES,
    ...sourceCases(office),
    ...EGRESS_CASES,
    ...detectorCases(office),
    ...redteamCases(office),
    "report.non-egress": () => ({ body: REPORT }),
  };
}

const REPORT = {
  class: "phi",
  destination: "model.example:443",
  from: "2026-01-01T00:00:00.000Z",
  to: "2026-02-01T00:00:00.000Z",
};
