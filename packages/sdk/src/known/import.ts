// Sends a list of known values to Stead, part by part; nothing of it is in force before the last.
import type { CallReply } from "../call.ts";
import { csvParts } from "./csv-parts.ts";

export interface KnownColumn {
  readonly header: string;
  readonly class: string;
}

export interface KnownImport {
  readonly name: string;
  readonly columns: readonly KnownColumn[];
  readonly csv: string;
}

type Reply = CallReply<"registry.import">;

export interface KnownPart {
  readonly name: string;
  readonly columns: { header: string; class: string }[];
  readonly csv: string;
  readonly more: boolean;
  readonly part: number;
  readonly upload?: string;
}

export interface KnownImported {
  readonly sourceId: string;
  readonly records: number;
  /** Lines that were left out: all, and the first of them. */
  readonly skipped: number;
  readonly errors: readonly { readonly line: number; readonly error: string }[];
}

const ERRORS_MAX = 100;

/** `onPart` is told how much of it is there, from 0 to 1. */
export async function importKnown(
  send: (body: KnownPart) => Promise<Reply>,
  { name, columns, csv }: KnownImport,
  onPart: (done: number) => void = () => {},
): Promise<KnownImported> {
  let upload: string | undefined;
  let part = 0;
  let skipped = 0;
  const errors: { line: number; error: string }[] = [];
  for (const { csv: own, linesBefore, done } of csvParts(csv)) {
    const more = done < 1;
    part++;
    const body = { name, columns: columns.map((one) => ({ ...one })), csv: own, more, part };
    // oxlint-disable-next-line no-await-in-loop -- each part names the upload that the next is of
    const reply = await send({ ...body, ...(upload === undefined ? {} : { upload }) });
    skipped += reply.skipped;
    for (const { line, error } of reply.errors.slice(0, ERRORS_MAX - errors.length))
      errors.push({ line: line + linesBefore, error });
    onPart(done);
    const { sourceId, records } = reply;
    if (reply.upload === null) return { sourceId, records, skipped, errors };
    ({ upload } = reply);
  }
  throw new Error("a list has a last part");
}
