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
  /** The first of them, by line. */
  readonly errors: LineError[];
  /** Lines that are left out, those without an error told here too. */
  readonly skipped: number;
}

const RECORD_BYTES_MAX = 100_000;
const ERRORS_MAX = 100;

export function readCsv(csv: string, columns: readonly ColumnMap[]): Result<CsvRead> {
  const errors: LineError[] = [];
  const wrong = (line: number, error: string): void => void errors.push({ line, error });
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
    return fail("request.invalid", `The list can't be read at line ${line}: ${plainError(code)}.`);
  }
  const [head, ...rest] = rows;
  const placed = placesOf(head?.record.map((name) => name.trim()) ?? [], columns);
  if (!placed.ok) return placed;
  const records: KnownRecord[] = [];
  for (const { record, info } of rest) {
    const values = placed.value.map((place) => (record[place] ?? "").trim());
    const error = errorIn(values);
    if (error === undefined) records.push(values);
    else wrong(info.lines, error);
  }
  const first = errors.toSorted((a, b) => a.line - b.line).slice(0, ERRORS_MAX);
  return ok({ records, errors: first, skipped: errors.length });
}

function placesOf(head: readonly string[], columns: readonly ColumnMap[]): Result<number[]> {
  const names = columns.map(({ header }) => header.trim());
  for (const [i, name] of names.entries()) {
    if (!head.includes(name))
      return fail("request.invalid", `Line 1: the list has no column "${name}".`, {
        hint: "The first line names the columns, with the same separator as the others: a comma.",
      });
    if (head.indexOf(name) !== head.lastIndexOf(name))
      return fail("request.invalid", `Line 1: two columns are called "${name}".`, {
        hint: "Give each column a name of its own.",
      });
    if (names.indexOf(name) !== i)
      return fail("request.invalid", `The column "${name}" is mapped twice.`);
  }
  return ok(names.map((name) => head.indexOf(name)));
}

/** A sum that a spreadsheet would work out, which is no value; `+47 22 33` and `-` are none. */
const FORMULA = /^(?:=|[@+-][A-Za-z][\w.]*\(|[@+-].*\|.*!)/;

function errorIn(values: readonly string[]): string | undefined {
  if (values.every((value) => value === "")) return "there is no value in it";
  if (values.some((value) => isTooLong(value))) return "a value is too long";
  if (values.some((value) => value.includes("\uFFFD")))
    return "a value is not in UTF-8: save the list as CSV in UTF-8";
  if (values.some((value) => FORMULA.test(value)))
    return "a value is a formula: save the list with values in place of formulas";
  return undefined;
}

function isTooLong(value: string): boolean {
  return value.length > CODES_MAX && fold(value).length > CODES_MAX;
}

function plainError(code: string | undefined): string {
  if (code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH") return "it has more or fewer columns";
  if (code?.includes("QUOTE") === true) return "a quote is not closed, or stands where none may";
  return code === "CSV_MAX_RECORD_SIZE" ? "it is too long" : "it could not be read";
}
