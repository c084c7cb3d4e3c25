// Checks of the listing: that it ends, can be left and taken up anywhere, and says the same each time.
import type { Item, Page } from "../item.ts";
import type { Source } from "../source.ts";
import type { Check, Mirrored, Subject } from "./check.ts";
import { drain, readWorld } from "./world.ts";

const CURSORS_MAX = 40;
const ID_CHARS_MAX = 400;

/** Before all others: without it there is nothing to check. */
export const endsCheck: Check<{ mirror: Mirrored; source: Source<unknown> }> = {
  name: "listings end",
  async run({ mirror, source }) {
    const { items } = await readWorld(mirror, source);
    return items.length === 0 ? "nothing is listed, so nothing can be checked" : null;
  },
};

export const listingChecks: readonly Check<Subject>[] = [
  { name: "a listing is taken up from every cursor", run: resumes },
  { name: "containers come before what is in them", run: ({ world }) => order(world.items) },
  { name: "ids are unique and stay", run: idsStay },
  { name: "items are well formed", run: ({ world }) => malformed(world.items) },
  { name: "an item alone is as it is listed", run: alone },
  { name: "users and groups have one id each", run: peopleOnce },
];

/** Names, not ids: whether ids stay is a check of its own. */
const placesOf = (pages: readonly Page<Item>[]): string =>
  JSON.stringify(pages.flatMap((page) => page.items.map(({ path, title }) => [path, title])));

async function resumes({ mirror, source, world }: Subject): Promise<string | null> {
  const cursors = world.pages.flatMap(({ next }, at) => (next === null ? [] : [{ next, at }]));
  const stride = Math.ceil(cursors.length / CURSORS_MAX) || 1;
  for (const { next, at } of cursors.filter((_, each) => each % stride === 0).toReversed()) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as a restart would
    const rest = await drain((cursor) => mirror.list(source, cursor), next);
    if (placesOf(rest) !== placesOf(world.pages.slice(at + 1)))
      return `from the cursor after page ${at + 1} on other items come than did before`;
  }
  return null;
}

function order(items: readonly Item[]): string | null {
  const seen = new Set<string>();
  for (const { id, parentId } of items) {
    if (parentId !== null && !seen.has(parentId))
      return `${id} comes before ${parentId}, which it is in`;
    seen.add(id);
  }
  return null;
}

async function idsStay({ mirror, source, world }: Subject): Promise<string | null> {
  const ids = world.items.map((item) => item.id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) return `${twice} is listed twice`;
  const odd = ids.find((id) => id === "" || id.length > ID_CHARS_MAX);
  if (odd !== undefined) return "an id is empty or too long";
  const again = (await drain((cursor) => mirror.list(source, cursor))).flatMap(
    (page) => page.items,
  );
  const before = new Set(ids);
  const other = again.find((item) => !before.has(item.id));
  return other === undefined && again.length === ids.length
    ? null
    : `listed again, ${other?.path ?? "an item"} has another id`;
}

function malformed(items: readonly Item[]): string | null {
  for (const item of items) {
    const where = `${item.id}: `;
    if (item.title === "" && item.parentId !== null) return `${where}it has no title`;
    if (item.revision === "") return `${where}it has no revision`;
    if (!/^\d{4}-\d\d-\d\dT/.test(item.updatedAt) || Number.isNaN(Date.parse(item.updatedAt)))
      return `${where}updatedAt is not ISO 8601`;
    if (item.url !== undefined && !/^https?:\/\//.test(item.url)) return `${where}url is none`;
    if (item.bytes !== undefined && !(item.bytes >= 0)) return `${where}bytes is no size`;
    if (JSON.stringify(JSON.parse(JSON.stringify(item))) !== JSON.stringify(item))
      return `${where}it does not survive being stored as JSON`;
    if (item.access === undefined) return `${where}it says nothing of its permissions`;
  }
  return null;
}

async function alone({ mirror, source, world }: Subject): Promise<string | null> {
  for (const item of world.items.slice(0, CURSORS_MAX)) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, within the source's limits
    const found = await mirror.item(source, item.id);
    if (found === null) return `${item.id} is listed and not there by itself`;
    if (JSON.stringify(found.access) !== JSON.stringify(item.access))
      return `${item.id} has other permissions by itself than in the listing`;
    if (found.parentId !== item.parentId) return `${item.id} is elsewhere by itself`;
  }
  const none = await mirror.item(source, "no-such-item-0");
  return none === null ? null : "an item that is not there is found";
}

function peopleOnce({ world }: Subject): string | null {
  const ids = new Set(world.users.map((user) => user.id));
  if (ids.size < world.users.length) return "two users have one id";
  const bad = world.users.find((user) => user.id === "" || user.email === "");
  return bad === undefined ? null : "a user has an empty id or address";
}
