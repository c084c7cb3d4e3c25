// Rotates the key-encryption key: a new one wraps from now on, what the old ones wrapped is wrapped anew, row
// by row while all of it is in use, and only then are the old ones dropped.
import type { Principal } from "@stead/protocol";
import { append, type Ledger } from "../../ledger/append.ts";
import { STALE_MS } from "../../ledger/key-file.ts";
import { addKey, rewrapped } from "../../ledger/keys.ts";
import type { JsonObject } from "../../lib/json.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import type { SealedPlace } from "./place.ts";
import {
  countByKey,
  insertRotation,
  keepRotation,
  lastRotation,
  nextWrapped,
  replaceWrapped,
  type RotationRow,
} from "./queries.ts";

export interface RotationCtx {
  readonly ledger: Ledger;
  readonly places: readonly SealedPlace[];
  /** How long what was sealed before may wait for its commit; left out: ten minutes. */
  readonly graceMs?: number;
}

const STREAM = "vault";
const BATCH = 500;
const GRACE_MS = 10 * 60_000;

/** Begins one; the work itself is `goOn`, here or in a process that starts later. */
export async function beginRotation(
  { ledger }: RotationCtx,
  by: Principal,
): Promise<Result<RotationRow>> {
  const before = await lastRotation(ledger);
  if (before && !before.ended_at)
    return fail("request.conflict", "The keys are being rotated already.");
  const added = await addKey(ledger.keys);
  if (!added.ok) return added;
  const id = added.value;
  if (!id) return fail("config.invalid", "The keys of this server can't be changed by it.");
  const row: RotationRow = {
    org_id: ledger.orgId,
    key_id: id.toString("hex"),
    started_by: by.personId,
    started_at: new Date(ledger.clock.now()),
    place: "",
    after: "",
    done: 0,
    ended_at: null,
  };
  const data = { by: by.personId, keyId: row.key_id };
  const begun = await record(ledger, { type: "vault.rotation-begun", data }, row);
  return begun.ok ? ok(row) : begun;
}

/** To the end, or until the signal: the next call goes on. Nothing is lost by doing a part of it twice. */
export async function goOn(ctx: RotationCtx, signal: AbortSignal): Promise<Result<void>> {
  const { ledger } = ctx;
  const rotation = await lastRotation(ledger);
  if (!rotation || rotation.ended_at) return ok();
  const from = ctx.places.findIndex(({ name }) => name === rotation.place);
  for (const [i, place] of ctx.places.slice(Math.max(0, from)).entries()) {
    const after = i === 0 && from >= 0 ? rotation.after : "";
    const done = await rewrapPlace(ctx, { place, keyId: rotation.key_id, after }, signal);
    if (!done.ok) return done;
  }
  // Other processes wrap with the old one until they have read the file again, and what they have sealed may
  // wait for a database that is away.
  await ledger.clock.sleep(Math.max(2 * STALE_MS, ctx.graceMs ?? GRACE_MS), signal);
  for (const place of ctx.places) {
    const counted = await countByKey(ledger, place, rotation.key_id.length / 2);
    if ([...counted.keys()].every((id) => id === rotation.key_id)) continue;
    const done = await rewrapPlace(ctx, { place, keyId: rotation.key_id, after: "" }, signal);
    if (!done.ok) return done;
  }
  return signal.aborted ? STOPPED : endRotation(ctx, rotation);
}

const STOPPED = fail("store.unavailable", "The server stops; the next one goes on.");

interface Under {
  readonly place: SealedPlace;
  readonly keyId: string;
  readonly after: string;
}

async function rewrapPlace(
  { ledger }: RotationCtx,
  { place, keyId, after }: Under,
  signal: AbortSignal,
): Promise<Result<void>> {
  const id = Buffer.from(keyId, "hex");
  for (let last = after; ;) {
    if (signal.aborted) return STOPPED;
    const page = { after: last, limit: BATCH };
    const rows = await nextWrapped(ledger, place, page);
    const old = rows.filter(({ wrapped }) => !wrapped.subarray(0, id.length).equals(id));
    const bindings = await place.bindings(old);
    for (const [i, row] of old.entries()) {
      const binding = bindings[i];
      const now = binding === undefined ? undefined : rewrapped(ledger.keys, row.wrapped, binding);
      // What does not open now will not open ever: moved or bent. It is found again at the end.
      if (now)
        await replaceWrapped(ledger, place, { key: row.rotation_key, was: row.wrapped, now });
    }
    last = rows.at(-1)?.rotation_key ?? last;
    const kept = { key_id: keyId, place: place.name, after: last, ended_at: null };
    await keepRotation(ledger, { ...kept, more: old.length });
    if (rows.length < BATCH) return ok();
  }
}

/** Old keys go once nothing needs them; while anything is left that they have wrapped, they stay. */
async function endRotation(ctx: RotationCtx, rotation: RotationRow): Promise<Result<void>> {
  const { ledger } = ctx;
  const left = await wrappedByOthers(ctx, rotation.key_id);
  if (left > 0) {
    ledger.log("error", "keys stand wrapped that can't be opened; the old key stays", { left });
    const again = { key_id: rotation.key_id, place: "", after: "", more: 0 };
    await keepRotation(ledger, { ...again, ended_at: new Date(ledger.clock.now()) });
    const data = { keyId: rotation.key_id, left, dropped: false };
    return record(ledger, { type: "vault.rotation-ended", data });
  }
  ledger.keys.file?.keepLast();
  const ended = { key_id: rotation.key_id, place: "", after: "", more: 0 };
  await keepRotation(ledger, { ...ended, ended_at: new Date(ledger.clock.now()) });
  const data = { keyId: rotation.key_id, left: 0, dropped: true };
  return record(ledger, { type: "vault.rotation-ended", data });
}

async function wrappedByOthers({ ledger, places }: RotationCtx, keyId: string): Promise<number> {
  let left = 0;
  for (const place of places)
    for (const [id, rows] of await countByKey(ledger, place, keyId.length / 2))
      if (id !== keyId) left += rows;
  return left;
}

export interface VaultKeys {
  readonly keys: { id: string; current: boolean; rows: number }[];
  readonly rotation: RotationRow | undefined;
}

export async function vaultKeys({ ledger, places }: RotationCtx): Promise<Result<VaultKeys>> {
  return whileAvailable(async () => {
    const ids = ledger.keys.ids().map((id) => id.toString("hex"));
    const rows = new Map(ids.map((id) => [id, 0]));
    for (const place of places)
      for (const [id, count] of await countByKey(ledger, place, (ids[0]?.length ?? 8) / 2))
        rows.set(id, (rows.get(id) ?? 0) + count);
    const keys = [...rows].map(([id, count]) => ({
      id,
      current: id === ids.at(-1),
      rows: count,
    }));
    return { keys, rotation: await lastRotation(ledger) };
  });
}

async function record(
  ledger: Ledger,
  event: { readonly type: string; readonly data: JsonObject },
  row?: RotationRow,
): Promise<Result<void>> {
  const receipt = await append(ledger, {
    stream: STREAM,
    after: "tail",
    events: [event],
    ...(row && {
      also: async (tx) =>
        (await insertRotation({ db: tx, orgId: ledger.orgId }, row))
          ? ok()
          : fail("request.conflict", "The keys are being rotated already."),
    }),
  });
  return receipt.ok ? ok() : receipt;
}
