// An item as a connector reports it, made fit to be kept: what it says may be anything.
import type { Change, Item, Page, SourceGroup, SourceUser } from "@stead/sdk";
import { SourceError } from "@stead/sdk";
import { z } from "zod";
import { idFrom } from "../../lib/ids.ts";
import { isDeeper } from "../../lib/json.ts";
import { visible } from "../../lib/visible.ts";

const PAGE_MAX = 20_000;
const TEXT_MAX = 2_000;
const ACCESS_BYTES_MAX = 2_000_000;
const ACCESS_DEPTH_MAX = 30;

/** Ids stand in rules and indexes: an item whose id can't be kept can't be known. */
const idSchema = z
  .string()
  .min(1)
  .max(400)
  .refine((id) => !id.includes("\0") && id.isWellFormed());

const itemSchema = z.object({
  id: idSchema,
  parentId: idSchema.nullable(),
  kind: z.enum(["container", "document"]),
  title: z.string(),
  path: z.string(),
  url: z.string().optional(),
  mediaType: z.string().optional(),
  bytes: z.number().optional(),
  revision: z.string(),
  updatedAt: z.string(),
  access: z.unknown(),
  classes: z.array(z.string()).optional(),
});

/** A row as it is written; `access` is JSON text. */
export interface ItemInput {
  readonly id: string;
  readonly parentId: string | null;
  readonly kind: "container" | "document";
  readonly title: string;
  readonly path: string;
  readonly url: string | null;
  readonly mediaType: string | null;
  readonly bytes: number | null;
  readonly revision: string;
  readonly updatedAt: string;
  readonly access: string;
  readonly classes: readonly string[];
}

export function readItem(given: Item): ItemInput {
  const read = itemSchema.safeParse(given);
  if (!read.success) throw malformed("an item of an unknown form");
  const { data } = read;
  if (isDeeper(data.access, ACCESS_DEPTH_MAX)) throw malformed("permissions nested too deeply");
  const access = JSON.stringify(data.access ?? null);
  if (access.length > ACCESS_BYTES_MAX) throw malformed("permissions that are too long");
  const at = new Date(data.updatedAt);
  return {
    id: data.id,
    parentId: data.parentId,
    kind: data.kind,
    title: shown(data.title) || shown(data.id),
    path: shown(data.path),
    url: webAddress(data.url),
    mediaType: data.mediaType === undefined ? null : shown(data.mediaType).slice(0, 200),
    bytes: data.bytes !== undefined && Number.isSafeInteger(data.bytes) ? data.bytes : null,
    revision: shown(data.revision),
    updatedAt: isNaN(at.getTime()) ? new Date(0).toISOString() : at.toISOString(),
    // PostgreSQL knows no NUL in JSON; what would differ by it alone is no name of anything.
    access: access.replaceAll("\\u0000", "\uFFFD").toWellFormed(),
    classes: [...new Set((data.classes ?? []).map((each) => shown(each).slice(0, 60)))],
  };
}

/** Each id once, as it was said last; and no page without an end. */
export function readItems(items: readonly Item[]): ItemInput[] {
  if (items.length > PAGE_MAX) throw malformed(`a page of more than ${PAGE_MAX} items`);
  return [...new Map(items.map(readItem).map((item) => [item.id, item])).values()];
}

/** One line, and nothing in it that makes one name look like another or that a model reads alone. */
export function shown(text: string): string {
  return visible(text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "\uFFFD"))
    .toWellFormed()
    .slice(0, TEXT_MAX)
    .toWellFormed();
}

function webAddress(url: string | undefined): string | null {
  if (url === undefined || url.length > TEXT_MAX || !URL.canParse(url)) return null;
  return /^https?:$/.test(new URL(url).protocol) ? new URL(url).href : null;
}

const memberSchema = z.object({ kind: z.enum(["user", "group"]), id: z.string() });
const groupSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  members: z.array(memberSchema),
  complete: z.boolean(),
});

/** A group of more members than can be kept is not known whole. */
export function readGroup(given: SourceGroup, membersMax: number): SourceGroup {
  const read = groupSchema.safeParse(given);
  if (!read.success) throw malformed("a group of an unknown form");
  const group = read.data;
  return group.members.length > membersMax ? { ...group, members: [], complete: false } : group;
}

const userSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  email: z.string().optional(),
  domain: z.string().optional(),
  active: z.boolean(),
});

export function readUser(given: SourceUser): SourceUser {
  const read = userSchema.safeParse(given);
  if (!read.success) throw malformed("a user of an unknown form");
  const { email, domain, ...user } = read.data;
  return {
    ...user,
    ...(email === undefined ? {} : { email }),
    ...(domain === undefined ? {} : { domain }),
  };
}

const CURSOR_CHARS_MAX = 10_000_000;

export function readPage<T>(page: Page<T>): Page<T> {
  const { items, next } = page;
  if (!Array.isArray(items)) throw malformed("a page without items");
  if (next !== null && (typeof next !== "string" || next.length > CURSOR_CHARS_MAX))
    throw malformed("a page without a place to go on");
  if (items.length > PAGE_MAX) throw malformed(`a page of more than ${PAGE_MAX}`);
  return page;
}

const changeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("item"), item: z.unknown() }),
  z.object({ kind: z.literal(["gone", "group", "subtree"]), id: idSchema }),
]);

export type KnownChange =
  | { readonly kind: "item"; readonly item: ItemInput }
  | { readonly kind: "gone" | "group" | "subtree"; readonly id: string };

export function readChange(given: Change): KnownChange {
  const read = changeSchema.safeParse(given);
  if (!read.success) throw malformed("a change of an unknown form");
  if (given.kind === "item") return { kind: "item", item: readItem(given.item) };
  return { kind: given.kind, id: given.id };
}

export function malformed(what: string): SourceError {
  return new SourceError("malformed", `The source answered ${what}.`);
}

/** The document that an item becomes: the same for as long as the source is connected. */
export function documentIdOf(sourceId: string, itemId: string): string {
  return idFrom("doc", `${sourceId}/${itemId}`);
}
