// Writes as the person: one record is changed, one case is made; each has its effect once.
import { SourceError, ToolError, type ConnectorTool } from "@stead/sdk";
import { z } from "zod";
import { ask, send, type Settings } from "./api.ts";
import type { Acting } from "./live.ts";
import { createdSchema, idSchema, nameSchema, recordSchema } from "./wire.ts";

const valueSchema = z.union([z.string().max(32_000), z.number(), z.boolean(), z.null()]);

const updateInput = z.object({
  object: nameSchema.describe("Such as Account"),
  id: idSchema,
  asOf: z.iso.datetime({ offset: true }).describe("The record's SystemModstamp as it was read"),
  fields: z.record(nameSchema, valueSchema).describe("The new values, by field"),
});

export const updateTool: ConnectorTool<Settings, typeof updateInput> = {
  name: "salesforce.update",
  title: "Change a record",
  description: "Changes fields of one record, as the person, unless somebody changed it since.",
  input: updateInput,
  contract: {
    effect: "write-shared",
    sinks: { id: { kind: "id", trust: "colleague" }, object: { kind: "id", trust: "colleague" } },
    // A repeat finds the values in place, and changes nothing.
    keyed: true,
    result: { audience: [], classes: [], trust: "record" },
    resultForCallerOnly: true,
    undo: "Change the fields back; Salesforce's field history has what they were.",
  },
  run: update,
};

async function update(source: Acting, input: z.output<typeof updateInput>): Promise<string> {
  const { object: name, id, fields, asOf } = input;
  const object = source.settings.objects.find((one) => one.name === name);
  const refused = Object.keys(fields).filter((field) => !object?.writable.includes(field));
  if (object === undefined || refused.length > 0 || Object.keys(fields).length === 0) {
    const allowed = object?.writable.join(", ") || "none";
    throw new ToolError(`Of ${name} these fields may be changed here: ${allowed}.`);
  }
  const url = `sobjects/${object.name}/${id}`;
  const query = { fields: [...Object.keys(fields), "SystemModstamp"].join(",") };
  const now = await ask(source, recordSchema, { url, query });
  if (Object.entries(fields).every(([field, value]) => now[field] === value)) {
    return `${name} ${id} has these values.`;
  }
  const changed = new ToolError(`${name} ${id} was changed since; read it again.`);
  const stamp = now["SystemModstamp"];
  if (typeof stamp !== "string" || Date.parse(stamp) !== Date.parse(asOf)) throw changed;
  try {
    await send(source, {
      method: "PATCH",
      url,
      headers: { "if-unmodified-since": new Date(Date.parse(stamp)).toUTCString() },
      body: fields,
    });
  } catch (error) {
    // 412: somebody was faster.
    if (error instanceof SourceError && error.message.includes("412")) throw changed;
    throw error;
  }
  return `${name} ${id} is changed.`;
}

const caseInput = z.object({
  subject: z.string().min(1).max(255),
  description: z.string().max(32_000).default(""),
  priority: z.enum(["High", "Medium", "Low"]).default("Medium"),
  accountId: idSchema.optional(),
  contactId: idSchema.optional(),
});

export const caseTool: ConnectorTool<Settings, typeof caseInput> = {
  name: "salesforce.case.create",
  title: "Create a case",
  description: "Opens one case, as the person.",
  input: caseInput,
  contract: {
    effect: "write-shared",
    sinks: {
      accountId: { kind: "id", trust: "colleague" },
      contactId: { kind: "id", trust: "colleague" },
    },
    keyed: true,
    result: { audience: [], classes: [], trust: "record" },
    resultForCallerOnly: true,
    undo: "Close the case, or delete it.",
  },
  run: createCase,
};

/** By the key as the case's external id: the same key again finds the case that was made. */
async function createCase(
  source: Acting,
  input: z.output<typeof caseInput>,
  key: string,
): Promise<string> {
  const { subject, description, priority, accountId, contactId } = input;
  const { id } = await ask(source, createdSchema, {
    method: "PATCH",
    url: `sobjects/Case/${source.settings.caseKeyField}/${encodeURIComponent(key)}`,
    body: {
      Subject: subject,
      Description: description,
      Priority: priority,
      ...(accountId !== undefined && { AccountId: accountId }),
      ...(contactId !== undefined && { ContactId: contactId }),
    },
  });
  return `Case ${id} is open.`;
}
