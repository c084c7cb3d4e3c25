// What Confluence Cloud answers, checked on its way in: only the fields that are used.
import { z } from "zod";

const links = z.object({ next: z.string().optional() }).nullish();
/** A listing of version 2, which names its next page by a cursor. */
function listing<T extends z.ZodType>(one: T) {
  return z.object({ results: z.array(one), _links: links });
}

export const spaceSchema = z.object({
  id: z.string().min(1),
  key: z.string(),
  name: z.string(),
  createdAt: z.string().optional(),
  _links: z.object({ webui: z.string().optional() }).nullish(),
});
export type WireSpace = z.output<typeof spaceSchema>;
export const spacesSchema = listing(spaceSchema);

export const permissionsSchema = listing(
  z.object({
    principal: z.object({ type: z.string(), id: z.string() }).nullish(),
    operation: z.object({ key: z.string(), targetType: z.string() }).nullish(),
  }),
);
export const roleAssignmentsSchema = listing(
  z.object({ principal: z.object({ principalType: z.string(), principalId: z.string() }) }),
);

export const contentSchema = z.object({
  id: z.string().min(1),
  status: z.string(),
  title: z.string(),
  spaceId: z.string().min(1),
  parentId: z.string().nullish(),
  parentType: z.string().nullish(),
  createdAt: z.string().optional(),
  version: z.object({ number: z.int().optional(), createdAt: z.string().optional() }).nullish(),
  _links: z.object({ webui: z.string().optional() }).nullish(),
});
export type WireContent = z.output<typeof contentSchema>;
export const contentsSchema = listing(contentSchema);
export const bodySchema = z.object({
  body: z.object({ view: z.object({ value: z.string() }) }),
});

export const attachmentSchema = z.object({
  id: z.string().min(1),
  status: z.string(),
  title: z.string(),
  pageId: z.string().nullish(),
  blogPostId: z.string().nullish(),
  mediaType: z.string().optional(),
  fileSize: z.number().optional(),
  createdAt: z.string().optional(),
  version: z.object({ number: z.int().optional(), createdAt: z.string().optional() }).nullish(),
  webuiLink: z.string().optional(),
});
export type WireAttachment = z.output<typeof attachmentSchema>;
export const attachmentsSchema = listing(attachmentSchema);

const sized = { start: z.int(), limit: z.int(), size: z.int() };
export const restrictionSchema = z.object({
  operation: z.literal("read"),
  // Absent is no statement that there are none.
  restrictions: z.object({
    user: z.object({ results: z.array(z.object({ accountId: z.string().min(1) })), ...sized }),
    group: z.object({ results: z.array(z.object({ id: z.string().min(1) })), ...sized }),
  }),
});

const groupSchema = z.object({ id: z.string().min(1), name: z.string() });
export type WireGroup = z.output<typeof groupSchema>;
export const groupsSchema = z.object({ results: z.array(groupSchema), ...sized });
export const groupByIdSchema = groupSchema;

export const userSchema = z.object({
  accountId: z.string().min(1),
  accountType: z.string().optional(),
  accountStatus: z.string().optional(),
  email: z.string().nullish(),
  displayName: z.string().nullish(),
  publicName: z.string().optional(),
});
export const membersSchema = z.object({
  results: z.array(z.object({ accountId: z.string().min(1) })),
  ...sized,
});
export const userSearchSchema = z.object({
  results: z.array(z.object({ user: userSchema.optional() })),
  ...sized,
});
export const searchSchema = z.object({
  results: z.array(
    z.object({
      content: z.object({ id: z.string().min(1), type: z.string() }).optional(),
      lastModified: z.string(),
    }),
  ),
  ...sized,
});
export const permissionCheckSchema = z.object({ hasPermission: z.boolean() });

const auditedSchema = z.object({ name: z.string().nullish(), objectType: z.string().nullish() });
export const auditSchema = z.object({
  results: z.array(
    z.object({
      creationDate: z.number(),
      summary: z.string().nullish(),
      affectedObject: auditedSchema.nullish(),
      associatedObjects: z.array(auditedSchema).nullish(),
    }),
  ),
  ...sized,
});
export type AuditRecord = z.output<typeof auditSchema>["results"][number];
