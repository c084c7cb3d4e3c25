// For tests: a sender, servers that end with the test, requests, and a journal in memory.
import type { Server } from "node:http";
import type { Server as TcpServer } from "node:net";
import { systemClock } from "../lib/clock.ts";
import { createIds } from "../lib/ids.ts";
import { silentLog } from "../lib/log.ts";
import { ok } from "../lib/result.ts";
import { AddressRule } from "./address.ts";
import { EGRESS_LIMITS } from "./limits.ts";
import type { EgressEvent, Journal, OutRequest } from "./request.ts";
import { systemResolve, type Resolve } from "./resolve.ts";
import { Sender, type SenderOptions } from "./send.ts";

export const closers: (() => Promise<unknown> | void)[] = [];

/** Ends what the test opened, clients before servers. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0)) await close();
}

export const resolvingTo =
  (...addresses: readonly string[]): Resolve =>
  (_host, done) =>
    done(addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));

export function record(): Journal & { events: EgressEvent[] } {
  const events: EgressEvent[] = [];
  return {
    events,
    now: async (more) => (events.push(...more), ok()),
    later: (more) => void events.push(...more),
  };
}

export async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

export function sender(port: number, more: Partial<SenderOptions> = {}): Sender {
  const made = new Sender({
    ...EGRESS_LIMITS,
    clock: systemClock,
    ids: createIds(systemClock),
    log: silentLog,
    rule: new AddressRule([`127.0.0.1:${port}`, `local.test:${port}`]),
    resolve: systemResolve,
    ...more,
  });
  closers.unshift(() => made.close());
  return made;
}

export function request(url: string, more: Partial<OutRequest> = {}): OutRequest {
  return {
    url,
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "hello",
    label: { audience: [], classes: ["pii"], trust: "record" },
    purpose: "test",
    timeoutMs: 5000,
    idleTimeoutMs: 5000,
    bytesMax: 1_000_000,
    idempotent: false,
    ...more,
  };
}

export const settled = async (journal: { events: EgressEvent[] }): Promise<EgressEvent> => {
  for (let i = 0; i < 200; i++) {
    const found = journal.events.find(({ type }) => type === "egress.settled");
    if (found) return found;
    await systemClock.sleep(10);
  }
  throw new Error("never settled");
};
