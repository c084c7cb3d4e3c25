// The leaves of an access expression: Stead's own people and groups, and what only a source can say.
// Everything of a source is named with the source's id, so that two sources never share a principal.
import { z } from "zod";

export type Leaf =
  | { readonly person: string }
  | { readonly group: string }
  /** `<sourceId>/user:<id>`, `<sourceId>/group:<id>` or `<sourceId>/domain:<name>`. */
  | { readonly principal: string }
  /** `<sourceId>/<itemId>`: true for whom the source last said yes to. */
  | { readonly ask: string }
  /** `<sourceId>/<itemId>`: who has the link; known like `ask`, for only the source knows. */
  | { readonly link: string }
  /** `<sourceId>`: all may read it, as that source says; unknown once the source is closed. */
  | { readonly public: string };

const idSchema = z.string().min(1).max(200);
const scopedSchema = z
  .string()
  .max(600)
  .regex(/^[^/:]+\/.+$/s);
export const leafSchema: z.ZodType<Leaf> = z.union([
  z.strictObject({ person: idSchema }),
  z.strictObject({ group: idSchema }),
  z.strictObject({ principal: scopedSchema.regex(/^[^/]+\/(user|group|domain):.+$/s) }),
  z.strictObject({ ask: scopedSchema }),
  z.strictObject({ link: scopedSchema }),
  z.strictObject({ public: idSchema.regex(/^[^/:]+$/) }),
]);

const NAME_CHARS_MAX = 650;

/** Not too long for an index, and text to PostgreSQL too. */
export function isStorable(name: string): boolean {
  return name.length <= NAME_CHARS_MAX && !name.includes("\0") && name.isWellFormed();
}

/** What a leaf is called in lists of principals: `person:…`, `group:…`, `source:…`, `<sourceId>/…`. */
export function leafName(leaf: Leaf): string {
  if ("person" in leaf) return `person:${leaf.person}`;
  if ("group" in leaf) return `group:${leaf.group}`;
  if ("principal" in leaf) return leaf.principal;
  if ("public" in leaf) return `source:${leaf.public}`;
  if ("ask" in leaf) return kindOf(leaf.ask, "ask");
  return kindOf(leaf.link, "link");
}

function kindOf(scoped: string, kind: string): string {
  const slash = scoped.indexOf("/");
  return `${scoped.slice(0, slash)}/${kind}:${scoped.slice(slash + 1)}`;
}

export function sourceOf(leaf: Leaf): string | undefined {
  return named(leafName(leaf)).sourceId;
}

export interface Named {
  /** Undefined for Stead's own. */
  readonly sourceId: string | undefined;
  readonly kind: "person" | "group" | "user" | "domain" | "ask" | "link" | "public";
  readonly id: string;
}

/** A leaf's name taken apart. */
export function named(name: string): Named {
  const own = /^(person|group|source):(.*)$/s.exec(name);
  if (own?.[1] === "source") return { sourceId: own[2], kind: "public", id: "" };
  if (own)
    return {
      sourceId: undefined,
      kind: own[1] === "person" ? "person" : "group",
      id: own[2] ?? "",
    };
  const parts = /^([^/]*)\/(user|group|domain|ask|link):(.*)$/s.exec(name);
  const kind = KINDS.find((each) => each === parts?.[2]);
  if (!parts || !kind) throw new Error(`no name of a principal: ${name}`);
  return { sourceId: parts[1], kind, id: parts[3] ?? "" };
}

const KINDS = ["user", "group", "domain", "ask", "link"] as const;
