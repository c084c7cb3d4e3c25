// Endpoints of people, groups and keys.
import type { Handlers } from "../lib/handler.ts";
import { ok } from "../lib/result.ts";
import type { IdentityCtx } from "./context.ts";
import { groupRoutes } from "./group/routes.ts";
import { keyView, makeKey } from "./key/make.ts";
import { listKeys } from "./key/queries.ts";
import { revoke } from "./key/revoke.ts";
import { peopleRoutes } from "./people/routes.ts";
import type { IdentityPorts } from "./port.ts";

type KeyNames = "key.list" | "key.create" | "key.revoke";
type Names =
  | KeyNames
  | keyof ReturnType<typeof groupRoutes>
  | keyof ReturnType<typeof peopleRoutes>;

export function identityRoutes(ctx: IdentityCtx, port: IdentityPorts): Pick<Handlers, Names> {
  return { ...keyRoutes(ctx), ...peopleRoutes(ctx, port), ...groupRoutes(ctx, port) };
}

function keyRoutes(ctx: IdentityCtx): Pick<Handlers, KeyNames> {
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
  };
}
