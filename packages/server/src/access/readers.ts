// Who may read all of it: the audience of what was made from several things.
import type { Ctx } from "../store/context.ts";
import { eachLeaf, NOBODY, type AccessExpression } from "./class.ts";
import { hasBit } from "./crowd/bits.ts";
import { evaluateCrowd, gatherCrowd, lookUp } from "./crowd/crowd.ts";
import { onlyPersonOf } from "./label.ts";
import { leafName } from "./leaf.ts";
import { classesOf } from "./readable.ts";

/**
 * Every active person who satisfies all of the classes, as everything stands at this moment; of no class,
 * everybody. A class that there is not is satisfied by nobody.
 */
export async function readersOf(
  ctx: Pick<Ctx, "db" | "orgId">,
  classIds: readonly string[],
): Promise<string[]> {
  const ids = [...new Set(classIds)];
  const found = new Map((await classesOf(ctx, ids)).map(({ id, expression }) => [id, expression]));
  const all = ids.map((id): AccessExpression => {
    const person = onlyPersonOf(id);
    return person === undefined ? (found.get(id) ?? NOBODY) : { person };
  });
  const crowd = await gatherCrowd(ctx);
  const names = new Set<string>();
  eachLeaf({ all }, (leaf) => names.add(leafName(leaf)));
  await lookUp(crowd, names);
  const { yes } = evaluateCrowd({ all }, crowd);
  return [...crowd.people].flatMap(([id, number]) => (hasBit(yes, number) ? [id] : [])).toSorted();
}
