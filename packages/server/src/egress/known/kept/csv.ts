// Reads records of known values from CSV: columns mapped to classes, and what is wrong told by its line,
// never by its content.
import { parse } from "csv-parse/sync";
import { fold } from "../fold.ts";
import { CODES_MAX } from "../rolling.ts";
import { fail, ok, type Result } from "../../../lib/result.ts";
import { isCsvError, rowsSchema } from "./csv-rows.ts";
import type { KnownRecord } from "./page.ts";

export interface ColumnMap {
  /** As the first line calls it. */
  readonly header: string;
}

export interface LineError {
  readonly line: number;
  readonly error: string;
}

export interface CsvRead {
  readonly records: KnownRecord[];
  readonly errors: LineError[];
}

const RECORD_BYTES_MAX = 100_000;
const ERRORS_MAX = 100;

export function readCsv(csv: string, columns: readonly ColumnMap[]): Result<CsvRead> {
  const errors: LineError[] = [];
  const wrong = (line: number, error: string): void => {
    if (errors.length < ERRORS_MAX) errors.push({ line, error });
  };
  let rows: ReturnType<typeof rowsSchema.parse>;
  try {
    rows = rowsSchema.parse(
      parse(csv, {
        bom: true,
        info: true,
        skip_empty_lines: true,
        skip_records_with_error: true,
        max_record_size: RECORD_BYTES_MAX,
        on_skip: (error) => {
          const { line, code } = isCsvError(error);
          wrong(line, plainError(code));
          return undefined;
        },
      }),
    );
  } catch (error) {
    const { line, code } = isCsvError(error);
    return fail("request.invalid", `The list could not be read at line ${line}: ${code}.`);
  }
  const [head, ...rest] = rows;
  const places = columns.map(({ header }) => head?.record.indexOf(header) ?? -1);
  const absent = columns.find((_, i) => places[i] === -1);
  if (absent) return fail("request.invalid", `The list has no column "${absent.header}".`);
  const records: KnownRecord[] = [];
  for (const { record, info } of rest) {
    const values = places.map((place) => (record[place] ?? "").trim());
    if (values.every((value) => value === "")) wrong(info.lines, "there is no value in it");
    else if (values.some((value) => isTooLong(value))) wrong(info.lines, "a value is too long");
    else records.push(values);
  }
  return ok({ records, errors });
}

function isTooLong(value: string): boolean {
  return value.length > CODES_MAX && fold(value).length > CODES_MAX;
}

function plainError(code: string | undefined): string {
  if (code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH") return "it has more or fewer columns";
  if (code?.includes("QUOTE") === true) return "a quote is not closed, or stands where none may";
  return code === "CSV_MAX_RECORD_SIZE" ? "it is too long" : "it could not be read";
}
