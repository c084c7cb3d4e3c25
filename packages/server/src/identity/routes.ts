// Endpoints of people, groups and keys.
import type { Handlers } from "../lib/handler.ts";
import { ok } from "../lib/result.ts";
import type { IdentityCtx } from "./context.ts";
import { keyView, makeKey } from "./key/make.ts";
import { listKeys } from "./key/queries.ts";
import { revoke } from "./key/revoke.ts";
import { getPerson, searchPeople } from "./person.ts";
import { listGroups } from "./queries.ts";

type Names = "key.list" | "key.create" | "key.revoke" | "person.list" | "person.get" | "group.list";

export function identityRoutes(ctx: IdentityCtx): Pick<Handlers, Names> {
  return {
    "key.list": async ({ principal: { personId } }) => {
      const rows = await listKeys(ctx, { personId, nowMs: ctx.clock.now() });
      return ok({ items: rows.map(keyView), next: null });
    },
    "key.create": ({ principal, idempotencyKey }, { body }) =>
      makeKey(ctx, { principal, idempotencyKey, ...body }),
    "key.revoke": async ({ principal }, { params: { keyId } }) => {
      const done = await revoke(ctx, { keyId, principal });
      return done.ok ? ok({}) : done;
    },
    "person.list": (_asker, { query }) => searchPeople(ctx, query),
    "person.get": (_asker, { params }) => getPerson(ctx, params.personId),
    "group.list": async () => ok({ items: await listGroups(ctx), next: null }),
  };
}
