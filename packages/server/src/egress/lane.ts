// Kept-alive connections to one origin. One request at a time on each, so that it is known of every
// request whether it went out on a fresh socket or on one that had been idle.
import type { Socket } from "node:net";
import { buildConnector, Client } from "undici";
import { Slots } from "../lib/bounded.ts";
import type { Clock } from "../lib/clock.ts";
import type { AddressRule } from "./address.ts";
import type { Target } from "./request.ts";
import { checkedLookup, type Resolve } from "./resolve.ts";
import { sanctioned } from "./sanction.ts";

export interface LaneOptions {
  readonly clock: Clock;
  readonly rule: AddressRule;
  readonly resolve: Resolve;
  readonly connectTimeoutMs: number;
  /** How long an idle connection is kept when the peer names no time of its own. */
  readonly keepAliveMs: number;
  readonly connectionsMax: number;
  readonly waitingMax: number;
  /** Certificate authorities beside the built-in ones, PEM. */
  readonly authorities?: readonly string[];
}

/** A request that must not be repeated takes no socket that has been idle for longer than this. */
const FRESH_ENOUGH_MS = 1000;
const HEAD_BYTES_MAX = 65_536;

/** One connection, opened on first use. */
export class Lane {
  readonly client: Client;
  socket: Socket | null = null;
  /** Requests that this socket has carried. */
  carried = 0;
  idleSinceMs = 0;

  constructor(target: Target, options: LaneOptions) {
    const open = buildConnector({
      allowH2: false,
      timeout: options.connectTimeoutMs,
      autoSelectFamily: true,
      lookup: checkedLookup(target, options.rule, options.resolve),
      ...(options.authorities ? { ca: [...options.authorities] } : {}),
    });
    this.client = new Client(target.url.origin, {
      connect: (at, done) =>
        sanctioned(() =>
          open(at, (...outcome) => {
            this.socket = outcome[1];
            this.carried = 0;
            done(...outcome);
          }),
        ),
      allowH2: false,
      pipelining: 1,
      // The exchange keeps its own, finer time.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: options.keepAliveMs,
      maxHeaderSize: HEAD_BYTES_MAX,
    });
  }

  /** True when a request sent now would go out on a socket that has carried one before. */
  get reused(): boolean {
    return this.socket !== null && !this.socket.destroyed && this.carried > 0;
  }
}

/** The lanes of one origin: the one used last is used first, so that the others can go cold. */
export class Lanes {
  readonly #target: Target;
  readonly #options: LaneOptions;
  readonly #slots: Slots;
  readonly #idle: Lane[] = [];
  #busy = 0;

  constructor(target: Target, options: LaneOptions) {
    this.#target = target;
    this.#options = options;
    this.#slots = new Slots(options.connectionsMax, options.waitingMax);
  }

  get unused(): boolean {
    return this.#busy === 0 && this.#idle.length === 0;
  }

  /** A lane and the function that gives it back; undefined when too many wait already. */
  async take(want: { fresh: boolean; repeatable: boolean }): Promise<Taken | undefined> {
    const release = await this.#slots.acquire();
    if (!release) return undefined;
    this.#busy++;
    const lane = this.#pick(want) ?? this.#open();
    let given = false;
    return {
      lane,
      give: (keep) => {
        if (given) return;
        given = true;
        this.#busy--;
        if (keep && !lane.client.destroyed && lane.client.stats.connected) {
          lane.carried++;
          lane.idleSinceMs = this.#options.clock.monotonicMs();
          this.#idle.push(lane);
        } else void lane.client.destroy();
        release();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((lane) => lane.client.destroy()));
  }

  #pick(want: { fresh: boolean; repeatable: boolean }): Lane | undefined {
    if (want.fresh) return undefined;
    const lane = this.#idle.at(-1);
    if (!lane) return undefined;
    const idleMs = this.#options.clock.monotonicMs() - lane.idleSinceMs;
    if (!want.repeatable && idleMs > FRESH_ENOUGH_MS) return undefined;
    return this.#idle.pop();
  }

  #open(): Lane {
    const lane = new Lane(this.#target, this.#options);
    lane.client.on("disconnect", () => {
      lane.socket = null;
      const at = this.#idle.indexOf(lane);
      if (at < 0) return;
      this.#idle.splice(at, 1);
      void lane.client.destroy();
    });
    return lane;
  }
}

export interface Taken {
  readonly lane: Lane;
  /** `keep` when the exchange ended well, so that the connection can carry another. */
  give(keep: boolean): void;
}
