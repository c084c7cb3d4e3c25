// Stead as a client of the service where one signs in to an MCP server: registered there by hand, known
// by the address of its own document, or registered when somebody signs in first.
import type { Vault } from "../../../egress/vault.ts";
import type { Ledger } from "../../../ledger/ledger.ts";
import { ok, type Result } from "../../../lib/result.ts";
import { whileAvailable } from "../../../store/available.ts";
import { openedClient, otherBinding, sealed, type Client } from "./grant.ts";
import type { Found } from "./provider.ts";
import { selectClient, upsertClient } from "./queries.ts";

export const CLIENT_PATH = "/.well-known/stead-mcp-client.json";

export interface ClientsDeps {
  readonly ledger: Ledger;
  readonly vault: Vault;
  readonly origin: string | undefined;
}

export class Clients {
  readonly #deps: ClientsDeps;

  constructor(deps: ClientsDeps) {
    this.#deps = deps;
  }

  async at(
    serverId: string,
    { issuer, metadata }: Found,
    register: () => Promise<Result<Client>>,
  ): Promise<Result<Client>> {
    const { ledger, vault, origin = "" } = this.#deps;
    const { db, orgId } = ledger;
    const kept = await whileAvailable(() => selectClient({ db, orgId, serverId }));
    if (!kept.ok) return kept;
    // What was registered with one service is shown to no other.
    if (kept.value?.issuer === issuer) {
      const binding = otherBinding({ orgId, serverId }, "client", kept.value.clientId);
      return openedClient(vault, kept.value, binding);
    }
    if (metadata.client_id_metadata_document_supported === true && origin.startsWith("https:"))
      return ok({ client_id: `${origin}${CLIENT_PATH}` });
    const made = await register();
    if (!made.ok) return made;
    const done = await this.keep(serverId, issuer, made.value);
    return done.ok ? made : done;
  }

  async keep(serverId: string, issuer: string, client: Client): Promise<Result<void>> {
    const { ledger, vault } = this.#deps;
    const { db, orgId } = ledger;
    const { client_id: clientId } = client;
    const binding = otherBinding({ orgId, serverId }, "client", clientId);
    return whileAvailable(() => {
      const row = { issuer, clientId, ...sealed(vault, client, binding) };
      return upsertClient({ db, orgId, serverId }, row);
    });
  }
}
