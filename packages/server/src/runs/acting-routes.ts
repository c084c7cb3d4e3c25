// Endpoints of what is done in somebody's name: consenting to it when it is asked for.
import type { Principal } from "@stead/protocol";
import { linkOwn } from "../knowledge/source/account.ts";
import type { SourcesCtx } from "../knowledge/source/context.ts";
import { append } from "../ledger/append.ts";
import type { Handlers } from "../lib/handler.ts";
import { ok } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import { beginConsent, consented, type ConsentPorts } from "./consent-ask.ts";
import type { McpServers } from "../tools/mcp/servers.ts";
import type { RunDeps } from "./deps.ts";
import { actingForMe } from "./mine/acting.ts";
import { revokeEndorsement } from "./mine/revoke.ts";

type Names = "consent.begin" | "endorsement.revoke" | "me.acting";

export function actingRoutes(
  runs: RunDeps,
  sources: SourcesCtx,
  mcp: McpServers,
): Pick<Handlers, Names> {
  const ports: ConsentPorts = {
    link: async (principal, sourceId, fields) => {
      const server = mcp.signed(sourceId);
      return server.ok
        ? mcp.signIn.begin(server.value, principal)
        : linkOwn(sources, { principal, sourceId, fields });
    },
    recordMisdirected: async (by, link) => {
      const data = { by: by.personId, ...link };
      const events = [{ type: "consent.misdirected", data }];
      const done = await append(sources.ledger, { stream: "audit", after: "tail", events });
      return done.ok ? ok() : done;
    },
  };
  return {
    "me.acting": ({ principal }) => actingForMe(runs, { sources, mcp }, principal),
    "endorsement.revoke": ({ principal }, { params }) =>
      revokeEndorsement(runs, principal, params.approvalId),
    "consent.begin": ({ principal }, { params, body }) =>
      beginConsent({ ...runs, ...ports }, { principal, ...params, fields: body.fields }),
  };
}

/** Told when somebody has linked an account; what can't go on now can be told to from its card. */
export function goOnAfter(runs: RunDeps): (principal: Principal) => Promise<void> {
  return async (principal) => {
    await whileAvailable(() => consented(runs, principal));
  };
}
