// Where keys stand wrapped: what a rotation goes through. A table that is not among them would be lost with
// the old key, so a test compares these with the columns that there are.

export type PlaceRow = Readonly<Record<string, unknown>>;

export interface SealedPlace {
  readonly name: string;
  readonly table: string;
  /** The columns that tell its rows apart within an organisation. */
  readonly key: readonly string[];
  /** A part of the table: ids that begin so. */
  readonly startsWith?: string;
  /** What each row's key is bound to, as it was when it was sealed; undefined: nobody knows any more. */
  readonly bindings: (rows: readonly PlaceRow[]) => Promise<readonly (string | undefined)[]>;
}

export function text(row: PlaceRow, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : "";
}
