// Who is who in a live source that has a directory: nothing else of it is kept.
import { SourceError, type Page, type SourceUser } from "@stead/sdk";
import { linkByDirectory } from "../../access/source/links.ts";
import { replaceUsers } from "../../access/source/users.ts";
import type { Ctx } from "../../store/context.ts";
import { withTx } from "../../store/tx.ts";
import { readPage, readUser } from "../sync/item.ts";
import type { Hosted } from "./host.ts";

const PAGES_MAX = 10_000;
const USERS_MAX = 1_000_000;

/** The whole list or nothing: half of it would lock the other half out. Throws what the connector throws. */
export async function readDirectory(ctx: Ctx, { connector, source, row }: Hosted): Promise<void> {
  const read = connector.live?.users;
  if (!read) return;
  const users: SourceUser[] = [];
  let cursor: string | null = null;
  for (let pages = 0; ; pages++) {
    const page: Page<SourceUser> = readPage(await read(source, cursor));
    users.push(...page.items.map(readUser));
    cursor = page.next;
    if (cursor === null) break;
    if (pages >= PAGES_MAX || users.length > USERS_MAX)
      throw new SourceError("malformed", "The list of its users does not end.");
  }
  const { id: sourceId, trustedDomains } = row;
  await withTx(ctx.db, async (tx) => {
    await replaceUsers(ctx, tx, { sourceId, users });
    await linkByDirectory(ctx, tx, { sourceId, trustedDomains });
  });
}
