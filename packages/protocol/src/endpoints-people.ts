// Endpoints of people, their roles and groups: a part of the table in endpoints.ts.
import { z } from "zod";
import { id, list, none } from "./endpoint-parts.ts";
import type { Endpoint } from "./endpoint.ts";
import {
  groupMemberSchema,
  groupNameSchema,
  groupSchema,
  newPersonSchema,
  personSchema,
  roleSchema,
} from "./principal.ts";
import { pageQuery } from "./resources.ts";

const member = id("groupId").extend({ memberId: z.string().min(1).max(80) });

export const PEOPLE_ENDPOINTS = {
  "person.list": {
    method: "GET",
    path: "/api/people",
    action: "person.list",
    summary: "People of the organisation",
    query: pageQuery.extend({
      search: z.string().max(100).optional(),
      group: z.string().max(80).optional(),
    }),
    reply: list(personSchema),
  },
  "person.get": {
    method: "GET",
    path: "/api/people/:personId",
    action: "person.get",
    summary: "A person, with groups (nested ones named with the chain)",
    params: id("personId"),
    reply: z.object({
      person: personSchema,
      groups: z.array(z.object({ id: z.string(), name: z.string(), through: z.array(z.string()) })),
    }),
  },
  "person.create": {
    method: "POST",
    path: "/api/people",
    action: "person.create",
    summary: "Add a person; they can sign in once they are invited",
    body: newPersonSchema,
    reply: personSchema,
    keyed: true,
  },
  "person.update": {
    method: "PUT",
    path: "/api/people/:personId",
    action: "person.update",
    summary: "Change a person's name, title and department",
    params: id("personId"),
    body: newPersonSchema.omit({ email: true }),
    reply: personSchema,
  },
  "person.invite": {
    method: "POST",
    path: "/api/people/:personId/invitations",
    action: "person.invite",
    summary:
      "Make a one-time sign-in link for a person; it is shown once and replaces earlier ones",
    params: id("personId"),
    reply: z.object({
      /** On this server: to be put after its address. */
      path: z.string(),
      expiresAt: z.iso.datetime(),
    }),
    keyed: true,
  },
  "person.deactivate": {
    method: "POST",
    path: "/api/people/:personId/deactivate",
    action: "person.deactivate",
    summary: "Shut a person out: sessions and keys end at once, runs before their next effect",
    params: id("personId"),
    reply: personSchema,
    keyed: true,
  },
  "person.reactivate": {
    method: "POST",
    path: "/api/people/:personId/reactivate",
    action: "person.reactivate",
    summary: "Let a person in again; they need a new invitation",
    params: id("personId"),
    reply: personSchema,
    keyed: true,
  },
  "role.grant": {
    method: "PUT",
    path: "/api/people/:personId/roles/:role",
    action: "role.grant",
    summary: "Give a person a role",
    params: id("personId").extend({ role: roleSchema }),
    reply: personSchema,
  },
  "role.revoke": {
    method: "DELETE",
    path: "/api/people/:personId/roles/:role",
    action: "role.revoke",
    summary: "Take a role from a person",
    params: id("personId").extend({ role: roleSchema }),
    reply: personSchema,
  },
  "group.list": {
    method: "GET",
    path: "/api/groups",
    action: "group.list",
    summary: "Groups",
    reply: list(groupSchema),
  },
  "group.members": {
    method: "GET",
    path: "/api/groups/:groupId/members",
    action: "group.list",
    summary: "Who and which groups are directly in a group",
    params: id("groupId"),
    query: pageQuery,
    reply: list(groupMemberSchema),
  },
  "group.create": {
    method: "POST",
    path: "/api/groups",
    action: "group.create",
    summary: "Make a group",
    body: z.object({ name: groupNameSchema }),
    reply: groupSchema,
    keyed: true,
  },
  "group.rename": {
    method: "PUT",
    path: "/api/groups/:groupId",
    action: "group.rename",
    summary: "Rename a group, unless a policy calls it by its name",
    params: id("groupId"),
    body: z.object({ name: groupNameSchema }),
    reply: groupSchema,
  },
  "group.remove": {
    method: "DELETE",
    path: "/api/groups/:groupId",
    action: "group.remove",
    summary: "Remove a group, unless a policy speaks of it",
    params: id("groupId"),
    reply: none,
  },
  "group.add-member": {
    method: "PUT",
    path: "/api/groups/:groupId/members/:memberId",
    action: "group.add-member",
    summary: "Put a person or a group into a group",
    params: member,
    reply: groupSchema,
  },
  "group.remove-member": {
    method: "DELETE",
    path: "/api/groups/:groupId/members/:memberId",
    action: "group.remove-member",
    summary: "Take a person or a group out of a group",
    params: member,
    reply: groupSchema,
  },
} as const satisfies Record<string, Endpoint>;
