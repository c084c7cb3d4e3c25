// Who of those about to see something may not see all that it was made from.
import { inParallel } from "../lib/bounded.ts";
import { classesOf, readableOf, type Asking } from "./readable.ts";
import { readersOf } from "./readers.ts";
import { activePeople } from "./crowd/queries.ts";

export interface Lacking {
  /** A person's id; of others what tells them apart: how many they are, or how they are written. */
  readonly id: string;
  readonly name: string;
  /** Classes, none of which this reader satisfies. */
  readonly lacks: readonly string[];
}

export interface Seeing {
  readonly people: readonly { readonly id: string; readonly name: string }[];
  /** Everybody of the organisation. */
  readonly all?: boolean;
  /** Nobody of the organisation: they read what is public, and nothing else. */
  readonly strangers: readonly string[];
}

const AT_ONCE = 8;

/** Asked of people, groups and sources as they are now; unknown is no. */
export async function lackingOf(
  ctx: Asking,
  { people, all = false, strangers }: Seeing,
  audience: readonly string[],
): Promise<Lacking[]> {
  const lacking: Lacking[] = [];
  if (all) {
    const readers = await readersOf(ctx, audience);
    const others = (await activePeople(ctx)).length - readers.length;
    if (others > 0) {
      const name = `${others} of the organisation`;
      lacking.push({ id: `organisation:${others}`, name, lacks: audience });
    }
  }
  const each = await inParallel(people, AT_ONCE, async ({ id, name }) => {
    const readable = await readableOf(ctx, id, audience);
    return { id, name, lacks: audience.filter((classId) => !readable.has(classId)) };
  });
  lacking.push(...each.filter(({ lacks }) => lacks.length > 0));
  if (strangers.length === 0) return lacking;
  const classes = await classesOf(ctx, audience);
  const isPublic = new Set(
    classes.filter(({ expression }) => expression === "public").map(({ id }) => id),
  );
  const lacks = audience.filter((id) => !isPublic.has(id));
  if (lacks.length > 0)
    for (const name of strangers) lacking.push({ id: `outside:${name}`, name, lacks });
  return lacking;
}
