// Notices and closes any way out of this process that neither `send` nor `dial` opened. A net under
// our own mistakes and those of our dependencies; it does not hold code that means harm.
import dgram from "node:dgram";
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { isSanctioned } from "./sanction.ts";

export interface Tripped {
  readonly kind: "tcp" | "pipe" | "udp" | "dns";
  readonly target: string;
  /** Where in the code, without arguments. */
  readonly stack: string;
}

export interface TripwireOptions {
  /** Our own PostgreSQL: a host and port, or the folder of its Unix socket. */
  readonly postgres: readonly ({ host: string; port: number } | { path: string })[];
  readonly onTripped: (tripped: Tripped) => void;
}

export class TrippedError extends Error {
  readonly code = "EGRESS_TRIPWIRE";
  constructor(target: string) {
    super(`the way out to ${target} does not lead through egress`);
  }
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

const LOOKUPS = [
  "lookup",
  "resolve",
  "resolve4",
  "resolve6",
  "resolveAny",
  "resolveCname",
  "resolveMx",
  "resolveNs",
  "resolveSrv",
  "resolveTxt",
  "reverse",
] as const;

/** Arms it for this process; what it returns disarms it. A worker thread arms its own. */
export function armTripwire(options: TripwireOptions): () => void {
  const restore: (() => void)[] = [];
  const trip = (kind: Tripped["kind"], target: string): TrippedError => {
    const error = new TrippedError(target);
    options.onTripped({ kind, target, stack: stackOf(error) });
    return error;
  };
  restore.push(
    patch(
      net.Socket.prototype,
      "connect",
      (original) =>
        function connect(this: unknown, ...args: unknown[]) {
          const target = targetOf(args);
          if (isSanctioned() || isOurs(target, options.postgres)) return original.apply(this, args);
          const error = trip(target.path === undefined ? "tcp" : "pipe", nameOf(target));
          if (this instanceof net.Socket) this.destroy(error);
          return this;
        },
    ),
  );
  for (const name of ["connect", "send"] as const)
    restore.push(
      patch(
        dgram.Socket.prototype,
        name,
        (original) =>
          function datagram(this: unknown, ...args: unknown[]) {
            if (isSanctioned()) return original.apply(this, args);
            throw trip("udp", "a UDP address");
          },
      ),
    );
  for (const name of LOOKUPS) {
    restore.push(patch(dns, name, guardLookup(trip, true)));
    restore.push(patch(dns.promises, name, guardLookup(trip, false)));
  }
  syncBuiltinESMExports();
  return () => {
    for (const undo of restore.splice(0).toReversed()) undo();
    syncBuiltinESMExports();
  };
}

/** An address written as such, or our own name, tells a name server nothing. */
function guardLookup(trip: (kind: "dns", target: string) => TrippedError, calledBack: boolean) {
  return (original: Method): Method =>
    function guarded(this: unknown, ...args: unknown[]) {
      const name = typeof args[0] === "string" ? args[0] : "";
      if (isSanctioned() || net.isIP(name) !== 0 || name === "localhost" || name === "")
        return original.apply(this, args);
      const error = trip("dns", name);
      const done = args.at(-1);
      if (!calledBack || typeof done !== "function") return Promise.reject(error);
      process.nextTick(() => {
        Reflect.apply(done, undefined, [error]);
      });
      return {};
    };
}

function patch(owner: object, name: string, make: (original: Method) => Method): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  const original: unknown = descriptor?.value;
  if (!descriptor || typeof original !== "function") return () => {};
  const call: Method = function call(...args) {
    return Reflect.apply(original, this, args);
  };
  Object.defineProperty(owner, name, { ...descriptor, value: make(call) });
  return () => Object.defineProperty(owner, name, descriptor);
}

interface SocketTarget {
  readonly host: string;
  readonly port: number;
  readonly path: string | undefined;
}

/** `connect(options)`, `connect(port, host)`, `connect(path)`, or node's own normalised array. */
function targetOf(args: readonly unknown[]): SocketTarget {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === "object" && first !== null) {
    const path: unknown = Reflect.get(first, "path");
    return {
      host: String(Reflect.get(first, "host") ?? "localhost"),
      port: Number(Reflect.get(first, "port") ?? 0),
      path: typeof path === "string" ? path : undefined,
    };
  }
  if (typeof first === "string" && !/^\d+$/.test(first)) return { host: "", port: 0, path: first };
  const host = typeof second === "string" ? second : "localhost";
  return { host, port: Number(first), path: undefined };
}

function isOurs(target: SocketTarget, postgres: TripwireOptions["postgres"]): boolean {
  return postgres.some((known) =>
    "path" in known
      ? target.path?.startsWith(`${known.path}/.s.PGSQL.`)
      : target.path === undefined && target.host === known.host && target.port === known.port,
  );
}

function nameOf(target: SocketTarget): string {
  return target.path ?? `${target.host}:${target.port}`;
}

function stackOf(error: Error): string {
  return (error.stack ?? "").split("\n").slice(2, 12).join("\n");
}
