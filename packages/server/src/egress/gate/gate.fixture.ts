// For tests: a gate over values that are registered here, and a provider that keeps what it is sent.
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { detect } from "../detect/detect.ts";
import { DETECTOR } from "../detect/finding.ts";
import { closers, listen } from "../egress.fixture.ts";
import { NO_KNOWN_VALUES, type KnownValues } from "../known/finding.ts";
import { AutomatonBuilder } from "../known/builder.ts";
import { knownValues } from "../known/known.ts";
import type { Said } from "./clearances.ts";
import { Gate } from "./gate.ts";
import type { Clearance, Rules, Tolerance } from "./rule.ts";

export const KEY = Buffer.alloc(32, 1);

/** Values by class. */
export function registryOf(values: Readonly<Record<string, readonly string[]>>): KnownValues {
  const columns = Object.keys(values).map((name) => ({ field: name, class: name }));
  const builder = new AutomatonBuilder(columns);
  let record = 0;
  for (const [column, { field }] of columns.entries())
    for (const value of values[field] ?? []) builder.add(record++, [{ column, value }]);
  return knownValues([{ id: "src", automaton: builder.finish().automaton }], 7);
}

export function clearance(id: string, rules: Rules): Clearance {
  return { id, name: id, rules, region: "", retention: "", agreement: "" };
}

export interface GateSetup {
  readonly known?: KnownValues;
  readonly clearances?: readonly Clearance[];
  readonly tolerances?: readonly Tolerance[];
  /** Left out: the built-in detection. */
  readonly detect?: typeof detect | undefined;
}

export function gateOf(setup: GateSetup = {}): Gate {
  const said: Said = { clearances: setup.clearances ?? [], tolerances: setup.tolerances ?? [] };
  const known = setup.known ?? NO_KNOWN_VALUES;
  return new Gate({
    finders: {
      detect: setup.detect ?? ((text) => detect(text)),
      detector: () => DETECTOR,
      known: () => known,
    },
    clearances: () => said,
  });
}

export const nothingDetected = (): [] => [];

export interface Peer {
  readonly port: number;
  readonly url: string;
  /** Bodies in the order in which they came. */
  readonly got: string[];
  readonly seen: IncomingMessage[];
}

/** A server that keeps what it is sent, and answers as told. */
export async function peer(
  answer: (body: string, reply: ServerResponse, request: IncomingMessage) => void,
): Promise<Peer> {
  const got: string[] = [];
  const seen: IncomingMessage[] = [];
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      got.push(body);
      seen.push(request);
      answer(body, reply, request);
    });
  });
  const port = await listen(server);
  closers.push(() => server.closeAllConnections());
  return { port, url: `http://127.0.0.1:${port}`, got, seen };
}

/** What an OpenAI-compatible provider streams, in pieces of any length. */
export function streamOf(text: string, length = 3): string {
  const pieces = text.match(new RegExp(`[^]{1,${length}}`, "g")) ?? [];
  const events = pieces.map((content) => ({ choices: [{ delta: { content } }] }));
  const end = { choices: [{ delta: {}, finish_reason: "stop" }] };
  return [...events, end].map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
}
