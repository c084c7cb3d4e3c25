// One space, page, post, folder or attachment of Confluence as an item.
import { SourceError, type Content, type Item } from "@stead/sdk";
import { contentAccess, spaceAccess, type ConfluenceAccess } from "./access.ts";
import { ask, everyPage, type ConfluenceSource } from "./api.ts";
import {
  attachmentSchema,
  attachmentsSchema,
  bodySchema,
  contentSchema,
  spaceSchema,
  type WireAttachment,
  type WireContent,
  type WireSpace,
} from "./wire.ts";

export type ConfluenceItem = Item<ConfluenceAccess>;

/** Where each kind of content is asked for; only pages and posts have text. */
const PLACES: Readonly<Record<string, string>> = {
  page: "pages",
  blogpost: "blogposts",
  folder: "folders",
  whiteboard: "whiteboards",
  database: "databases",
  embed: "embeds",
};
const NEVER = "1970-01-01T00:00:00.000Z";
const DEPTH_MAX = 200;
const WRITTEN = new Set(["page", "blogpost"]);
/** An archived page is still open to whoever may view it; drafts and what is in the bin are not shown. */
const SHOWN = new Set(["current", "archived"]);

/** Ids of different kinds of things may be equal. */
export function idOf(type: string, id: string): string {
  return `${type}:${id}`;
}

export function split(id: string): { readonly type: string; readonly own: string } {
  const at = id.indexOf(":");
  return { type: id.slice(0, at), own: id.slice(at + 1) };
}

export async function spaceItem(
  source: ConfluenceSource,
  space: WireSpace,
): Promise<ConfluenceItem> {
  const { _links: links } = space;
  return {
    id: idOf("space", space.id),
    parentId: null,
    kind: "container",
    title: space.name,
    path: space.name,
    ...urlOf(source, links?.webui),
    revision: space.name,
    updatedAt: space.createdAt ?? NEVER,
    access: await spaceAccess(source, space.id),
  };
}

export async function contentItem(
  source: ConfluenceSource,
  type: string,
  content: WireContent,
): Promise<ConfluenceItem> {
  const isWritten = WRITTEN.has(type);
  const { version, parentId, _links: links } = content;
  // A post is in its space alone, whatever else is said.
  const isBelow = type !== "blogpost" && typeof parentId === "string";
  return {
    id: idOf(type, content.id),
    parentId: isBelow
      ? idOf(content.parentType ?? "page", parentId)
      : idOf("space", content.spaceId),
    kind: isWritten ? "document" : "container",
    title: content.title,
    path: content.title,
    ...urlOf(source, links?.webui),
    ...(isWritten && { mediaType: "text/html" }),
    revision: `${content.title} ${version?.number ?? version?.createdAt ?? ""}`,
    updatedAt: version?.createdAt ?? content.createdAt ?? NEVER,
    access: await contentAccess(source, content.id),
  };
}

export function attachmentItem(
  source: ConfluenceSource,
  file: WireAttachment,
): ConfluenceItem | null {
  const { pageId, blogPostId, version } = file;
  if (!SHOWN.has(file.status)) return null;
  const parentId = pageId ? idOf("page", pageId) : blogPostId ? idOf("blogpost", blogPostId) : null;
  if (parentId === null) return null;
  return {
    id: idOf("attachment", file.id),
    parentId,
    kind: "document",
    title: file.title,
    path: file.title,
    ...urlOf(source, file.webuiLink),
    ...(file.mediaType !== undefined && { mediaType: file.mediaType }),
    ...(file.fileSize !== undefined && { bytes: file.fileSize }),
    revision: `${file.title} ${version?.number ?? version?.createdAt ?? ""}`,
    updatedAt: version?.createdAt ?? file.createdAt ?? NEVER,
    access: { of: "attachment" },
  };
}

function urlOf(source: ConfluenceSource, link: string | undefined): { url?: string } {
  const path = link?.startsWith("/wiki/") === true ? link.slice("/wiki".length) : link;
  return path?.startsWith("/") === true ? { url: `${source.settings.site}/wiki${path}` } : {};
}

export async function attachmentsOf(
  source: ConfluenceSource,
  type: string,
  id: string,
): Promise<ConfluenceItem[]> {
  const files = await everyPage(
    source,
    attachmentsSchema,
    `api/v2/${PLACES[type] ?? ""}/${encodeURIComponent(id)}/attachments`,
  );
  return files.map((file) => attachmentItem(source, file)).filter((found) => found !== null);
}

/**
 * Folders, whiteboards and databases are in no listing of a space: they are asked for where a page names one
 * as its parent, outermost first.
 */
export async function placesAbove(
  source: ConfluenceSource,
  contents: readonly WireContent[],
  known: Set<string>,
): Promise<ConfluenceItem[]> {
  const found: ConfluenceItem[] = [];
  for (const content of contents) {
    const chain: ConfluenceItem[] = [];
    let { parentId, parentType } = content;
    for (let depth = 0; depth < DEPTH_MAX && parentId; depth++) {
      const id = idOf(parentType ?? "page", parentId);
      if (parentType === "page" || !parentType || known.has(id)) break;
      known.add(id);
      // oxlint-disable-next-line no-await-in-loop -- each names the next
      const place = await contentAt(source, parentType, parentId);
      if (place === null) break;
      // oxlint-disable-next-line no-await-in-loop -- each names the next
      chain.unshift(await contentItem(source, parentType, place));
      ({ parentId, parentType } = place);
    }
    found.push(...chain);
  }
  return found;
}

async function contentAt(
  source: ConfluenceSource,
  type: string,
  id: string,
): Promise<WireContent | null> {
  const place = PLACES[type];
  if (place === undefined) return null;
  const content = await orNull(
    ask(source, contentSchema, { url: `api/v2/${place}/${encodeURIComponent(id)}` }),
  );
  if (content !== null && content.id !== id) {
    throw new SourceError("malformed", "Confluence answered with another page.");
  }
  return content !== null && SHOWN.has(content.status) ? content : null;
}

export async function item(source: ConfluenceSource, id: string): Promise<ConfluenceItem | null> {
  const { type, own } = split(id);
  const path = encodeURIComponent(own);
  if (type === "space") {
    const space = await orNull(ask(source, spaceSchema, { url: `api/v2/spaces/${path}` }));
    return space !== null && isChosen(source, space) ? spaceItem(source, space) : null;
  }
  if (type === "attachment") {
    const file = await orNull(ask(source, attachmentSchema, { url: `api/v2/attachments/${path}` }));
    return file === null ? null : attachmentItem(source, file);
  }
  const content = await contentAt(source, type, own);
  return content === null ? null : contentItem(source, type, content);
}

export function isChosen({ settings }: ConfluenceSource, { key }: WireSpace): boolean {
  return settings.spaces.length === 0 || settings.spaces.includes(key);
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof SourceError && (error.code === "missing" || error.code === "forbidden")) {
      return null;
    }
    throw error;
  }
}

export async function fetchItem(
  source: ConfluenceSource,
  wanted: ConfluenceItem,
): Promise<Content> {
  const { type, own } = split(wanted.id);
  if (type === "attachment") {
    const page = encodeURIComponent(split(wanted.parentId ?? "").own);
    const { site } = source.settings;
    const reply = await source.http({
      url: `${site}/wiki/rest/api/content/${page}/child/attachment/${encodeURIComponent(own)}/download`,
    });
    return { mediaType: wanted.mediaType ?? "application/octet-stream", bytes: reply.bytes };
  }
  if (!WRITTEN.has(type)) throw new SourceError("malformed", "This has no text to read.");
  const { body } = await ask(source, bodySchema, {
    url: `api/v2/${PLACES[type]}/${encodeURIComponent(own)}`,
    query: { "body-format": "view" },
  });
  return { mediaType: "text/html", bytes: new TextEncoder().encode(body.view.value) };
}

export function isShown({ status }: WireContent): boolean {
  return SHOWN.has(status);
}
