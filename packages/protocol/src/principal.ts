// Who: a person with groups and roles, and through what they were recognised.
import { z } from "zod";

export const ROLES = ["employee", "builder", "administrator", "auditor"] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

export const principalSchema = z.object({
  orgId: z.string(),
  personId: z.string(),
  name: z.string(),
  email: z.string(),
  department: z.string(),
  title: z.string(),
  /** Ids of every group that the person is in, nested ones included. */
  groups: z.array(z.string()),
  roles: z.array(roleSchema),
  via: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("session"), sessionId: z.string() }),
    z.object({ kind: z.literal("key"), keyId: z.string(), scopes: z.array(z.string()) }),
    z.object({ kind: z.literal("run"), runId: z.string() }),
  ]),
});
export type Principal = z.infer<typeof principalSchema>;

export const personSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  department: z.string(),
  title: z.string(),
  managerId: z.string().nullable(),
  roles: z.array(roleSchema),
  active: z.boolean(),
});
export type Person = z.infer<typeof personSchema>;

export const groupSchema = z.object({
  id: z.string(),
  name: z.string(),
  parentIds: z.array(z.string()),
  memberCount: z.number(),
});
export type Group = z.infer<typeof groupSchema>;

/** Neither an id nor a role: policies call groups by any of the three. */
export const groupNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^(?!grp_|role:)[^\p{C}"\\]+$/u, "no quotes, no backslash, and not like an id or a role");

export const groupMemberSchema = z.object({
  kind: z.enum(["person", "group"]),
  id: z.string(),
  name: z.string(),
});
export type GroupMember = z.infer<typeof groupMemberSchema>;

const line = z
  .string()
  .trim()
  .max(100)
  .regex(/^\P{C}*$/u, "one line of text");

export const newPersonSchema = z.object({
  name: line.min(1),
  email: z.email().max(200),
  title: line.default(""),
  department: line.default(""),
});
export type NewPersonBody = z.infer<typeof newPersonSchema>;
