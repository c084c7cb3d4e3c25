// What Salesforce's REST API answers, checked on its way in: only what is used.
import { z } from "zod";

export const ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;
export const idSchema = z.string().regex(ID);
/** Names of objects and fields; nothing else ever stands in a query unquoted. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*(?:__[a-z]{1,4})?$/);

export const recordSchema = z.looseObject({ Id: idSchema });
export type WireRecord = z.output<typeof recordSchema>;

export const querySchema = z.object({
  done: z.boolean(),
  nextRecordsUrl: z.string().optional(),
  records: z.array(z.looseObject({})),
});

export const deletedSchema = z.object({
  deletedRecords: z.array(z.object({ id: idSchema })),
  earliestDateAvailable: z.string(),
  latestDateCovered: z.string(),
});
export const describeSchema = z.object({
  fields: z.array(z.object({ name: z.string(), permissionable: z.boolean() })),
});
export const searchSchema = z.object({
  searchRecords: z.array(
    z.looseObject({ Id: idSchema, attributes: z.object({ type: z.string() }) }),
  ),
});
export const createdSchema = z.object({ id: idSchema });
export const userInfoSchema = z.object({ user_id: idSchema, preferred_username: z.string() });
