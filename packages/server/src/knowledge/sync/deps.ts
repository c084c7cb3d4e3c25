// What sync is handed: the way to a source, the reader of texts, and its bounds.
import type { Connector, Source, SourceErrorCode } from "@stead/sdk";
import type { Vault } from "../../egress/vault.ts";
import type { Result } from "../../lib/result.ts";
import type { Ctx } from "../../store/context.ts";
import type { TextExtractor } from "../text/extract.ts";

/** Rights come before contents, and each kind is one piece of work at a time. */
export const SYNC_KINDS = ["people", "changes", "items", "access", "content"] as const;
export type SyncKind = (typeof SYNC_KINDS)[number];

/** What sync has to know of a source's row. */
export interface SyncRow {
  readonly id: string;
  /** `paused` and `reconnect` are left alone. */
  readonly state: string;
  /** Mail domains whose addresses the source may vouch for. */
  readonly trustedDomains: readonly string[];
}

/** What is promised of a source's freshness. */
export interface SourcePromise {
  readonly id: string;
  readonly objectiveMs: number;
  /** Past its objective nobody reads anything of it. */
  readonly failClosed: boolean;
}

export interface SyncHosted {
  readonly row: SyncRow;
  readonly connector: Connector;
  readonly source: Source<unknown>;
}

export interface SyncDeps {
  readonly ctx: Ctx;
  /** The source as its crawl identity sees it. */
  readonly host: (sourceId: string, signal: AbortSignal) => Promise<Result<SyncHosted>>;
  /** Every source that there is, paused ones too. */
  readonly promises: () => Promise<readonly SourcePromise[]>;
  readonly extractor: Pick<TextExtractor, "extract">;
  /** Keeps what a subscription gave, such as the secret that signs its events. */
  readonly vault: Vault;
  /** Where the source sends its events; none: nothing is subscribed to. */
  readonly callbackUrl?: (sourceId: string) => string;
  /** Told when a source refuses, such as `reconnect` when its sign-in is gone. */
  readonly onTrouble?: (
    sourceId: string,
    trouble: { readonly code: SourceErrorCode; readonly detail: string },
  ) => Promise<void>;
  readonly bounds?: Partial<SyncBounds>;
}

export interface SyncBounds {
  /** Of a file; reading stops there. */
  readonly bytesMax: number;
  /** Pages of a listing without one new item, user or group. */
  readonly idlePagesMax: number;
  /** Items whose class is worked out in one transaction. */
  readonly batch: number;
  /** Files read in one step, at most so many at once as the connector allows. */
  readonly files: number;
  readonly itemsMax: number;
  readonly membersMax: number;
  /** Of those that a listing left out, so many are asked for by themselves. */
  readonly confirmMax: number;
}

export const SYNC_BOUNDS: SyncBounds = {
  bytesMax: 64 * 1024 * 1024,
  idlePagesMax: 50,
  batch: 1_000,
  files: 16,
  itemsMax: 5_000_000,
  membersMax: 200_000,
  confirmMax: 100,
};

export function boundsOf(deps: Pick<SyncDeps, "bounds">): SyncBounds {
  return { ...SYNC_BOUNDS, ...deps.bounds };
}
