// The account with which a person acts in a source, as far as it has come to be known; no secret is opened.
import { userOfPerson } from "../../access/source/links.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import { selectConnection } from "../connection/queries.ts";
import type { SourcesCtx } from "./context.ts";
import { selectSource } from "./queries.ts";

/** With what a call acts where it goes: an account there, or whose consent to one is missing. */
export type Account =
  | {
      readonly kind: "there";
      /** The source or the server, by its name. */
      readonly where: string;
      readonly name: string;
      /** Of the consent; 0 where none had to be given. */
      readonly sinceMs: number;
    }
  | { readonly kind: "missing"; readonly sourceId: string; readonly where: string };

export interface Own {
  readonly sourceId: string;
  readonly personId: string;
}

export async function actingAccount(
  { ctx, host }: Pick<SourcesCtx, "ctx" | "host">,
  { sourceId, personId }: Own,
): Promise<Result<Account>> {
  const looked = await whileAvailable(async () => {
    const row = await selectSource(ctx, sourceId);
    const acting = row && host.connectors.get(row.connector)?.manifest.acting;
    if (!row || !acting) return fail("resource.not_found", "There is no such source.");
    const where = row.name;
    const linked = await userOfPerson(ctx, { sourceId, personId });
    // The connection is the crawl's, and acts as whom they are linked to: there is nothing to consent to.
    if (acting.kind === "none")
      return ok({ kind: "there" as const, where, name: linked ?? "", sinceMs: 0 });
    const own = await selectConnection({ db: ctx.db, orgId: ctx.orgId, sourceId }, personId);
    if (own?.state !== "good") return ok({ kind: "missing" as const, sourceId, where });
    const name = own.userId || (linked ?? "");
    return ok({ kind: "there" as const, where, name, sinceMs: own.createdAt.getTime() });
  });
  return looked.ok ? looked.value : looked;
}
