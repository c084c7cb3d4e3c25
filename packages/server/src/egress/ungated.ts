// Paths out that egress does not gate, such as child processes with a network of their own. Listed
// once opened and never forgotten: a report about a period needs those that were open then.
import { append, type Ledger } from "../ledger/append.ts";
import { ok, type Result } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import { EGRESS_STREAM } from "./journal.ts";
import { selectUngated } from "./queries.ts";
import type { Tripped } from "./tripwire.ts";

export interface UngatedPath {
  readonly path: string;
  readonly since: string;
  readonly why: string;
}

/** Records a path when it opens; the same path twice is one. */
export async function openUngated(
  ledger: Ledger,
  { path, why }: Omit<UngatedPath, "since">,
): Promise<Result<void>> {
  const known = await listUngated(ledger);
  if (!known.ok) return known;
  if (known.value.some((each) => each.path === path && each.why === why)) return ok();
  const done = await append(ledger, {
    stream: EGRESS_STREAM,
    after: "tail",
    events: [{ type: "egress.ungated-opened", data: { path, why } }],
  });
  return done.ok ? ok() : done;
}

/** What the tripwire closed, as an event; the send it stopped is nobody's record otherwise. */
export async function recordTripped(ledger: Ledger, tripped: Tripped): Promise<Result<void>> {
  const { kind, target, stack } = tripped;
  ledger.log("error", "the tripwire closed a way out past egress", { kind, target, stack });
  const done = await append(ledger, {
    stream: EGRESS_STREAM,
    after: "tail",
    events: [{ type: "egress.tripped", data: { kind, target, stack } }],
  });
  return done.ok ? ok() : done;
}

export async function listUngated(ledger: Ledger): Promise<Result<UngatedPath[]>> {
  const rows = await whileAvailable(() => selectUngated(ledger));
  if (!rows.ok) return rows;
  return ok(
    rows.value.map(({ path, why, at }) => ({ path, why, since: new Date(at).toISOString() })),
  );
}
