// Who is who in a source; and, where nobody can sign in, an administrator's word for it, written down.
import type { EndpointReply, Endpoints, Principal } from "@stead/protocol";
import { linkByAdministrator, unlinkByAdministrator } from "../../access/source/links.ts";
import { personOf } from "../../identity/person.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import { record, sourceOf, type SourcesCtx } from "./context.ts";
import { sourcePeople, sourcePerson, type PersonRow } from "./view/queries.ts";

type Shown = EndpointReply<Endpoints["source.map-person"]>;

function shownPerson({ verifiedAt, ...row }: PersonRow): Shown {
  return { ...row, verifiedAt: verifiedAt?.toISOString() ?? null };
}

export async function peopleOf(
  sources: SourcesCtx,
  { sourceId, after, limit }: { sourceId: string; after: string | undefined; limit: number },
): Promise<Result<{ items: Shown[]; next: string | null }>> {
  const { ctx } = sources;
  const found = await sourceOf(sources, sourceId);
  if (!found.ok) return found;
  const at = { db: ctx.db, orgId: ctx.orgId, sourceId };
  const rows = await whileAvailable(() =>
    sourcePeople(at, { after: after ?? "", limit: limit + 1 }),
  );
  if (!rows.ok) return rows;
  const items = rows.value.slice(0, limit).map(shownPerson);
  const last = items.at(-1);
  return ok({ items, next: rows.value.length > limit && last ? last.userId : null });
}

/** Never of oneself: nobody gives themselves what another user may read. */
export async function mapPerson(
  sources: SourcesCtx,
  wish: { principal: Principal; sourceId: string; userId: string; personId: string | null },
): Promise<Result<Shown>> {
  const { ctx, host } = sources;
  const { principal, sourceId, userId, personId } = wish;
  const found = await sourceOf(sources, sourceId);
  if (!found.ok) return found;
  if (host.connectors.get(found.value.connector)?.manifest.acting.kind !== "none")
    return fail("request.invalid", "People prove who they are there by signing in themselves.");
  if (personId === principal.personId)
    return fail("policy.denied", "Nobody says of themselves who they are in a source.", {
      hint: "Ask another administrator.",
    });
  const person = personId === null ? null : await personOf(ctx, personId);
  if (person === undefined) return fail("resource.not_found", "There is no such person.");
  if (person && !person.active)
    return fail("request.invalid", `${person.name} is not active here any more.`, {
      hint: "Reactivate them first, or name somebody else.",
    });
  const at = { db: ctx.db, orgId: ctx.orgId, sourceId };
  const before = await whileAvailable(() => sourcePerson(at, userId));
  if (!before.ok) return before;
  if (!before.value) return fail("resource.not_found", "The source has no such user.");
  const data = { sourceId, userId, personId, before: before.value.personId };
  const fact = { type: "source.person-mapped" as const, by: principal, data };
  const done = await record(sources, fact, async (tx) => {
    if (personId !== null) return linkByAdministrator(ctx, tx, { sourceId, userId, personId });
    await unlinkByAdministrator(ctx, tx, { sourceId, userId });
    return ok();
  });
  if (!done.ok) return done;
  const now = await whileAvailable(() => sourcePerson(at, userId));
  if (!now.ok) return now;
  return now.value ? ok(shownPerson(now.value)) : fail("resource.not_found", "The user is gone.");
}
