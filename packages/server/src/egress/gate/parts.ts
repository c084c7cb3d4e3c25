// Builds egress with its gate: what main hands to everything that sends.
import type { Ledger } from "../../ledger/append.ts";
import { ok } from "../../lib/result.ts";
import type { Handlers } from "../../lib/handler.ts";
import { detect } from "../detect/detect.ts";
import { PatternsInForce } from "../detect/in-force.ts";
import { untilAvailable } from "../../store/available.ts";
import { createEgress, type Egress } from "../egress.ts";
import { registryOf } from "../known/kept/registry.ts";
import { knownRoutes } from "../known/kept/routes.ts";
import type { Finders } from "./find.ts";
import { Gate } from "./gate.ts";
import {
  listDestinations,
  removeDestination,
  SaidOfDestinations,
  saveDestination,
} from "./said.ts";

const OUTAGE_MS = 120_000;

export type { Egress } from "../egress.ts";

export interface GatedOptions {
  readonly allowPrivate: readonly string[];
  readonly finders?: Partial<Finders>;
}

export function gatedEgress(ledger: Ledger, { allowPrivate, finders }: GatedOptions): Egress {
  const said = new SaidOfDestinations(ledger);
  const registry = registryOf(ledger);
  const patterns = new PatternsInForce(ledger);
  // The lists of words are read now, and not while the first who sends waits.
  detect("");
  const gate = new Gate({
    finders: {
      detect: (text) => patterns.find(text),
      detector: () => patterns.detector,
      known: () => registry.current,
      ...finders,
    },
    clearances: () => said.now,
    // A database that is away for a moment is waited for, as the record of the send waits for it.
    ready: () =>
      untilAvailable(
        async () => {
          const all = await Promise.all([said.ready(), registry.ready(), patterns.ready()]);
          return all.find(({ ok: isOk }) => !isOk) ?? ok();
        },
        { ...ledger, patienceMs: OUTAGE_MS },
      ),
    changed: () => said.reload(),
  });
  const { clock, ids, log } = ledger;
  return createEgress({ clock, ids, log, allowPrivate, gate });
}

type Names =
  | keyof ReturnType<typeof knownRoutes>
  | "destination.list"
  | "destination.save"
  | "destination.remove";

export function destinationRoutes(
  ledger: Ledger,
  { gate }: Pick<Egress, "gate">,
): Pick<Handlers, Names> {
  return {
    ...knownRoutes(ledger),
    "destination.list": async () => {
      const found = await listDestinations(ledger);
      return found.ok ? ok({ items: found.value, next: null }) : found;
    },
    "destination.save": async ({ principal }, { body }) => {
      const saved = await saveDestination(ledger, principal, body);
      await gate?.changed();
      return saved;
    },
    "destination.remove": async ({ principal }, { params }) => {
      const removed = await removeDestination(ledger, principal, params.destinationId);
      await gate?.changed();
      return removed;
    },
  };
}
