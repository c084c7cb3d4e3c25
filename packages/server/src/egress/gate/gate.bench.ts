// What the gate costs: per send by size, and as a proxy of an OpenAI-compatible provider, in requests a
// second with placeholders and without. `node --conditions=stead-source` this file prints the figures.
import { createServer, request as httpRequest, Agent } from "node:http";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { fork } from "node:child_process";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog } from "../../lib/log.ts";
import { ok } from "../../lib/result.ts";
import { AddressRule } from "../address.ts";
import { detect } from "../detect/detect.ts";
import { DETECTOR } from "../detect/finding.ts";
import type { Figure } from "../egress.bench.ts";
import { registered } from "../known/prompts.fixture.ts";
import { EGRESS_LIMITS } from "../limits.ts";
import type { Journal, OutRequest } from "../request.ts";
import { systemResolve } from "../resolve.ts";
import { Sender } from "../send.ts";
import { Gate } from "./gate.ts";

const SIZES = [1, 10, 100] as const;
const ALL = { phi: "placeholder", pii: "placeholder", financial: "placeholder" } as const;
const LABEL = { audience: [], classes: [], trust: "person" as const };
const PEOPLE = 10_000;
const REQUESTS = 3_000;
const AT_ONCE = 32;
const journal: Journal = { now: async () => ok(), later: () => undefined };

function gateFor(): { gate: Gate; values: readonly string[] } {
  const { known, values } = registered(PEOPLE, 1);
  const clearance = { id: "127.0.0.1", name: "", region: "", retention: "", agreement: "" };
  const said = { clearances: [{ ...clearance, rules: ALL }], tolerances: [] };
  const finders = { detect: (text: string) => detect(text), detector: () => DETECTOR };
  const gate = new Gate({ finders: { ...finders, known: () => known }, clearances: () => said });
  return { gate, values };
}

function chat(kilobytes: number, values: readonly string[], turn: number): OutRequest {
  const sentence = `The ward was full again, wrote the clerk on turn ${turn}, and nobody minded. `;
  const about = values.slice(turn % 1000, (turn % 1000) + 3).join(", ");
  const content = `Write to ${about}. ${sentence.repeat(Math.ceil((kilobytes * 1024) / 80))}`;
  return {
    url: "http://127.0.0.1:1/v1/chat/completions",
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "m", messages: [{ role: "user", content }] }),
    label: LABEL,
    purpose: "bench",
    to: { kind: "model" },
    timeoutMs: 30_000,
    idleTimeoutMs: 30_000,
    bytesMax: 1_000_000,
    idempotent: true,
  };
}

/** Milliseconds of this process for one pass, of texts never seen before and of the same again. */
export function measurePasses(): Figure[] {
  const { gate, values } = gateFor();
  return SIZES.flatMap((kilobytes) => {
    const times = Math.max(20, Math.round(500 / kilobytes));
    const requests = Array.from({ length: times }, (_, i) => chat(kilobytes, values, i));
    const took = (): number => {
      const before = process.cpuUsage();
      for (const request of requests) gate.pass(request, "127.0.0.1:1", journal);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000 / times;
    };
    const [fresh, again] = [took(), took()];
    return [
      { name: `gate.pass.${kilobytes}kB.fresh`, value: Number(fresh.toFixed(3)), unit: "ms" },
      { name: `gate.pass.${kilobytes}kB.again`, value: Number(again.toFixed(3)), unit: "ms" },
    ];
  });
}

/** A proxy before a provider: in comes a chat of 1 kB, out it goes through egress, back comes its answer. */
export async function measureProxy(): Promise<Figure[]> {
  const upstream = fork(fileURLToPath(new URL("../egress.bench.server.mjs", import.meta.url)));
  const figures: Figure[] = [];
  try {
    const [port]: unknown[] = await once(upstream, "message");
    const { gate, values } = gateFor();
    for (const [name, gated] of [
      ["plain", false],
      ["placeholders", true],
    ] as const)
      figures.push(await proxied(Number(port), { name, values, ...(gated ? { gate } : {}) }));
  } finally {
    upstream.kill();
  }
  return figures;
}

interface Proxied {
  readonly name: string;
  readonly values: readonly string[];
  readonly gate?: Gate;
}

async function proxied(port: number, { name, values, gate }: Proxied): Promise<Figure> {
  const sender = new Sender({
    ...EGRESS_LIMITS,
    clock: systemClock,
    ids: createIds(systemClock),
    log: silentLog,
    rule: new AddressRule([`127.0.0.1:${port}`]),
    resolve: systemResolve,
    ...(gate ? { gate } : {}),
  });
  const url = `http://127.0.0.1:${port}/`;
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    const pass = async (): Promise<void> => {
      const own: Journal = { ...journal };
      const body = Buffer.concat(chunks).toString("utf8");
      const sent = await sender.send({ ...chat(0, values, 0), url, body }, own);
      const text = sent.ok ? await sent.value.text() : sent;
      reply.end(text.ok ? (gate?.scopeOf(own)?.restore(text.value).text ?? text.value) : "");
    };
    request.on("end", () => void pass());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const at = typeof address === "object" && address ? address.port : 0;
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const bodies = Array.from({ length: 200 }, (_, i) => String(chat(1, values, i).body));
  await many(REQUESTS / 5, (i) => post({ at, agent, body: bodies[i % 200] ?? "" }));
  const beganMs = systemClock.monotonicMs();
  await many(REQUESTS, (i) => post({ at, agent, body: bodies[i % 200] ?? "" }));
  const seconds = (systemClock.monotonicMs() - beganMs) / 1_000;
  agent.destroy();
  server.close();
  await sender.close();
  return { name: `gate.proxy.${name}`, value: Math.round(REQUESTS / seconds), unit: "requests/s" };
}

async function many(times: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < times) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

function post({ at, agent, body }: { at: number; agent: Agent; body: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port: at, agent, method: "POST" }, (response) => {
      response.resume();
      response.on("end", resolve);
    });
    request.on("error", reject);
    request.end(body);
  });
}

if (import.meta.main)
  for (const { name, value, unit } of [...measurePasses(), ...(await measureProxy())])
    process.stdout.write(`${name}  ${value} ${unit}\n`);
