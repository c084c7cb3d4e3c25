// The way out for every protocol but HTTP: one checked, recorded and bounded TCP connection.
import { connect, isIP, type Socket } from "node:net";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { hostPort, type AddressRule } from "./address.ts";
import { failureOf } from "./failure.ts";
import type { Place } from "./gate/gate.ts";
import { blockedAddress, type Journal } from "./request.ts";
import { checkedLookup, type Resolve } from "./resolve.ts";
import { sanctioned } from "./sanction.ts";

export interface DialRequest {
  /** Scheme as the record shows it: `postgres`, `smtp`, `smb`. */
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly purpose: string;
  readonly classes: readonly string[];
  /** What goes there, where it is no source's own connector: a child, by `mcp:<server>`. */
  readonly to?: Pick<Place, "kind" | "name">;
  readonly signal?: AbortSignal;
}

export interface DialOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly rule: AddressRule;
  readonly resolve: Resolve;
  readonly connectTimeoutMs: number;
}

/** The socket is connected; its close settles the record with the bytes that came in. */
export interface Dialled {
  readonly socket: Socket;
  readonly sendId: string;
}

const HOST = /^[a-zA-Z0-9._:-]{1,253}$/;
const PROTOCOL = /^[a-z][a-z0-9+-]{0,20}$/;

export async function dial(
  options: DialOptions,
  request: DialRequest,
  journal: Journal,
): Promise<Result<Dialled>> {
  const { host, port } = request;
  if (!HOST.test(host) || !PROTOCOL.test(request.protocol) || !(port > 0 && port < 65_536))
    return fail("egress.blocked", "that is no host and port to connect to");
  const target = { host, port, destination: hostPort(host, port) };
  if (isIP(host) !== 0 && !options.rule.permits(host, port, host)) return blockedAddress(target);
  const sendId = options.ids.next("snd");
  const recorded = await journal.now([
    {
      type: "egress.sent",
      data: {
        sendId,
        destination: target.destination,
        kind: "source",
        ...request.to,
        url: `${request.protocol}://${target.destination}`,
        method: "DIAL",
        bytes: 0,
        classes: [...request.classes],
        detector: "none",
      },
    },
  ]);
  if (!recorded.ok) return recorded;
  return open(options, { ...request, ...target, sendId }, journal);
}

function open(
  options: DialOptions,
  at: DialRequest & { destination: string; sendId: string },
  journal: Journal,
): Promise<Result<Dialled>> {
  const { rule, resolve, clock } = options;
  const startedMs = clock.monotonicMs();
  const lookup = checkedLookup(at, rule, resolve);
  const socket = sanctioned(() => connect({ host: at.host, port: at.port, lookup }));
  return new Promise((answer) => {
    let code: string | null = null;
    const giveUp = (failure: Result<never>): void => {
      if (!failure.ok) code ??= failure.failure.code;
      answer(failure);
      socket.destroy();
    };
    const timer = setTimeout(
      () => giveUp(fail("egress.timeout", `${at.destination} did not take the connection`)),
      options.connectTimeoutMs,
    );
    const onAbort = (): void => giveUp(fail("run.cancelled", "the connection was called off"));
    at.signal?.addEventListener("abort", onAbort, { once: true });
    if (at.signal?.aborted) onAbort();
    socket.once("connect", () => {
      clearTimeout(timer);
      answer(ok({ socket, sendId: at.sendId }));
    });
    // Stays attached: an error after the connection is the caller's to see on its own listener.
    socket.on("error", (error) => giveUp({ ok: false, failure: failureOf(error, at) }));
    socket.once("close", () => {
      clearTimeout(timer);
      at.signal?.removeEventListener("abort", onAbort);
      const durationMs = Math.round(clock.monotonicMs() - startedMs);
      const data = { sendId: at.sendId, status: null, code, bytes: socket.bytesRead, durationMs };
      journal.later([{ type: "egress.settled", data }]);
    });
  });
}
