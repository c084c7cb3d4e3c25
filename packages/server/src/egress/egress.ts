// The only way out of the process: HTTP through `send`, programs of this machine through `handOver`,
// everything else through `dial`.
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { Log } from "../lib/log.ts";
import { ok, type Result } from "../lib/result.ts";
import { checkPermit, type Permit } from "../policy/permit.ts";
import { AddressRule, hostPort } from "./address.ts";
import { dial, type DialOptions, type DialRequest, type Dialled } from "./dial.ts";
import type { Gate, Place } from "./gate/gate.ts";
import { handOver, type HandedOver, type HandOver } from "./hand-over.ts";
import { EGRESS_LIMITS, type EgressLimits } from "./limits.ts";
import { systemResolve, type Resolve } from "./resolve.ts";
import type { Journal, OutRequest, OutResponse } from "./request.ts";
import { Sender } from "./send.ts";

export interface EgressOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Local targets that an administrator named, as `host:port`. */
  readonly allowPrivate: readonly string[];
  readonly limits?: Partial<EgressLimits>;
  readonly resolve?: Resolve;
  readonly authorities?: readonly string[];
  readonly gate?: Gate;
}

export interface Egress {
  send(permit: Permit, request: OutRequest, journal: Journal): Promise<Result<OutResponse>>;
  /** For every protocol but HTTP; the socket is connected when this resolves. */
  dial(permit: Permit, request: DialRequest, journal: Journal): Promise<Result<Dialled>>;
  /** To a child of ours: to be written to its pipe once this resolves, and settled. */
  handOver(permit: Permit, given: HandOver, journal: Journal): Promise<Result<HandedOver>>;
  close(): Promise<void>;
  /** What stands between all of it and the wire. */
  readonly gate?: Gate;
}

export function createEgress(options: EgressOptions): Egress {
  const rule = new AddressRule(options.allowPrivate);
  const parts: DialOptions & ConstructorParameters<typeof Sender>[0] = {
    ...EGRESS_LIMITS,
    ...options.limits,
    clock: options.clock,
    ids: options.ids,
    log: options.log,
    rule,
    resolve: options.resolve ?? systemResolve,
    ...(options.authorities ? { authorities: options.authorities } : {}),
    ...(options.gate ? { gate: options.gate } : {}),
  };
  const sender = new Sender(parts);
  const { gate } = options;
  return {
    ...(gate ? { gate } : {}),
    async send(permit, request, journal) {
      const valid = checkPermit(permit, {}, options.clock.now());
      return valid.ok ? sender.send(request, journal) : valid;
    },
    async dial(permit, request, journal) {
      const valid = checkPermit(permit, {}, options.clock.now());
      if (!valid.ok) return valid;
      const cleared = gate ? await dialled(gate, request, journal) : ok();
      return cleared.ok ? dial(parts, request, journal) : cleared;
    },
    async handOver(permit, given, journal) {
      const valid = checkPermit(permit, {}, options.clock.now());
      return valid.ok ? handOver(parts, given, journal) : valid;
    },
    close: () => sender.close(),
  };
}

/** What goes over such a connection nobody here reads: its labels alone decide. */
async function dialled(gate: Gate, request: DialRequest, journal: Journal): Promise<Result<void>> {
  const ready = await gate.ready();
  if (!ready.ok) return ready;
  const destination = hostPort(request.host, request.port);
  const place: Place = { kind: "source", ...request.to, destination };
  return gate.admits(place, request.classes, journal);
}
