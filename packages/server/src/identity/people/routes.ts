// Endpoints of people and their roles.
import type { Handlers } from "../../lib/handler.ts";
import type { IdentityCtx } from "../context.ts";
import { getPerson, searchPeople } from "../person.ts";
import type { IdentityPorts } from "../port.ts";
import { addOne, updateOne } from "./add.ts";
import { invite } from "./invite.ts";
import { grantRole, revokeRole } from "./role.ts";
import { deactivate, reactivate } from "./standing.ts";

type Names =
  | "person.list"
  | "person.get"
  | "person.create"
  | "person.update"
  | "person.invite"
  | "person.deactivate"
  | "person.reactivate"
  | "role.grant"
  | "role.revoke";

export function peopleRoutes(ctx: IdentityCtx, port: IdentityPorts): Pick<Handlers, Names> {
  return {
    "person.list": (_asker, { query }) => searchPeople(ctx, query),
    "person.get": (_asker, { params }) => getPerson(ctx, params.personId),
    "person.create": ({ principal, idempotencyKey }, { body }) =>
      addOne(ctx, { principal, idempotencyKey, ...body }),
    "person.update": ({ principal }, { params, body }) =>
      updateOne(ctx, { principal, ...params, ...body }),
    "person.invite": ({ principal, idempotencyKey }, { params }) =>
      invite(ctx, port, { principal, idempotencyKey, ...params }),
    "person.deactivate": ({ principal }, { params }) =>
      deactivate(ctx, port, { principal, ...params }),
    "person.reactivate": ({ principal }, { params }) => reactivate(ctx, { principal, ...params }),
    "role.grant": ({ principal }, { params }) => grantRole(ctx, port, { principal, ...params }),
    "role.revoke": ({ principal }, { params }) => revokeRole(ctx, { principal, ...params }),
  };
}
