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
  /** When its children were first started in a sandbox after that; null: it is open. */
  readonly until: string | null;
}

/** Records a path when it opens; the same path twice is one, until it was closed. */
export async function openUngated(
  ledger: Ledger,
  { path, why }: Pick<UngatedPath, "path" | "why">,
): Promise<Result<void>> {
  const known = await listUngated(ledger);
  if (!known.ok) return known;
  const open = known.value.filter((each) => each.path === path && each.until === null);
  if (open.some((each) => each.why === why)) return ok();
  const done = await append(ledger, {
    stream: EGRESS_STREAM,
    after: "tail",
    events: [{ type: "egress.ungated-opened", data: { path, why } }],
  });
  return done.ok ? ok() : done;
}

/** Records that what is started of a path now has no network of its own, if it once had. */
export async function closeUngated(ledger: Ledger, path: string): Promise<Result<void>> {
  const known = await listUngated(ledger);
  if (!known.ok) return known;
  if (!known.value.some((each) => each.path === path && each.until === null)) return ok();
  const events = [{ type: "egress.ungated-closed", data: { path } }];
  const done = await append(ledger, { stream: EGRESS_STREAM, after: "tail", events });
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
    rows.value.map(({ path, why, at, until }) => ({
      path,
      why,
      since: iso(at),
      until: until === null ? null : iso(until),
    })),
  );
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
