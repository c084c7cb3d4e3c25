// Who may read a page: the space's permission, its own restriction, and that of everything it is under.
import { NO_READER, type AccessRule } from "@stead/sdk";
import { z } from "zod";
import { after, ask, everyPage, everyStart, isItsOwn, type ConfluenceSource } from "./api.ts";
import { permissionsSchema, restrictionSchema, roleAssignmentsSchema } from "./wire.ts";

const readerSchema = z.strictObject({ kind: z.enum(["user", "group"]), id: z.string().min(1) });
type Reader = z.output<typeof readerSchema>;

export const accessSchema = z.discriminatedUnion("of", [
  z.strictObject({
    of: z.literal("space"),
    /** False: its permissions were not shown whole. */
    known: z.boolean(),
    anonymous: z.boolean(),
    readers: z.array(readerSchema),
  }),
  z.strictObject({
    of: z.literal("content"),
    /** False: its restriction was not shown whole. That is no statement that there is none. */
    known: z.boolean(),
    /** None listed is no restriction: then only what it is in decides. */
    readers: z.array(readerSchema),
  }),
  /** Its page's rule is its own. */
  z.strictObject({ of: z.literal("attachment") }),
]);
export type ConfluenceAccess = z.output<typeof accessSchema>;

/** `above` nearest first; a restriction further up is never lifted by one below it. */
export function readers(own: ConfluenceAccess, above: readonly ConfluenceAccess[]): AccessRule {
  const places = [own, ...above];
  // An attachment is in a page, and everything is in one space.
  const isWhole = places.every(
    ({ of }, at) =>
      (of === "space") === (at === places.length - 1) && (of !== "attachment" || at === 0),
  );
  if (!isWhole) return NO_READER;
  const rules: AccessRule[] = [];
  for (const place of places) {
    if (place.of === "attachment") continue;
    if (!place.known) return NO_READER;
    if (place.of === "content" && place.readers.length === 0) continue;
    if (place.of === "space" && place.anonymous) rules.push("public");
    else rules.push({ any: place.readers.map(ruleOf) });
  }
  return { all: rules };
}

function ruleOf({ kind, id }: Reader): AccessRule {
  return kind === "user" ? { user: id } : { group: id };
}

export async function spaceAccess(source: ConfluenceSource, id: string): Promise<ConfluenceAccess> {
  const path = `api/v2/spaces/${encodeURIComponent(id)}`;
  try {
    const all = await everyPage(source, permissionsSchema, `${path}/permissions`);
    const found = new Map<string, Reader>();
    for (const { principal, operation } of all) {
      if (operation?.key !== "read" || operation.targetType !== "space") continue;
      // Any other kind of principal adds nobody: who it stands for is not told.
      if (principal?.type !== "user" && principal?.type !== "group") continue;
      found.set(`${principal.type} ${principal.id}`, { kind: principal.type, id: principal.id });
    }
    const anonymous = source.settings.anonymous && (await isAnonymous(source, path));
    return { of: "space", known: true, anonymous, readers: [...found.values()] };
  } catch (error) {
    if (!isItsOwn(error)) throw error;
    return { of: "space", known: false, anonymous: false, readers: [] };
  }
}

async function isAnonymous(source: ConfluenceSource, path: string): Promise<boolean> {
  const all = await everyPage(source, roleAssignmentsSchema, `${path}/role-assignments`);
  return all.some(
    ({ principal }) =>
      principal.principalType === "ACCESS_CLASS" && principal.principalId === "anonymous-users",
  );
}

const PAGE = 200;

/** Its own alone: the API shows no inherited restriction, so each ancestor is asked for its own. */
export async function contentAccess(
  source: ConfluenceSource,
  id: string,
): Promise<ConfluenceAccess> {
  try {
    const found = await everyStart(async (start) => {
      const { restrictions } = await ask(source, restrictionSchema, {
        url: `rest/api/content/${encodeURIComponent(id)}/restriction/byOperation/read`,
        query: { expand: "restrictions.user,restrictions.group", start, limit: PAGE },
      });
      const { user, group } = restrictions;
      const nexts = [after(user, start), after(group, start)].filter((next) => next !== null);
      // Both lists go on from one start: from the earlier one nothing is passed over.
      return {
        found: [
          ...user.results.map((one) => ({ kind: "user" as const, id: one.accountId })),
          ...group.results.map((one) => ({ kind: "group" as const, id: one.id })),
        ],
        next: nexts.length === 0 ? null : Math.min(...nexts),
      };
    });
    const unique = new Map(found.map((one) => [`${one.kind} ${one.id}`, one]));
    return { of: "content", known: true, readers: [...unique.values()] };
  } catch (error) {
    if (!isItsOwn(error)) throw error;
    return { of: "content", known: false, readers: [] };
  }
}
