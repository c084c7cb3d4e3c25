// Endpoints of agents.
import type { Handlers } from "../lib/handler.ts";
import { ok } from "../lib/result.ts";
import { appointAgent, principalView, servicePrincipals, withdrawAgent } from "./appoint.ts";
import type { AgentsCtx } from "./context.ts";
import { createAgent, updateAgent } from "./draft.ts";
import { publishAgent } from "./publish.ts";
import { shareAgent } from "./share.ts";
import { versionsOf } from "./version.ts";
import { agentsOf, getAgent } from "./view.ts";

type Names =
  | "agent.list"
  | "agent.get"
  | "agent.create"
  | "agent.update"
  | "agent.publish"
  | "agent.versions"
  | "agent.share"
  | "agent.principal"
  | "agent.appoint"
  | "agent.withdraw"
  | "agent-principal.list";

export function agentRoutes(ctx: AgentsCtx): Pick<Handlers, Names> {
  return {
    "agent.list": async ({ principal }) =>
      ok({ items: await agentsOf(ctx, principal), next: null }),
    "agent.get": ({ principal }, { params }) => getAgent(ctx, { principal, ...params }),
    "agent.create": ({ principal, idempotencyKey }, { body: spec }) =>
      createAgent(ctx, { principal, spec, idempotencyKey }),
    "agent.update": ({ principal }, { params, body: spec }) =>
      updateAgent(ctx, { principal, ...params, spec }),
    "agent.publish": ({ principal, idempotencyKey }, { params, body }) =>
      publishAgent(ctx, { principal, idempotencyKey, ...params, ...body }),
    "agent.versions": async ({ principal }, { params }) => {
      const versions = await versionsOf(ctx, { principal, ...params });
      return versions.ok ? ok({ items: versions.value, next: null }) : versions;
    },
    "agent.principal": ({ principal }, { params }) => principalView(ctx, { principal, ...params }),
    "agent.appoint": ({ principal }, { params, body }) =>
      appointAgent(ctx, { principal, ...params, ...body }),
    "agent.withdraw": ({ principal }, { params }) => withdrawAgent(ctx, { principal, ...params }),
    "agent-principal.list": async ({ principal }) =>
      ok({ items: await servicePrincipals(ctx, principal), next: null }),
    "agent.share": ({ principal }, { params, body }) =>
      shareAgent(ctx, { principal, ...params, ...body }),
  };
}
