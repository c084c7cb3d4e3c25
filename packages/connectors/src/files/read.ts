// Opens a file: by its path, if the item is still there, else wherever it went.
import { constants } from "node:fs";
import { open, realpath, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SourceError, type Content, type Item, type Source } from "@stead/sdk";
import type { Access } from "./access.ts";
import { idOf, locate, rootPath, type Settings } from "./tree.ts";

export async function read(source: Source<Settings>, item: Item<Access>): Promise<Content> {
  const file = (await openAs(source, item.path, item.id)) ?? (await openMoved(source, item.id));
  if (file === null) throw new SourceError("missing", "The file is gone.");
  return { mediaType: "application/octet-stream", bytes: bytesOf(source, file) };
}

async function openMoved(source: Source<Settings>, id: string): Promise<FileHandle | null> {
  const placed = await locate(source, id);
  return placed && openAs(source, placed.path, id);
}

/** The open file must be the item itself, so that no link and no exchange leads elsewhere. */
async function openAs(
  source: Source<Settings>,
  path: string,
  id: string,
): Promise<FileHandle | null> {
  const full = join(await rootPath(source), path);
  let file: FileHandle;
  try {
    if ((await realpath(dirname(full))) !== dirname(full)) return null;
    file = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  const stats = await file.stat();
  if (stats.isFile() && idOf(stats, path) === id) return file;
  await file.close();
  return null;
}

async function* bytesOf(source: Source<Settings>, file: FileHandle): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of file.createReadStream({ signal: source.signal, autoClose: false })) {
      if (Buffer.isBuffer(chunk)) yield chunk;
    }
  } finally {
    await file.close();
  }
}
