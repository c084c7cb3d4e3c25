// Pages by time: the cursor is when the last of the page before was.
export function cursorDate(cursor: string | undefined): Date | undefined {
  const date = cursor === undefined ? undefined : new Date(cursor);
  return date && !Number.isNaN(date.getTime()) ? date : undefined;
}

export function nextAfter<T>(
  rows: readonly T[],
  limit: number,
  at: (row: T) => Date,
): string | null {
  const last = rows.at(-1);
  return last && rows.length === limit ? at(last).toISOString() : null;
}
