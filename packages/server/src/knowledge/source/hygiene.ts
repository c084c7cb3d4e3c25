// What is shared in a way that somebody should look at. Who may read it is as the source says all the same.
import type { EndpointReply, Endpoints } from "@stead/protocol";
import type { Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import type { Ctx } from "../../store/context.ts";
import { everyoneSensitive, orphaned, publicSensitive } from "./view/queries.ts";

type Found = EndpointReply<Endpoints["source.hygiene"]>["items"][number];

const SENSITIVE = ["phi", "pii", "secret", "financial"];

/** Of each kind at most so many. */
export async function hygieneOf(
  { ctx }: { readonly ctx: Pick<Ctx, "db" | "orgId"> },
  { sourceId, limit }: { sourceId: string | undefined; limit: number },
): Promise<Result<Found[]>> {
  const looked = { sourceId, sensitive: SENSITIVE, limit };
  return whileAvailable(async () => {
    const kinds = [publicSensitive, everyoneSensitive, orphaned];
    const found = await Promise.all(kinds.map((look) => look(ctx, looked)));
    return found.flat().map((each) => ({ ...each, classes: [...each.classes] }));
  });
}
