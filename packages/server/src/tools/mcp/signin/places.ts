// Where grants at MCP servers stand sealed, and what each is bound to: for rotating the key that wraps them.
import { text, type SealedPlace } from "../../../egress/rotation/place.ts";
import { vaultBindings } from "../../../egress/vault.ts";
import { accountBinding, otherBinding } from "./grant.ts";

export function signInPlaces(orgId: string): SealedPlace[] {
  return [
    {
      name: "mcp_account",
      table: "mcp_account",
      key: ["id"],
      bindings: async (rows) =>
        rows.map((row) => {
          const own = { id: text(row, "id"), personId: text(row, "person_id") };
          const owned = { orgId, serverId: text(row, "server_id") };
          const version = Number(row["version"]);
          return vaultBindings(accountBinding(owned, { ...own, version }));
        }),
    },
    {
      name: "mcp_client",
      table: "mcp_client",
      key: ["server_id"],
      bindings: async (rows) =>
        rows.map((row) => {
          const owned = { orgId, serverId: text(row, "server_id") };
          return vaultBindings(otherBinding(owned, "client", text(row, "client_id")));
        }),
    },
    {
      name: "mcp_attempt",
      table: "mcp_attempt",
      key: ["state_hash"],
      bindings: async (rows) =>
        rows.map((row) => {
          const owned = { orgId, serverId: text(row, "server_id") };
          return vaultBindings(otherBinding(owned, "attempt", text(row, "state_hash")));
        }),
    },
  ];
}
