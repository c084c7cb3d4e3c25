// Verifies the whole ledger: chains, bodies, tree, signatures, numbers, and what witnesses
// remember.
import type { Verification } from "@stead/protocol";
import { ok, type Result } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import { TREE, type Bad } from "./check/finding.ts";
import type { LogCheck } from "./check/log.ts";
import { countKeyless, nodesFrom } from "./check/queries.ts";
import { Verifier } from "./check/verifier.ts";
import { readLedger } from "./export.ts";
import { ERASURES } from "./event.ts";
import type { KeyRing } from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import { openNote, readCheckpoint } from "./tree/note.ts";

const NODES_MAX = 10_000;

export async function verify(ledger: Ledger): Promise<Result<Verification>> {
  const verifier = new Verifier(ledger.keys.signer.verifierKey);
  const checked = await whileAvailable(async () => {
    const remembered = await memories(ledger);
    for await (const record of readLedger(ledger)) if (!verifier.take(record)) break;
    const bad = verifier.firstBad ?? verifier.end();
    if (bad || !verifier.log) return bad;
    return (
      (await badNode(ledger, verifier.log)) ??
      (await badKeys(ledger)) ??
      badMemory(ledger.keys, verifier.log, remembered)
    );
  });
  if (!checked.ok) return checked;
  return ok({
    ok: checked.value === null,
    ...verifier.counts,
    firstBad: checked.value,
    checkedAt: new Date(ledger.clock.now()).toISOString(),
  });
}

/** The stored tree, from which proofs are made, must be the one that the leaves give. */
async function badNode({ db, orgId }: Ledger, { nodes }: LogCheck): Promise<Bad | null> {
  let [level, idx, matched] = [-1, -1, 0];
  for (;;) {
    const page = await nodesFrom(db, { orgId, level, idx, limit: NODES_MAX });
    for (const node of page) {
      const known = nodes.get(`${node.level}/${node.idx}`);
      if (known?.equals(node.hash)) matched++;
      else if (known)
        return { stream: TREE, seq: null, why: `node ${node.level}/${node.idx} is wrong` };
    }
    const last = page.at(-1);
    if (!last || page.length < NODES_MAX) break;
    ({ level, idx } = last);
  }
  if (matched === nodes.size) return null;
  return { stream: TREE, seq: null, why: `${nodes.size - matched} nodes of the tree are missing` };
}

/** A body loses its key by an erasure, which is an event, or somebody made it unreadable. */
async function badKeys({ db, orgId }: Ledger): Promise<Bad | null> {
  const { keyless, erased } = await countKeyless(db, orgId);
  if (keyless === erased) return null;
  const why = `${keyless} bodies can't be opened, erasures account for ${erased}`;
  return { stream: ERASURES, seq: null, why };
}

interface Memory {
  readonly witness: string;
  readonly note: string;
}

/** Asked before the ledger is read: what they have seen by then must be in it. */
async function memories({ witnesses, log }: Ledger): Promise<Memory[]> {
  const found: Memory[] = [];
  for (const witness of witnesses)
    try {
      const note = await witness.latest();
      if (note !== undefined) found.push({ witness: witness.name, note });
    } catch (error) {
      log("warn", "a witness is away", { witness: witness.name, cause: String(error) });
    }
  return found;
}

/** What a witness has seen must still be there: else the ledger was rewound or forked. */
function badMemory(keys: KeyRing, { roots }: LogCheck, seen: readonly Memory[]): Bad | null {
  for (const { witness, note } of seen) {
    const said = readCheckpoint(openNote(note, keys.signer) ?? "");
    if (said && roots.get(said.size) === said.root) continue;
    const why = `witness ${witness} has seen checkpoint ${said?.size}, which is gone`;
    return { stream: TREE, seq: said?.size ?? null, why };
  }
  return null;
}
