// What administrators say of destinations: read, saved as an act of theirs, and known to this process.
import { egressEffectSchema, type ClearanceView, type Principal } from "@stead/protocol";
import type { EndpointRequest, Endpoints } from "@stead/protocol";
import { z } from "zod";
import { append, type Ledger } from "../../ledger/append.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import { EGRESS_STREAM } from "../journal.ts";
import { NOTHING_SAID, type Said } from "./clearances.ts";
import {
  deleteDestination,
  selectDestinationRows,
  selectTolerances,
  upsertDestination,
  type DestinationRow,
  type ToleranceRow,
} from "./queries.ts";
import { effectOf, isLooser, type DestinationKind, type Rules } from "./rule.ts";

const rulesSchema = z.record(z.string(), egressEffectSchema);
const KINDS: readonly DestinationKind[] = ["model", "tool", "source", "web"];
/** What another process has saved is known here so soon. */
const FRESH_MS = 1_000;

/** The rows as this process last read them; asked for before each send, and read again when old. */
export class SaidOfDestinations {
  readonly #ledger: Ledger;
  #said: Said = NOTHING_SAID;
  #atMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<Result<void>> | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  get now(): Said {
    return this.#said;
  }

  /** Nothing is sent by rules that nobody could read. */
  async ready(): Promise<Result<void>> {
    if (this.#ledger.clock.monotonicMs() - this.#atMs <= FRESH_MS) return ok();
    return this.reload();
  }

  async reload(): Promise<Result<void>> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #read(): Promise<Result<void>> {
    const { clock } = this.#ledger;
    const atMs = clock.monotonicMs();
    const rows = await whileAvailable(() =>
      Promise.all([selectDestinationRows(this.#ledger), selectTolerances(this.#ledger)]),
    );
    if (!rows.ok) return rows;
    const [destinations, tolerances] = rows.value;
    this.#said = {
      clearances: destinations.map((row) => ({ ...row, rules: rulesOf(row) })),
      tolerances: tolerances.map(({ group_id: groupId, destination, class: of, effect }) => ({
        groupId,
        destination,
        class: of,
        effect: strictly(effect),
      })),
    };
    this.#atMs = atMs;
    return ok();
  }
}

/** What was written past us and is no rule refuses. */
function rulesOf({ rules }: DestinationRow): Rules {
  const read = rulesSchema.safeParse(rules);
  if (read.success) return read.data;
  const names = typeof rules === "object" && rules !== null ? Object.keys(rules) : [];
  return Object.fromEntries(names.map((name) => [name, "refuse"]));
}

function strictly(effect: string): Rules[string] {
  const read = egressEffectSchema.safeParse(effect);
  return read.success ? read.data : "refuse";
}

export async function listDestinations(ledger: Ledger): Promise<Result<ClearanceView[]>> {
  const rows = await whileAvailable(() =>
    Promise.all([selectDestinationRows(ledger), selectTolerances(ledger)]),
  );
  if (!rows.ok) return rows;
  const [destinations, tolerances] = rows.value;
  return ok(destinations.map((row) => viewOf(row, tolerances)));
}

function viewOf(row: DestinationRow, tolerances: readonly ToleranceRow[]): ClearanceView {
  const { set_by: setBy, set_at: setAt, id, name, region, retention, agreement } = row;
  const own = tolerances.filter(({ destination }) => destination === id);
  return {
    id,
    name,
    region,
    retention,
    agreement,
    setBy,
    rules: { ...rulesOf(row) },
    setAt: setAt.toISOString(),
    tolerances: own.map(({ group_id: groupId, class: of, effect }) => ({
      groupId,
      class: of,
      effect: strictly(effect),
    })),
  };
}

type Wish = EndpointRequest<Endpoints["destination.save"]>["body"];

/** A group's rule that is looser than the organisation's is refused, for it would have no effect. */
export async function saveDestination(
  ledger: Ledger,
  principal: Pick<Principal, "personId">,
  wish: Wish,
): Promise<Result<ClearanceView>> {
  const looser = wish.tolerances.find((each) => isLooserHere(wish.rules, each));
  if (looser)
    return fail(
      "request.invalid",
      `A group can only be stricter than the organisation; for ${looser.class} it is not.`,
      { data: { groupId: looser.groupId, class: looser.class } },
    );
  const { tolerances: _, ...said } = wish;
  const setAt = new Date(ledger.clock.now());
  const row: DestinationRow = { ...said, set_by: principal.personId, set_at: setAt };
  const rows = wish.tolerances.map(({ groupId, class: of, effect }) => ({
    group_id: groupId,
    destination: wish.id,
    class: of,
    effect,
  }));
  const data = { ...said, tolerances: wish.tolerances, by: principal.personId };
  const done = await append(ledger, {
    stream: EGRESS_STREAM,
    after: "tail",
    events: [{ type: "egress.destination-cleared", data }],
    also: async (tx) => {
      await upsertDestination({ db: tx, orgId: ledger.orgId }, row, rows);
      return ok();
    },
  });
  return done.ok ? ok(viewOf(row, rows)) : done;
}

function isLooserHere(rules: Rules, { class: of, effect }: Wish["tolerances"][number]): boolean {
  const clearances = [{ id: "", name: "", rules, region: "", retention: "", agreement: "" }];
  // What the destination is to us is known when something goes there: by none of its kinds may it be looser.
  return KINDS.some((kind) => isLooser(effect, effectOf(of, kind, clearances).effect));
}

export async function removeDestination(
  ledger: Ledger,
  principal: Pick<Principal, "personId">,
  id: string,
): Promise<Result<Record<string, never>>> {
  const done = await append(ledger, {
    stream: EGRESS_STREAM,
    after: "tail",
    events: [{ type: "egress.destination-removed", data: { id, by: principal.personId } }],
    also: async (tx) =>
      (await deleteDestination({ db: tx, orgId: ledger.orgId }, id))
        ? ok()
        : fail("resource.not_found", "Nothing was said of this destination."),
  });
  return done.ok ? ok({}) : done;
}
