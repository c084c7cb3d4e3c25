// Who may read a file of Drive, from the permissions on it and on the folders that it is in.
import { NO_READER, type AccessRule } from "@stead/sdk";
import { z } from "zod";
import type { WirePermission } from "./wire.ts";

const grantSchema = z.strictObject({
  kind: z.enum(["user", "group", "domain", "anyone"]),
  /** Drive's id of the user or group, the domain's name, or nothing. */
  id: z.string(),
  /** False: whoever has the link, and search does not show it. */
  found: z.boolean(),
  /** Organizers of a shared drive pass its limited folders; an owner is named on the folder itself. */
  passes: z.boolean(),
});
type Grant = z.output<typeof grantSchema>;

export const accessSchema = z.strictObject({
  /** False: the source did not show its permissions. That is no statement that there are none. */
  known: z.boolean(),
  /** A folder of limited access: nothing is inherited through it. */
  limited: z.boolean(),
  /** Those given on this very item. */
  grants: z.array(grantSchema),
  /** Whose eyes the item was read with; the content is read with the same. */
  readAs: z.string(),
});
export type DriveAccess = z.output<typeof accessSchema>;

export function accessOf(
  permissions: readonly WirePermission[],
  item: { readonly limited: boolean; readonly readAs: string },
): DriveAccess {
  return { known: true, ...item, grants: permissions.flatMap(directGrant) };
}

export function unknownAccess(limited: boolean, readAs: string): DriveAccess {
  return { known: false, limited, readAs, grants: [] };
}

/** Inherited ones are left to the folders, so that a change there takes force below at once. */
function directGrant(permission: WirePermission): Grant[] {
  const { type, permissionDetails: details, role } = permission;
  // A view shows a name or a published copy, never the content.
  if (permission.deleted === true || permission.view !== undefined) return [];
  const own = details?.filter((detail) => detail.inherited !== true);
  if (own?.length === 0) return [];
  const roles = own?.map((detail) => detail.role ?? role) ?? [role];
  const passes = roles.includes("organizer");
  if (type === "user" || type === "group") {
    return [{ kind: type, id: permission.id, found: true, passes }];
  }
  // Without a word that it may be found, it may not.
  const found = permission.allowFileDiscovery === true;
  if (type === "anyone") return [{ kind: type, id: "", found, passes: false }];
  if (type !== "domain" || permission.domain === undefined) return [];
  return [{ kind: type, id: permission.domain.toLowerCase(), found, passes: false }];
}

/** `above` nearest first. Rights only ever add up, so what is unknown adds nothing. */
export function readers(own: DriveAccess, above: readonly DriveAccess[]): AccessRule {
  if (!own.known) return NO_READER;
  const rules = new Map<string, AccessRule>();
  let limited = false;
  for (const place of [own, ...above]) {
    for (const grant of place.grants) {
      if (limited && !grant.passes) continue;
      rules.set(`${grant.kind} ${grant.id} ${grant.found}`, ruleOf(grant));
    }
    // Past a folder that hides its permissions it is not known what still flows down.
    if (!place.known) break;
    limited ||= place.limited;
  }
  return { any: [...rules.values()] };
}

function ruleOf(grant: Grant): AccessRule {
  if (grant.kind === "user") return { user: grant.id };
  if (grant.kind === "group") return { group: grant.id };
  if (grant.kind === "anyone") return grant.found ? "public" : "link";
  // Only that domain's members, and by link alone unless it says that they may find it.
  const members: AccessRule = { domain: grant.id };
  return grant.found ? members : { all: [members, "link"] };
}
