// The records of a source's lists as the registry has them: one row of columns for all lists together.
import { SourceError, type Known, type KnownList, type Source } from "@stead/sdk";
import { z } from "zod";
import { fold } from "../../egress/known/fold.ts";
import { CODES_MAX } from "../../egress/known/rolling.ts";
import { RECORDS_MAX } from "../../egress/known/kept/upload/upload.ts";
import { WALK, walkOn } from "../sync/pages.ts";

const pageSchema = z.object({ items: z.array(z.array(z.string())), next: z.string().nullable() });
const IDLE_PAGES_MAX = 50;

export interface Reading {
  readonly source: Source<unknown>;
  readonly known: Known<unknown>;
  readonly lists: readonly KnownList[];
  /** Asked before each page; throws when it is to end. */
  readonly goesOn: () => Promise<void>;
}

/** Of every list after the other; two lists may have a field of the same name. */
export function columnsOf(lists: readonly KnownList[]): { field: string; class: string }[] {
  return lists.flatMap(({ from, fields }) =>
    fields.map(({ field, class: of }) => ({ field: `${from}.${field}`, class: of })),
  );
}

/** Tells how many values were left out once all are read. */
export async function* recordsOf(
  reading: Reading,
  onLeftOut: (values: number) => void,
): AsyncGenerator<readonly string[]> {
  const { source, known, lists, goesOn } = reading;
  const width = columnsOf(lists).length;
  let offset = 0;
  let count = 0;
  let leftOut = 0;
  for (const list of lists) {
    for (let walk = WALK; ;) {
      // oxlint-disable-next-line no-await-in-loop -- each page names the next
      await goesOn();
      // oxlint-disable-next-line no-await-in-loop
      const { items, next } = readPage(await known.records(source, list, walk.at), list);
      for (const values of items) {
        const record = Array.from({ length: width }, () => "");
        for (const [i, value] of values.entries()) {
          if (isTooLong(value)) leftOut++;
          else record[offset + i] = value.trim();
        }
        if (record.every((value) => value === "")) continue;
        if (++count > RECORDS_MAX)
          throw new SourceError("too_large", `There are more than ${RECORDS_MAX} records.`);
        yield record;
      }
      if (next === null) break;
      walk = walkOn(walk, { next, isNew: items.length > 0, idleMax: IDLE_PAGES_MAX });
    }
    offset += list.fields.length;
  }
  onLeftOut(leftOut);
}

function readPage(given: unknown, { fields }: KnownList): z.output<typeof pageSchema> {
  const page = pageSchema.safeParse(given);
  if (page.success && page.data.items.every((values) => values.length === fields.length))
    return page.data;
  throw new SourceError("malformed", "The connector gave records of another form.");
}

function isTooLong(value: string): boolean {
  return value.length > CODES_MAX && fold(value).length > CODES_MAX;
}
