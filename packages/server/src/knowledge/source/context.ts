// What the operations on sources need, and how each is written down.
import type { Principal } from "@stead/protocol";
import { append, type Ledger } from "../../ledger/append.ts";
import type { NewEvent } from "../../ledger/event.ts";
import type { JsonObject } from "../../lib/json.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import type { Tx } from "../../store/tx.ts";
import type { HostDeps } from "../connection/deps.ts";
import type { SearchCtx } from "../search.ts";
import type { SyncDeps } from "../sync/deps.ts";
import type { SourceHost } from "./host.ts";
import { selectSource } from "./queries.ts";
import type { SourceRow } from "./source.ts";

export interface SourcesCtx {
  readonly ctx: SearchCtx;
  readonly ledger: Ledger;
  readonly host: HostDeps;
  readonly hosts: SourceHost;
  readonly sync: SyncDeps;
}

const STREAM = "sources";

/** What can be read in the stream `sources`. Wire-visible: never renamed. */
export const SOURCE_EVENTS = [
  "source.created",
  "source.changed",
  "source.registered",
  "source.connected",
  "source.paused",
  "source.resumed",
  "source.resynced",
  "source.leaving",
  "source.disconnected",
  "source.linked",
  "source.unlinked",
  "source.sign-in-misdirected",
  "source.person-mapped",
  "source.shares-looked-at",
  "source.items-looked-at",
  "document.explained",
  "person.seen-as",
  "search.model-chosen",
] as const;

export interface Fact {
  readonly type: (typeof SOURCE_EVENTS)[number];
  /** Null: Stead itself goes on with what somebody began. */
  readonly by: Principal | null;
  readonly data: JsonObject;
  readonly bodies?: NewEvent["bodies"];
}

/** It is so already: nothing is written, and that is no failure. */
export const ALREADY = fail("request.conflict", "It is so already.");

/** Appends the fact, and does what it states in the same transaction. */
export async function record(
  { ledger }: Pick<SourcesCtx, "ledger">,
  { type, by, data, bodies }: Fact,
  also?: (tx: Tx) => Promise<Result<void>>,
): Promise<Result<void>> {
  const event = { type, data: { ...data, by: by?.personId ?? "" }, ...(bodies ? { bodies } : {}) };
  const receipt = await append(ledger, {
    stream: STREAM,
    after: "tail",
    events: [event],
    ...(also ? { also } : {}),
  });
  return receipt.ok || receipt.failure === ALREADY.failure ? ok() : receipt;
}

export const NO_SOURCE = fail("resource.not_found", "There is no such source.");

/** One that is being disconnected is as good as gone. */
export async function sourceOf(
  { ctx }: Pick<SourcesCtx, "ctx">,
  sourceId: string,
): Promise<Result<SourceRow>> {
  const found = await whileAvailable(() => selectSource(ctx, sourceId));
  if (!found.ok) return found;
  return found.value && found.value.state !== "leaving" ? ok(found.value) : NO_SOURCE;
}
