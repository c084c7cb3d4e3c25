// Tells a listing that goes round in circles from a long one, with little memory and across restarts.
import { z } from "zod";
import { malformed } from "./item.ts";

/** Brent's way: a mark is set at doubling distances; whatever circle there is comes by it again. */
const walkSchema = z.strictObject({
  at: z.string().nullable(),
  mark: z.string().nullable(),
  steps: z.int(),
  span: z.int(),
  idle: z.int(),
});
export type Walk = z.output<typeof walkSchema>;

export const WALK: Walk = { at: null, mark: null, steps: 0, span: 1, idle: 0 };

export function readWalk(stored: unknown): Walk {
  return walkSchema.parse(stored);
}

/** One page further; throws where the source has been before, or brings nothing new for too long. */
export function walkOn(
  walk: Walk,
  { next, isNew, idleMax }: { next: string; isNew: boolean; idleMax: number },
): Walk {
  if (next === walk.at || next === walk.mark) throw malformed("the same page again");
  const idle = isNew ? 0 : walk.idle + 1;
  if (idle > idleMax) throw malformed(`${idleMax} pages with nothing new`);
  const steps = walk.steps + 1;
  if (steps < walk.span) return { ...walk, at: next, steps, idle };
  return { at: next, mark: next, steps: 0, span: walk.span * 2, idle };
}
