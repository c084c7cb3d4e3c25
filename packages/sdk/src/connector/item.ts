// What a connector reports of its source: items in a tree, groups, changes and contents.

/** A page of a listing. Called again with `next` until that is null; any call may be repeated. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque to Stead, kept across restarts; null at the end. */
  readonly next: string | null;
}

/** `Access` is what the connector's `readers` makes a rule of; it is stored as JSON. */
export interface Item<Access = unknown> {
  /** The source's own immutable id. */
  readonly id: string;
  /** The item whose rule this one's may depend on: folder, space, parent page. Null at the top. */
  readonly parentId: string | null;
  /** Only documents are read and indexed; a container only carries rules. */
  readonly kind: "container" | "document";
  readonly title: string;
  /** Where a person finds it, for example `Finance/Budget.xlsx`. */
  readonly path: string;
  /** Opens it in the source. */
  readonly url?: string;
  readonly mediaType?: string;
  /** As the source says, which may be wrong. */
  readonly bytes?: number;
  /** Changes whenever the content does. */
  readonly revision: string;
  /** ISO 8601. */
  readonly updatedAt: string;
  /** What the source says of this item's own permissions; `readers` makes the rule of it. */
  readonly access: Access;
  /** Data classes that the source declares. */
  readonly classes?: readonly string[];
}

/** An item that is new, changed, moved or shared anew, or the id of one that is gone. */
export type Change<Access = unknown> =
  | { readonly kind: "item"; readonly item: Item<Access> }
  | { readonly kind: "gone"; readonly id: string }
  /** The members of a group changed; `groups` is asked for it again. */
  | { readonly kind: "group"; readonly id: string }
  /** Something below this item changed: its subtree is listed again. */
  | { readonly kind: "subtree"; readonly id: string };

export interface ChangePage<Access = unknown> {
  readonly changes: readonly Change<Access>[];
  /** Where to go on. */
  readonly next: string;
  /** False: there is more to be had now. */
  readonly done: boolean;
}

export interface Member {
  readonly kind: "user" | "group";
  readonly id: string;
}

export interface SourceGroup {
  readonly id: string;
  readonly name: string;
  readonly members: readonly Member[];
  /** False when the source did not give all: then only what is known to be lost takes force. */
  readonly complete: boolean;
}

/** A person as the source knows them. */
export interface SourceUser {
  readonly id: string;
  readonly name: string;
  /** Only an address that the source itself vouches for. */
  readonly email?: string;
  /** The directory's domain that the user is a member of. */
  readonly domain?: string;
  readonly active: boolean;
}

export interface Content {
  readonly mediaType: string;
  /** Bytes as they come; Stead stops reading at its bound. */
  readonly bytes: AsyncIterable<Uint8Array> | Uint8Array;
}

export type Answer = "yes" | "no" | "unknown";
