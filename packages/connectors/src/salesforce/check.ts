// May this user read these records now? Record, object and every indexed field, each as Salesforce says it.
import { SourceError, type Answer } from "@stead/sdk";
import { z } from "zod";
import {
  listOf,
  query,
  quoted,
  split,
  type SalesforceObject,
  type SalesforceSource,
} from "./api.ts";
import { ID, idSchema, nameSchema } from "./wire.ts";

/** What Salesforce answers at once; a longer list it would refuse. */
const AT_ONCE = 200;

const accessSchema = z.looseObject({ RecordId: idSchema, HasReadAccess: z.boolean() });
const activeSchema = z.looseObject({ IsActive: z.boolean() });
const objectSchema = z.looseObject({ SobjectType: nameSchema });
const fieldSchema = z.looseObject({ Field: z.string() });

/** An id without an answer stays unknown; a question that fails leaves its ids unknown, never yes. */
export async function check(
  source: SalesforceSource,
  user: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  if (!ID.test(user)) return answers;
  const asked = [...new Set(ids)].flatMap((id) => {
    const named = split(source, id);
    return named === null ? [] : [{ id, ...named }];
  });
  if (asked.length === 0) return answers;
  const open = await orUnknown(() =>
    openObjects(source, user, [...new Set(asked.map((one) => one.object))]),
  );
  if (open === null) return answers;
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const batch = asked.slice(from, from + AT_ONCE);
    // oxlint-disable-next-line no-await-in-loop -- one after the other, within the limits
    const told = await orUnknown(() =>
      recordsOf(
        source,
        user,
        batch.map(({ own }) => own),
      ),
    );
    if (told === null) continue;
    for (const { id, own, object } of batch) {
      const may = told.get(key(own));
      // Records that the crawl identity does not see are left out of the answer.
      if (may !== undefined) answers.set(id, may && open.has(object.name) ? "yes" : "no");
    }
  }
  return answers;
}

/** Ids come with 15 or with 18 characters; the first 15 say which one, with their case. */
function key(id: string): string {
  return id.slice(0, 15);
}

async function recordsOf(
  source: SalesforceSource,
  user: string,
  ids: readonly string[],
): Promise<Map<string, boolean>> {
  const soql =
    `SELECT RecordId, HasReadAccess FROM UserRecordAccess ` +
    `WHERE UserId = ${quoted(user)} AND RecordId IN ${listOf(ids)}`;
  const told = new Map<string, boolean>();
  for (const row of await query(source, accessSchema, { soql })) {
    const id = key(row.RecordId);
    // Two answers for one record that differ: the one that hides.
    told.set(id, row.HasReadAccess && told.get(id) !== false);
  }
  return told;
}

/** The objects that an active user may read, with every field of them that is indexed. */
async function openObjects(
  source: SalesforceSource,
  user: string,
  objects: readonly SalesforceObject[],
): Promise<Set<string>> {
  const [account] = await query(source, activeSchema, {
    soql: `SELECT IsActive FROM User WHERE Id = ${quoted(user)}`,
  });
  if (account?.IsActive !== true) return new Set();
  // A profile, a permission set and a group of them are assigned alike.
  const held =
    `PermissionsRead = true AND ParentId IN ` +
    `(SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = ${quoted(user)})`;
  const names = listOf(objects.map(({ name }) => name));
  const readable = await query(source, objectSchema, {
    soql: `SELECT SobjectType FROM ObjectPermissions WHERE SobjectType IN ${names} AND ${held}`,
  });
  const wanted = objects.flatMap(({ name, fields }) => fields.map((field) => `${name}.${field}`));
  const shown =
    wanted.length === 0
      ? []
      : await query(source, fieldSchema, {
          soql: `SELECT Field FROM FieldPermissions WHERE Field IN ${listOf(wanted)} AND ${held}`,
        });
  const may = new Set(readable.map(({ SobjectType: name }) => name));
  const seen = new Set(shown.map(({ Field: field }) => field));
  const open = objects.filter(
    ({ name, fields }) => may.has(name) && fields.every((field) => seen.has(`${name}.${field}`)),
  );
  return new Set(open.map(({ name }) => name));
}

/** A sign-in that is gone and a limit concern all; any other failure hides what was asked for. */
async function orUnknown<T>(question: () => Promise<T>): Promise<T | null> {
  try {
    return await question();
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    if (error.code === "reconnect" || error.code === "busy") throw error;
    return null;
  }
}
