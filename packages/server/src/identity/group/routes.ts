// Endpoints of groups.
import type { Handlers } from "../../lib/handler.ts";
import { ok } from "../../lib/result.ts";
import type { IdentityCtx } from "../context.ts";
import type { RightsPort } from "../port.ts";
import { listGroups } from "../queries.ts";
import { makeGroup, removeGroup, renameGroup } from "./keep.ts";
import { addMember, membersOf, removeMember } from "./member.ts";

type Names =
  | "group.list"
  | "group.members"
  | "group.create"
  | "group.rename"
  | "group.remove"
  | "group.add-member"
  | "group.remove-member";

export function groupRoutes(ctx: IdentityCtx, port: RightsPort): Pick<Handlers, Names> {
  return {
    "group.list": async () => ok({ items: await listGroups(ctx), next: null }),
    "group.members": (_asker, { params, query }) => membersOf(ctx, { ...params, ...query }),
    "group.create": ({ principal, idempotencyKey }, { body }) =>
      makeGroup(ctx, port, { principal, idempotencyKey, ...body }),
    "group.rename": ({ principal }, { params, body }) =>
      renameGroup(ctx, port, { principal, ...params, ...body }),
    "group.remove": async ({ principal }, { params }) => {
      const done = await removeGroup(ctx, port, { principal, ...params });
      return done.ok ? ok({}) : done;
    },
    "group.add-member": ({ principal }, { params }) =>
      addMember(ctx, port, { principal, ...params }),
    "group.remove-member": ({ principal }, { params }) =>
      removeMember(ctx, { principal, ...params }),
  };
}
