// Search and open as the person: Salesforce leaves out the records and fields that they may not read.
import { SourceError, type ActingSource, type LiveHit } from "@stead/sdk";
import { ask, split, type Settings } from "./api.ts";
import { linesOf, textOf } from "./record.ts";
import { recordSchema, searchSchema } from "./wire.ts";

export type Acting = ActingSource<Settings>;

const WORDS_MAX = 20;
const QUOTE_CHARS = 300;
/** Salesforce's own columns say nothing about the record. */
const OWN = new Set(["attributes", "Id", "IsDeleted", "SystemModstamp", "LastViewedDate"]);

/** The words alone: no sign of the search language is left, and the query is sent as a value, not as a text. */
export function wordsOf(text: string): string {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  // These would be operators.
  const plain = words.filter((word) => !/^(?:and|or|not)$/i.test(word));
  return plain.slice(0, WORDS_MAX).join(" ");
}

export async function search(source: Acting, text: string, limit: number): Promise<LiveHit[]> {
  const q = wordsOf(text);
  if (q.length < 2) return [];
  const { objects, instanceUrl } = source.settings;
  const { searchRecords } = await ask(source, searchSchema, {
    method: "POST",
    url: "parameterizedSearch",
    body: {
      q,
      in: "ALL",
      overallLimit: Math.min(limit, 200),
      sobjects: objects.map(({ name, title }) => ({
        name,
        fields: [...new Set(["Id", title])].map((field) => ({ name: field })),
      })),
    },
  });
  return searchRecords.slice(0, limit).flatMap((record) => {
    const object = objects.find(({ name }) => name === record.attributes.type);
    if (object === undefined) return [];
    const title = textOf(record[object.title]) || record.Id;
    return {
      id: `${object.name}/${record.Id}`,
      title,
      path: `${object.name}/${title}`,
      url: `${instanceUrl}/${record.Id}`,
      quote: `${object.name} ${title}`.slice(0, QUOTE_CHARS),
    };
  });
}

export async function open(
  source: Acting,
  id: string,
): Promise<{ title: string; text: string } | null> {
  const named = split(source, id);
  if (named === null) return null;
  const { object, own } = named;
  try {
    // Without a list of fields Salesforce gives those that the person may read.
    const record = await ask(source, recordSchema, { url: `sobjects/${object.name}/${own}` });
    const fields = Object.keys(record).filter((field) => !OWN.has(field));
    return { title: textOf(record[object.title]) || own, text: linesOf(record, fields) };
  } catch (error) {
    if (error instanceof SourceError && (error.code === "missing" || error.code === "forbidden")) {
      return null;
    }
    throw error;
  }
}
