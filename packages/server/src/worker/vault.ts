// The keys of the vault: where they stand, and their rotation, which a later start goes on with.
import { knownPlaces } from "../egress/known/kept/places.ts";
import { text, type SealedPlace } from "../egress/rotation/place.ts";
import { beginRotation, goOn, vaultKeys, type RotationCtx } from "../egress/rotation/rotate.ts";
import { sourcePlaces } from "../knowledge/connection/places.ts";
import { bindingsOf } from "../ledger/batch.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { EndpointReply, Endpoints } from "@stead/protocol";
import type { Handlers } from "../lib/handler.ts";
import { ok, type Result } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import { blobBindings } from "../tools/blob/store.ts";
import { signInPlaces } from "../tools/mcp/signin/places.ts";

/** Everything that is wrapped by the key of the server. */
export function sealedPlaces({ db, orgId }: Pick<Ledger, "db" | "orgId">): SealedPlace[] {
  const ofKeys = (name: string, startsWith: string, bind: typeof bindingsOf): SealedPlace => ({
    name,
    table: "data_key",
    key: ["body_id"],
    startsWith,
    bindings: async (rows) => rows.map((row) => bind(orgId, text(row, "body_id"))),
  });
  return [
    ...sourcePlaces({ db, orgId }),
    ...knownPlaces(orgId),
    ...signInPlaces(orgId),
    ofKeys("bodies", "body_", bindingsOf),
    ofKeys("blobs", "blob_", blobBindings),
  ];
}

type View = EndpointReply<Endpoints["vault.get"]>;

export class VaultKeeper {
  readonly #ctx: RotationCtx;
  readonly #stopping = new AbortController();
  #going: Promise<void> | undefined;

  constructor(ledger: Ledger, graceMs?: number) {
    const places = sealedPlaces(ledger);
    this.#ctx = { ledger, places, ...(graceMs === undefined ? {} : { graceMs }) };
  }

  /** Goes on with what was begun, if anything. */
  start(): void {
    this.#going ??= this.#go().finally(() => (this.#going = undefined));
  }

  async #go(): Promise<void> {
    const { signal } = this.#stopping;
    const looked = await whileAvailable(() => goOn(this.#ctx, signal));
    const done = looked.ok ? looked.value : looked;
    if (done.ok || signal.aborted) return;
    this.#ctx.ledger.log("error", "a rotation of keys stopped; the next start goes on", {
      detail: done.failure.detail,
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#going;
  }

  routes(): Pick<Handlers, "vault.get" | "vault.rotate"> {
    return {
      "vault.get": () => this.#view(),
      "vault.rotate": async ({ principal }) => {
        const begun = await beginRotation(this.#ctx, principal);
        if (!begun.ok) return begun;
        this.start();
        return this.#view();
      },
    };
  }

  async #view(): Promise<Result<View>> {
    const found = await vaultKeys(this.#ctx);
    if (!found.ok) return found;
    const { keys, rotation } = found.value;
    return ok({
      keys,
      rotation: rotation
        ? {
            keyId: rotation.key_id,
            startedAt: rotation.started_at.toISOString(),
            startedBy: rotation.started_by,
            done: rotation.done,
            endedAt: rotation.ended_at?.toISOString() ?? null,
          }
        : null,
    });
  }
}
