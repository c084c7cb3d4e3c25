// Reads owners, modes and access lists of paths, with getfacl; many paths at once.
import type { Stats } from "node:fs";
import { SourceError, type Source } from "@stead/sdk";
import type { Mode } from "./access.ts";

const BATCH = 100;

export interface Found {
  readonly path: string;
  readonly stats: Stats;
}

/** In the order of `found`; null for what vanished meanwhile. */
export async function modesOf(
  source: Source<unknown>,
  found: readonly Found[],
): Promise<(Mode | null)[]> {
  const modes: (Mode | null)[] = [];
  for (let from = 0; from < found.length; from += BATCH) {
    source.signal.throwIfAborted();
    modes.push(...(await batch(source, found.slice(from, from + BATCH))));
  }
  return modes;
}

async function batch(source: Source<unknown>, found: readonly Found[]): Promise<(Mode | null)[]> {
  const paths = found.map(({ path }) => path);
  const reply = await source.run("getfacl", ["-n", "-p", "-c", "-E", "--", ...paths]);
  const blocks = reply.stdout.split("\n\n").filter((block) => block.trim() !== "");
  if (reply.code === 0 && blocks.length === found.length) {
    return found.map((each, at) => parseMode(blocks[at] ?? "", each.stats));
  }
  if (found.length === 1) return [null];
  // One of them vanished: asked one by one, so that no list is taken for another's.
  const alone: (Mode | null)[] = [];
  for (const each of found) alone.push(...(await batch(source, [each])));
  return alone;
}

export function parseMode(block: string, stats: Pick<Stats, "uid" | "gid">): Mode {
  const users: Record<string, string> = {};
  const groups: Record<string, string> = {};
  const base: Record<string, string> = {};
  for (const line of block.split("\n")) {
    const parts = /^(user|group|mask|other):(\d*):([r-][w-][x-])$/.exec(line);
    const [, kind, id, bits] = parts ?? [];
    if (kind === undefined || id === undefined || bits === undefined) {
      if (line === "" || line.startsWith("default:")) continue;
      throw new SourceError("malformed", "getfacl answered a line that is no entry.");
    }
    if (id === "") base[kind] = bits;
    else (kind === "user" ? users : groups)[id] = bits;
  }
  const { user, group, other, mask = null } = base;
  if (user === undefined || group === undefined || other === undefined) {
    throw new SourceError("malformed", "getfacl answered without owner, group or other.");
  }
  return {
    owner: String(stats.uid),
    group: String(stats.gid),
    ownerBits: user,
    groupBits: group,
    otherBits: other,
    users,
    groups,
    mask,
  };
}
