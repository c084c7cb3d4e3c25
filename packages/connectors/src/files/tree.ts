// Walks the tree: pages of items, directories before what is in them, never through a symbolic link.
import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { lstat, readdir, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SourceError, type Item, type Page, type Source } from "@stead/sdk";
import { z } from "zod";
import type { Access } from "./access.ts";
import { modesOf, type Found } from "./mode.ts";

export const settingsSchema = z.strictObject({
  root: z
    .string()
    .startsWith("/")
    .meta({ title: "Directory", description: "From the top of the machine, such as /srv/shared" }),
});
export type Settings = z.infer<typeof settingsSchema>;
type Files = Source<Settings>;

const PAGE = 500;
/** Not files but views of processes and devices, secrets of their environments among them. */
const MACHINES_OWN = ["/proc", "/sys", "/dev"];
const cursorSchema = z.array(z.string());

/** A name is not enough: inodes are used again, so the time of birth belongs to the id. */
export function idOf(stats: Stats, path: string): string {
  const id = `${stats.dev}-${stats.ino}-${Math.trunc(stats.birthtimeMs)}`;
  if (stats.isDirectory() || stats.nlink === 1) return id;
  // A file with several names is an item for each: each is in other directories, with other rules.
  return `${id}-${createHash("sha256").update(path).digest("hex").slice(0, 16)}`;
}

export async function list(source: Files, cursor: string | null): Promise<Page<Item<Access>>> {
  const items: Item<Access>[] = [];
  if (cursor === null) items.push(await rootItem(source));
  const waiting = cursor === null ? [""] : cursorSchema.parse(JSON.parse(cursor));
  while (waiting.length > 0 && items.length < PAGE) {
    source.signal.throwIfAborted();
    const below = await childrenOf(source, waiting.pop() ?? "");
    items.push(...below.map(({ item }) => item));
    waiting.push(...below.filter(({ item }) => item.kind === "container").map((at) => at.path));
  }
  return { items, next: waiting.length === 0 ? null : JSON.stringify(waiting) };
}

export async function rootPath(source: Files): Promise<string> {
  let root: string;
  try {
    root = await realpath(source.settings.root);
  } catch {
    throw new SourceError("missing", "The directory is not there or cannot be reached.");
  }
  if ([...MACHINES_OWN, ...(source.ownPaths ?? [])].some((own) => isWithin(root, own)))
    throw new SourceError("settings", "This directory is the machine's or Stead's own.");
  return root;
}

function isWithin(path: string, dir: string): boolean {
  return path === dir || path.startsWith(`${dir}/`);
}

export async function rootItem(source: Files): Promise<Item<Access>> {
  const found: Found[] = [];
  for (let path = await rootPath(source); ; path = dirname(path)) {
    found.push({ path, stats: await lstat(path) });
    if (path === "/") break;
  }
  const [mode, ...outside] = await modesOf(source, found);
  const top = found[0];
  if (top === undefined || mode === null || mode === undefined || !top.stats.isDirectory()) {
    throw new SourceError("missing", "The directory is not there.");
  }
  const known = outside.filter((each) => each !== null);
  if (known.length !== outside.length) {
    throw new SourceError("forbidden", "The directories above cannot be read.");
  }
  return { ...itemOf(top.stats, "", null), access: { ...mode, outside: known } };
}

export interface Placed {
  readonly path: string;
  readonly item: Item<Access>;
  readonly changedMs: number;
}

/** What is in one directory; nothing when it vanished meanwhile. */
export async function childrenOf(source: Files, path: string): Promise<Placed[]> {
  const root = await rootPath(source);
  const dir = join(root, path);
  const found: Found[] = [];
  let parent: Stats;
  try {
    // Exchanged for a link since it was listed: not followed.
    if ((await realpath(dir)) !== dir) return [];
    parent = await lstat(dir);
    for (const name of (await readdir(dir)).toSorted()) {
      const at = join(dir, name);
      const stats = await lstat(at).catch(() => null);
      if (!stats?.isFile() && !stats?.isDirectory())
        source.log("left out: a link, a device, or a name that is no text");
      else if (stats.dev !== parent.dev)
        source.log("left out: another system of files begins here");
      else if (source.ownPaths?.includes(at)) source.log("left out: Stead's own data");
      else found.push({ path: at, stats });
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new SourceError("forbidden", "A directory cannot be read by the crawl identity.");
  }
  const modes = await modesOf(source, found);
  return found.flatMap((each, at) => {
    const mode = modes[at];
    if (mode === null || mode === undefined) return [];
    const inside = each.path.slice(root === "/" ? 1 : root.length + 1);
    const item = itemOf(each.stats, inside, idOf(parent, path));
    return [
      {
        path: inside,
        changedMs: each.stats.ctimeMs,
        item: { ...item, access: { ...mode, outside: [] } },
      },
    ];
  });
}

function itemOf(stats: Stats, path: string, parentId: string | null): Omit<Item<Access>, "access"> {
  const shown = path.replaceAll(/\p{Cc}/gu, "\uFFFD");
  return {
    id: idOf(stats, path),
    parentId,
    kind: stats.isDirectory() ? "container" : "document",
    title: shown.slice(shown.lastIndexOf("/") + 1) || "/",
    path: shown,
    bytes: stats.size,
    revision: `${stats.mtimeMs}-${stats.ctimeMs}-${stats.size}`,
    updatedAt: stats.mtime.toISOString(),
  };
}

/** Looks through the whole tree, since a system of files cannot be asked for an inode. */
export async function locate(source: Files, id: string): Promise<Placed | null> {
  const root = await rootItem(source);
  if (root.id === id) return { path: "", item: root, changedMs: 0 };
  const waiting = [""];
  while (waiting.length > 0) {
    source.signal.throwIfAborted();
    for (const placed of await childrenOf(source, waiting.pop() ?? "")) {
      if (placed.item.id === id) return placed;
      if (placed.item.kind === "container") waiting.push(placed.path);
    }
  }
  return null;
}
