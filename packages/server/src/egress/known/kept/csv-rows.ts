// What the parser of CSV gives, checked.
import { z } from "zod";

export const rowsSchema = z.array(
  z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }),
);

const errorSchema = z.object({ lines: z.number().default(0), code: z.string().default("") });

/** The line and the code alone: its message holds content. */
export function isCsvError(error: unknown): { line: number; code: string } {
  const known = errorSchema.safeParse(error);
  return known.success
    ? { line: known.data.lines, code: known.data.code }
    : { line: 0, code: "unknown" };
}
