// Where secrets of sources stand sealed, and what each is bound to: for rotating the key that wraps them.
import { text, type PlaceRow, type SealedPlace } from "../../egress/rotation/place.ts";
import { vaultBindings } from "../../egress/vault.ts";
import type { Ctx } from "../../store/context.ts";
import { selectSources } from "../source/queries.ts";
import { watchBinding } from "../sync/push/watch.ts";
import { bindingOf, otherBinding, type Place } from "./secret.ts";

export function sourcePlaces(ctx: Pick<Ctx, "db" | "orgId">): SealedPlace[] {
  const { orgId } = ctx;
  const bound =
    (bindings: (row: PlaceRow, place: Place) => string) =>
    async (rows: readonly PlaceRow[]): Promise<(string | undefined)[]> => {
      if (rows.length === 0) return [];
      const connectors = new Map((await selectSources(ctx)).map((row) => [row.id, row.connector]));
      return rows.map((row) => {
        const sourceId = text(row, "source_id");
        const connector = connectors.get(sourceId);
        return connector && bindings(row, { orgId, sourceId, connector });
      });
    };
  return [
    {
      name: "connection",
      table: "connection",
      key: ["id"],
      bindings: bound((row, place) => {
        const own = { id: text(row, "id"), personId: text(row, "person_id") };
        return vaultBindings(bindingOf(place, { ...own, version: Number(row["version"]) }));
      }),
    },
    {
      name: "oauth_app",
      table: "oauth_app",
      key: ["source_id", "purpose"],
      bindings: bound((row, place) => {
        const purpose = row["purpose"] === "crawl" ? "crawl" : "acting";
        return vaultBindings(otherBinding(place, purpose, text(row, "client_id")));
      }),
    },
    {
      name: "oauth_attempt",
      table: "oauth_attempt",
      key: ["state_hash"],
      bindings: bound((row, place) =>
        vaultBindings(otherBinding(place, "attempt", text(row, "state_hash"))),
      ),
    },
    {
      name: "push_watch",
      table: "push_watch",
      key: ["source_id"],
      bindings: async (rows) =>
        rows.map((row) => vaultBindings(watchBinding({ orgId, sourceId: text(row, "source_id") }))),
    },
  ];
}
