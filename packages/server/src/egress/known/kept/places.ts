// Where the keys of known values stand wrapped: for rotating the key that wraps them.
import { text, type SealedPlace } from "../../rotation/place.ts";
import { pageBindings } from "./page.ts";

export function knownPlaces(orgId: string): SealedPlace[] {
  return [
    {
      name: "known_page",
      table: "known_page",
      key: ["source_id", "generation", "number"],
      bindings: async (rows) =>
        rows.map((row) =>
          pageBindings({
            orgId,
            sourceId: text(row, "source_id"),
            generation: text(row, "generation"),
            number: Number(row["number"]),
          }),
        ),
    },
  ];
}
