// A record as an item: its name and the fields that the administrator listed, and nothing else.
import { SourceError, type Content, type Item } from "@stead/sdk";
import { z } from "zod";
import { query, quoted, split, type SalesforceObject, type SalesforceSource } from "./api.ts";
import { recordSchema, type WireRecord } from "./wire.ts";

/** Salesforce says who reads a record, each time it is asked; nothing of that is kept here. */
export const accessSchema = z.strictObject({ ask: z.literal(true) });
export type SalesforceAccess = z.output<typeof accessSchema>;
export type RecordItem = Item<SalesforceAccess>;

const rowSchema = recordSchema.extend({ SystemModstamp: z.string() });
export type Row = z.output<typeof rowSchema>;

export async function rows(
  source: SalesforceSource,
  object: SalesforceObject,
  { where, isCrawl = true }: { readonly where: string; readonly isCrawl?: boolean },
): Promise<Row[]> {
  const fields = [...new Set(["Id", "SystemModstamp", object.title, ...object.fields])];
  const soql = `SELECT ${fields.join(", ")} FROM ${object.name} ${where}`;
  return query(source, rowSchema, { soql, isCrawl });
}

export function itemOf(source: SalesforceSource, object: SalesforceObject, row: Row): RecordItem {
  const title = textOf(row[object.title]) || row.Id;
  return {
    id: `${object.name}/${row.Id}`,
    parentId: null,
    kind: "document",
    title,
    path: `${object.name}/${title}`,
    url: `${source.settings.instanceUrl}/${row.Id}`,
    mediaType: "text/plain",
    revision: row.SystemModstamp,
    updatedAt: row.SystemModstamp,
    access: { ask: true },
  };
}

export async function item(source: SalesforceSource, id: string): Promise<RecordItem | null> {
  const found = await rowAt(source, id);
  return found === null ? null : itemOf(source, found.object, found.row);
}

async function rowAt(source: SalesforceSource, id: string) {
  const named = split(source, id);
  if (named === null) return null;
  const { object, own } = named;
  const [found] = await rows(source, object, { where: `WHERE Id = ${quoted(own)}` });
  return found === undefined ? null : { object, row: found };
}

export async function fetchItem(source: SalesforceSource, wanted: RecordItem): Promise<Content> {
  const found = await rowAt(source, wanted.id);
  if (found === null) throw new SourceError("missing", "The record is gone.");
  const { object } = found;
  const text = linesOf(found.row, [...new Set([object.title, ...object.fields])]);
  return { mediaType: "text/plain", bytes: new TextEncoder().encode(text) };
}

export function linesOf(record: WireRecord, fields: readonly string[]): string {
  return fields
    .map((field) => [field, textOf(record[field])] as const)
    .filter(([, text]) => text !== "")
    .map(([field, text]) => `${field}: ${text}`)
    .join("\n");
}

export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
