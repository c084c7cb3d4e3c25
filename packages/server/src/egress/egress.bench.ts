// What a send costs: CPU of this process per streamed answer, beside the bare clients of node and
// undici, measured in the same run against a server in a process of its own.
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { fileURLToPath } from "node:url";
import { Agent, request as undiciRequest } from "undici";
import { systemClock } from "../lib/clock.ts";
import { createIds } from "../lib/ids.ts";
import { silentLog } from "../lib/log.ts";
import { ok } from "../lib/result.ts";
import { AddressRule } from "./address.ts";
import { EGRESS_LIMITS } from "./limits.ts";
import type { Journal } from "./request.ts";
import { systemResolve } from "./resolve.ts";
import { Sender } from "./send.ts";

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const ANSWERS = 2_000;
const WARM_UP = 300;
const AT_ONCE = 50;
const ROUNDS = 3;
const BODY = JSON.stringify({ messages: [{ role: "user", content: "x".repeat(4_000) }] });
const HEADERS = { "content-type": "application/json" };

type Ask = () => Promise<number>;

/** The median of the rounds; the contenders take turns, so that all see the same machine. */
export async function measureEgress(): Promise<Figure[]> {
  const server = fork(fileURLToPath(new URL("egress.bench.server.mjs", import.meta.url)));
  try {
    const [port]: unknown[] = await once(server, "message");
    const contenders = askers(Number(port));
    const rounds = new Map<string, number[]>();
    for (let round = 0; round < ROUNDS; round++)
      for (const [name, ask] of contenders) {
        await many(ask, WARM_UP);
        const before = process.cpuUsage();
        await many(ask, ANSWERS);
        const { user, system } = process.cpuUsage(before);
        rounds.set(name, [...(rounds.get(name) ?? []), (user + system) / 1_000 / ANSWERS]);
      }
    return [...rounds].map(([name, values]) => ({
      name: `egress.streamed-answer.${name}.cpu`,
      value: Number((values.toSorted((a, b) => a - b)[1] ?? 0).toFixed(3)),
      unit: "ms",
    }));
  } finally {
    server.kill();
  }
}

async function many(ask: Ask, times: number): Promise<void> {
  let left = times;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await ask();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function askers(port: number): [name: string, ask: Ask][] {
  const url = `http://127.0.0.1:${port}/v1/chat/completions`;
  const sender = new Sender({
    ...EGRESS_LIMITS,
    clock: systemClock,
    ids: createIds(systemClock),
    log: silentLog,
    rule: new AddressRule([`127.0.0.1:${port}`]),
    resolve: systemResolve,
  });
  const journal: Journal = { now: () => Promise.resolve(ok()), later: () => {} };
  const agent = new HttpAgent({ keepAlive: true, maxSockets: AT_ONCE });
  const dispatcher = new Agent({ connections: AT_ONCE, allowH2: false });
  return [
    ["undici-request", () => throughUndici(dispatcher, url)],
    ["node-http", () => throughNode(agent, port)],
    ["egress-send", () => throughEgress(sender, journal, url)],
  ];
}

async function throughEgress(sender: Sender, journal: Journal, url: string): Promise<number> {
  const answer = await sender.send(
    {
      url,
      method: "POST",
      headers: HEADERS,
      secretHeaders: { authorization: "Bearer x" },
      body: BODY,
      label: { audience: [], classes: ["pii"], trust: "person" },
      purpose: "bench",
      timeoutMs: 60_000,
      idleTimeoutMs: 30_000,
      bytesMax: 10_000_000,
      idempotent: true,
    },
    journal,
  );
  if (!answer.ok) throw new Error(answer.failure.detail);
  return count(answer.value.body);
}

async function throughUndici(dispatcher: Agent, url: string): Promise<number> {
  const headers = { ...HEADERS, authorization: "Bearer x" };
  const answer = await undiciRequest(url, { method: "POST", headers, body: BODY, dispatcher });
  return count(answer.body);
}

async function throughNode(agent: HttpAgent, port: number): Promise<number> {
  const headers = { ...HEADERS, authorization: "Bearer x" };
  const path = "/v1/chat/completions";
  const sent = httpRequest({ host: "127.0.0.1", port, path, method: "POST", headers, agent });
  sent.end(BODY);
  const [answer]: AsyncIterable<unknown>[] = await once(sent, "response");
  return answer ? count(answer) : 0;
}

async function count(body: AsyncIterable<unknown>): Promise<number> {
  let bytes = 0;
  for await (const chunk of body) if (chunk instanceof Uint8Array) bytes += chunk.length;
  return bytes;
}
