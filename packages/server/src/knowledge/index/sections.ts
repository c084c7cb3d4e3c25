// The sections of a document as they are kept: read with suspicion, for what is wrong has none.
import { z } from "zod";
import type { Section } from "../text/text.ts";

const sectionsSchema = z.array(
  z.object({
    title: z.string(),
    from: z.number(),
    to: z.number(),
    page: z.number().optional(),
  }),
);

export function parseSections(kept: unknown): Section[] {
  const sections = sectionsSchema.safeParse(kept);
  if (!sections.success) return [];
  return sections.data.map(({ page, ...section }) =>
    page === undefined ? section : { ...section, page },
  );
}
