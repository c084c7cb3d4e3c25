// The vendor's published contract, as confluence.js generates it from Atlassian's OpenAPI files.
import * as v1 from "confluence.js/v1";
import * as v2 from "confluence.js/v2";
import type { z } from "zod";

const V2 = "/wiki/api/v2";
const V1 = "/wiki/rest/api";
const CONTRACT: readonly (readonly [RegExp, z.ZodType])[] = [
  [new RegExp(`^${V2}/spaces$`), v2.SpacesSchema],
  [new RegExp(`^${V2}/spaces/[^/]+$`), v2.SpaceSchema],
  [new RegExp(`^${V2}/spaces/[^/]+/permissions$`), v2.SpacePermissionsAssignmentsSchema],
  [new RegExp(`^${V2}/spaces/[^/]+/role-assignments$`), v2.SpaceRoleAssignmentsGetSchema],
  [new RegExp(`^${V2}/spaces/[^/]+/pages$`), v2.PagesInSpaceSchema],
  [new RegExp(`^${V2}/spaces/[^/]+/blogposts$`), v2.BlogPostsInSpaceSchema],
  [new RegExp(`^${V2}/pages/[^/]+$`), v2.PageSchema],
  [new RegExp(`^${V2}/blogposts/[^/]+$`), v2.BlogPostSchema],
  [new RegExp(`^${V2}/folders/[^/]+$`), v2.FolderSchema],
  [new RegExp(`^${V2}/whiteboards/[^/]+$`), v2.WhiteboardSchema],
  [new RegExp(`^${V2}/databases/[^/]+$`), v2.DatabaseSchema],
  [new RegExp(`^${V2}/attachments/[^/]+$`), v2.AttachmentSchema],
  [new RegExp(`^${V2}/pages/[^/]+/attachments$`), v2.PageAttachmentsSchema],
  [new RegExp(`^${V2}/blogposts/[^/]+/attachments$`), v2.BlogpostAttachmentsSchema],
  [new RegExp(`^${V1}/content/[^/]+/restriction/byOperation/read$`), v1.ContentRestrictionSchema],
  [new RegExp(`^${V1}/content/[^/]+/permission/check$`), v1.PermissionCheckResponseSchema],
  [new RegExp(`^${V1}/audit$`), v1.AuditRecordArraySchema],
  [new RegExp(`^${V1}/group$`), v1.GroupArrayWithLinksSchema],
  [new RegExp(`^${V1}/group/by-id$`), v1.GroupSchema],
  [new RegExp(`^${V1}/group/[^/]+/membersByGroupId$`), v1.UserArraySchema],
  [new RegExp(`^${V1}/search/user$`), v1.SearchPageResponseSearchResultSchema],
  [new RegExp(`^${V1}/search$`), v1.SearchPageResponseSearchResultSchema],
  [new RegExp(`^${V1}/user/current$`), v1.UserSchema],
];

/** Throws when the vendor has no such address, or answers it in another form. */
export function hold(path: string, answer: unknown): void {
  const found = CONTRACT.find(([address]) => address.test(path));
  if (found === undefined) throw new Error(`Confluence has no ${path}`);
  const read = found[1].safeParse(answer);
  if (!read.success)
    throw new Error(`Confluence does not answer ${path} so: ${read.error.message}`);
}
