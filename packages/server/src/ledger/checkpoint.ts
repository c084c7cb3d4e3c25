// The checkpointer: gathers the heads of streams that changed into the Merkle tree and signs its
// root.
import { fail, ok, type Result } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import { withTx, type Tx } from "../store/tx.ts";
import type { Ledger } from "./ledger.ts";
import {
  consistencyRanges,
  cover,
  grow,
  proofHashes,
  proofNodes,
  rootHash,
  verifyConsistency,
  type NodeId,
  type NodeSource,
  type TreeNode,
} from "./tree/merkle.ts";
import {
  checkpointText,
  isCosigned,
  openNote,
  readCheckpoint,
  readVerifierKey,
  signNote,
  splitNote,
} from "./tree/note.ts";
import {
  changedStreams,
  insertCheckpoint,
  insertWitness,
  lastCheckpoint,
  lockCheckpoints,
  nodesAt,
  numberSends,
  rememberScan,
  scanState,
} from "./tree/queries.ts";
import { hashLeaf, type CheckpointRow, type LeafRow } from "./tree/rows.ts";
import type { Witness } from "./tree/witness.ts";

const LEAVES_MAX = 10_000;
const EVERY_MS = 1_000;
const EVENTS_MAX = 256;

export type Made = "checkpoint" | "more" | "nothing" | "busy";

/**
 * Makes a checkpoint unless nothing changed or another process is at it. "more": this one is full,
 * and there is more to cover.
 */
export async function checkpoint(ledger: Ledger): Promise<Result<Made>> {
  const made = await whileAvailable(() => withTx(ledger.db, (tx) => extend(ledger, tx)));
  if (!made.ok || !made.value.ok) return made.ok ? made.value : made;
  const { value } = made.value;
  if (value === "checkpoint" || value === "more") await showWitnesses(ledger);
  return made.value;
}

async function extend(ledger: Ledger, tx: Tx): Promise<Result<Made>> {
  const { orgId } = ledger;
  if (!(await lockCheckpoints(tx, orgId))) return ok("busy");
  const scan = await scanState(tx, orgId);
  const changed = await changedStreams(tx, { orgId, seen: scan.seen, limit: LEAVES_MAX });
  const more = changed.length === LEAVES_MAX;
  const news = changed.length > 0 || scan.seen === null;
  if (news && !more) await rememberScan(tx, orgId, scan);
  if (changed.length === 0) return ok("nothing");
  const before = await lastCheckpoint(tx, orgId);
  const size = before?.size ?? 0;
  const frontier = sourceOf(await nodesAt(tx, orgId, cover(0, size)));
  const sound = checkBefore(ledger, before, frontier);
  if (!sound.ok) return sound;
  const leaves = changed.map((leaf, offset) => ({ idx: size + offset, ...leaf }));
  await insertCheckpoint(tx, { orgId, leaves, ...signed(ledger, { before, frontier, leaves }) });
  await numberSends(tx, orgId, size);
  return ok(more ? "more" : "checkpoint");
}

/** The tree as stored must be the tree that we signed last: nobody may build on an altered one. */
function checkBefore(
  { keys }: Ledger,
  before: CheckpointRow | undefined,
  frontier: NodeSource,
): Result<void> {
  if (!before) return ok();
  const text = openNote(before.note, keys.signer);
  const said = text === undefined ? undefined : readCheckpoint(text);
  const root = rootHash(before.size, frontier).toString("hex");
  if (said?.size === before.size && said.root === root && said.origin === keys.signer.name)
    return ok();
  return fail("ledger.broken", `checkpoint ${before.size} is not what was signed`);
}

interface Growth {
  readonly before: CheckpointRow | undefined;
  readonly frontier: NodeSource;
  readonly leaves: readonly LeafRow[];
}

function signed(
  { keys, clock }: Ledger,
  { before, frontier, leaves }: Growth,
): { nodes: TreeNode[]; checkpoint: CheckpointRow } {
  const previous = before?.size ?? 0;
  const nodes = grow(previous, leaves.map(hashLeaf), frontier);
  const source = sourceOf(nodes, frontier);
  const size = previous + leaves.length;
  const root = rootHash(size, source);
  const extended = verifyConsistency({
    from: previous,
    to: size,
    fromRoot: rootHash(previous, frontier),
    toRoot: root,
    proof: proofHashes(consistencyRanges(previous, size), source),
  });
  if (!extended) throw new Error("invariant broken: a checkpoint must extend the one before");
  const [at, origin] = [clock.now(), keys.signer.name];
  const text = checkpointText({ origin, size, root: root.toString("hex"), previous, at });
  const note = signNote(text, keys.signer);
  return { nodes, checkpoint: { size, root: root.toString("hex"), note, at } };
}

/** Looks hashes up in `nodes`, then in `rest`. A missing one is an altered or damaged tree. */
export function sourceOf(nodes: readonly TreeNode[], rest?: NodeSource): NodeSource {
  const known = new Map(nodes.map(({ level, idx, hash }) => [`${level}/${idx}`, hash]));
  return (id: NodeId) => {
    const hash = known.get(`${id.level}/${id.idx}`) ?? rest?.(id);
    // A hash that is not there can't be right: the comparison with what was signed fails.
    return hash ?? Buffer.alloc(32);
  };
}

/** A witness that is away or refuses is no reason to stop: `verify` says what is unwitnessed. */
async function showWitnesses(ledger: Ledger): Promise<void> {
  const { db, orgId, witnesses, log } = ledger;
  const last = witnesses.length > 0 ? await lastCheckpoint(db, orgId) : undefined;
  if (!last) return;
  for (const witness of witnesses)
    try {
      const line = await show(ledger, witness, last);
      if (line === undefined) log("error", "a witness refuses", { witness: witness.name });
      else await insertWitness(db, { orgId, size: last.size, witness: witness.name, line });
    } catch (error) {
      const cause = error instanceof Error ? error.message : "";
      log("warn", "a witness is away", { witness: witness.name, cause });
    }
}

async function show(
  { db, orgId }: Ledger,
  witness: Witness,
  last: CheckpointRow,
): Promise<string | undefined> {
  const latest = await witness.latest();
  const seen = latest === undefined ? undefined : readCheckpoint(splitNote(latest)?.text ?? "");
  const from = seen?.size ?? 0;
  if (from > last.size) return undefined;
  const ranges = consistencyRanges(from, last.size);
  const source = sourceOf(await nodesAt(db, orgId, proofNodes(ranges)));
  const proof = proofHashes(ranges, source);
  const line = await witness.witness({ note: last.note, from, proof });
  const key = readVerifierKey(witness.verifierKey);
  const text = splitNote(last.note)?.text ?? "";
  return line !== undefined && key && isCosigned(text, line, key) ? line : undefined;
}

/** With a reason of its own: the default one is an error that records a stack. */
const FULL = "enough events";

export interface Pace {
  readonly everyMs?: number;
  readonly events?: number;
}

/** Checkpoints every second, or as soon as this process has appended 256 events, until stopped. */
export function startCheckpointer(
  ledger: Ledger,
  { everyMs = EVERY_MS, events = EVENTS_MAX }: Pace = {},
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const covered = ledger.appender.appended;
      const made = await checkpoint(ledger);
      if (!made.ok) ledger.log("error", "no checkpoint", { cause: made.failure.detail });
      if (made.ok && made.value === "more") continue;
      const full = new AbortController();
      ledger.appender.watch = (appended) => {
        if (made.ok && appended - covered >= events && !full.signal.aborted) full.abort(FULL);
      };
      await ledger.clock.sleep(everyMs, AbortSignal.any([stopping.signal, full.signal]));
    }
  };
  const running = loop();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}
