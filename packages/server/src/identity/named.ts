// People of the organisation by what others call them: id, mail address, or whole name.
import type { Json } from "../lib/json.ts";
import type { Ctx } from "../store/context.ts";
import { selectNamed } from "./queries.ts";

export interface Named {
  readonly people: readonly { readonly id: string; readonly name: string }[];
  /** Those of nobody: people outside, or nobody at all. */
  readonly strangers: readonly string[];
}

/** A name that several people have stands for all of them. */
export async function peopleNamed(
  ctx: Pick<Ctx, "db" | "orgId">,
  values: readonly Json[],
): Promise<Named> {
  const sought = [...new Set(values.map((value) => plain(value)))];
  const found = await selectNamed(ctx, sought);
  const people = new Map(found.map(({ id, name }) => [id, { id, name }]));
  const known = new Set(found.map(({ sought: each }) => each));
  return { people: [...people.values()], strangers: sought.filter((each) => !known.has(each)) };
}

function plain(value: Json): string {
  return typeof value === "string" ? value.trim().toLowerCase() : JSON.stringify(value);
}
