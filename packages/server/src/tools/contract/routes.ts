// Endpoints of contracts for tools of MCP servers.
import type { Handlers } from "../../lib/handler.ts";
import { ok } from "../../lib/result.ts";
import type { McpServers } from "../mcp/servers.ts";
import { pinOf } from "./pin.ts";
import { acceptContract, saveContract } from "./review.ts";
import { listContracts, offeredBy, proposalsOf, viewContract } from "./view.ts";

type Names =
  | "contract.list"
  | "contract.get"
  | "contract.draft"
  | "contract.save"
  | "contract.accept";

export function contractRoutes(servers: McpServers): Pick<Handlers, Names> {
  return {
    "contract.list": async () => {
      const items = await listContracts(servers);
      return items.ok ? ok({ items: items.value, next: null }) : items;
    },
    "contract.get": (_caller, { params }) => viewContract(servers, params),
    "contract.draft": async ({ principal }, { params }) => {
      const looked = await servers.look(principal, params.serverId);
      if (!looked.ok) return looked;
      const proposals = proposalsOf(looked.value);
      const items = offeredBy(looked.value).flatMap((tool) => {
        const { name } = tool;
        const proposal = proposals.get(name);
        const called = looked.value.called(name);
        return proposal ? [{ ...proposal, tool: name, name: called, offered: pinOf(tool) }] : [];
      });
      return ok({ items, next: null });
    },
    "contract.save": ({ principal }, { params, body }) =>
      saveContract(servers, principal, { ...params, ...body }),
    "contract.accept": ({ principal }, { params, body }) =>
      acceptContract(servers, principal, { ...params, ...body }),
  };
}
