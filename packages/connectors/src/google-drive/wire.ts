// What Google answers, checked on its way in: only the fields that are used.
import { z } from "zod";

const permissionSchema = z.object({
  id: z.string(),
  type: z.string(),
  role: z.string(),
  domain: z.string().optional(),
  allowFileDiscovery: z.boolean().optional(),
  deleted: z.boolean().optional(),
  view: z.string().optional(),
  permissionDetails: z
    .array(z.object({ inherited: z.boolean().optional(), role: z.string().optional() }))
    .optional(),
});
export type WirePermission = z.output<typeof permissionSchema>;

export const fileSchema = z.object({
  id: z.string(),
  name: z.string(),
  mimeType: z.string(),
  parents: z.array(z.string()).optional(),
  driveId: z.string().optional(),
  modifiedTime: z.string(),
  version: z.string().optional(),
  headRevisionId: z.string().optional(),
  md5Checksum: z.string().optional(),
  size: z.string().optional(),
  webViewLink: z.string().optional(),
  trashed: z.boolean().optional(),
  ownedByMe: z.boolean().optional(),
  owners: z.array(z.object({ emailAddress: z.string().optional() })).optional(),
  inheritedPermissionsDisabled: z.boolean().optional(),
  hasAugmentedPermissions: z.boolean().optional(),
  permissions: z.array(permissionSchema).optional(),
});
export type WireFile = z.output<typeof fileSchema>;

export const FILE_FIELDS =
  "id,name,mimeType,parents,driveId,modifiedTime,version,headRevisionId,md5Checksum,size," +
  "webViewLink,trashed,ownedByMe,owners(emailAddress),inheritedPermissionsDisabled," +
  "hasAugmentedPermissions,permissions(id,type,role,domain,allowFileDiscovery,deleted,view," +
  "permissionDetails)";

const token = z.string().optional();
export const filesSchema = z.object({
  nextPageToken: token,
  files: z.array(fileSchema).default([]),
});
export const permissionsSchema = z.object({
  nextPageToken: token,
  permissions: z
    .array(permissionSchema.extend({ emailAddress: z.string().optional() }))
    .default([]),
});
export const driveSchema = z.object({ id: z.string(), name: z.string() });
export const drivesSchema = z.object({
  nextPageToken: token,
  drives: z.array(driveSchema).default([]),
});
export const changesSchema = z.object({
  nextPageToken: token,
  newStartPageToken: token,
  changes: z
    .array(
      z.object({
        changeType: z.string().optional(),
        removed: z.boolean().optional(),
        fileId: z.string().optional(),
        driveId: z.string().optional(),
        file: fileSchema.optional(),
      }),
    )
    .default([]),
});
export const startSchema = z.object({ startPageToken: z.string() });
export const channelSchema = z.object({
  id: z.string(),
  resourceId: z.string(),
  /** Milliseconds since 1970. */
  expiration: z.string().regex(/^\d{1,15}$/),
});
export const permissionIdSchema = z.object({ id: z.string() });

export const usersSchema = z.object({
  nextPageToken: token,
  users: z
    .array(
      z.object({
        id: z.string(),
        primaryEmail: z.string(),
        name: z.object({ fullName: z.string().optional() }).optional(),
        suspended: z.boolean().optional(),
        archived: z.boolean().optional(),
      }),
    )
    .default([]),
});
export const groupSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string().optional(),
});
export const groupsSchema = z.object({
  nextPageToken: token,
  groups: z.array(groupSchema).default([]),
});
export const membersSchema = z.object({
  nextPageToken: token,
  members: z
    .array(z.object({ id: z.string().optional(), email: z.string().optional(), type: z.string() }))
    .default([]),
});
