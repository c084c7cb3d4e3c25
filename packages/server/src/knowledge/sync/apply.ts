// What was read of items takes force: rows, and the classes of all that follows, in one transaction.
import type { ItemInput } from "./item.ts";
import { wakeJobs } from "./job/queries.ts";
import {
  closeBelow,
  closeItem,
  deleteItems,
  idsBelow,
  rereadBelow,
  writeItems,
  type Reading,
  type Written,
} from "./queries.ts";
import { closedClass, workOutRights, type Mirror, type TxScope } from "./rights.ts";

export interface Applying {
  readonly scope: TxScope;
  readonly mirror: Pick<Mirror, "readers">;
  /** What is below is worked out at once up to so many, else closed at once. */
  readonly batch: number;
}

/**
 * Where permissions or place changed, so did the readers of everything below. What can't be worked out again
 * in this transaction is closed in it: a right that is lost must not wait for the rest to be found out, and
 * which of the old rights still hold is not known before.
 */
export async function applyItems(
  { scope, mirror, batch }: Applying,
  items: readonly ItemInput[],
  reading: Reading,
): Promise<Written[]> {
  if (items.length === 0) return [];
  const written = await writeItems(scope, items, reading);
  const moved = written.filter(({ isMoved }) => isMoved).map(({ id }) => id);
  if (moved.length > 0) {
    const below = await idsBelow(scope, moved, batch + 1);
    if (below.length > batch) {
      await closeBelow(scope, moved, await closedClass(scope));
      await workOutRights(scope, mirror, moved);
      await wakeJobs(scope, ["access"]);
    } else await workOutRights(scope, mirror, [...new Set([...moved, ...below])]);
  }
  if (items.some(({ kind }) => kind === "document")) await wakeJobs(scope, ["content"]);
  return written;
}

/** What was in it may be gone with it, or elsewhere: closed, and asked for one by one. */
export async function applyGone(scope: TxScope, id: string, no: number): Promise<void> {
  await rereadBelow(scope, id, { closed: await closedClass(scope), all: true });
  await deleteItems(scope, [id], no);
  await wakeJobs(scope, ["access"]);
}

/**
 * Something in it changed. When the item itself came along as it was, what is in it stays open until it has
 * been asked for again; without it nothing is known, and all is closed.
 */
export async function applySubtree(
  scope: TxScope,
  id: string,
  { isItemKnown }: { isItemKnown: boolean },
): Promise<void> {
  await rereadBelow(scope, id, { closed: await closedClass(scope), all: !isItemKnown });
  await wakeJobs(scope, ["access"]);
}

/** It changed and could not be read: nobody reads it, or what is in it, until it was. */
export async function applyUnread({ scope, batch, mirror }: Applying, id: string): Promise<void> {
  const closed = await closedClass(scope);
  if (!(await closeItem(scope, id, closed))) return;
  const below = await idsBelow(scope, [id], batch + 1);
  if (below.length > batch) await closeBelow(scope, [id], closed);
  else await workOutRights(scope, mirror, below);
  await wakeJobs(scope, ["access"]);
}
