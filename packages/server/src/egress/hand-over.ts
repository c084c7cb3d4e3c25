// The way out for what leaves by a pipe, to a program of this machine: looked at, recorded and settled like
// what leaves by HTTP.
import type { Label } from "@stead/protocol";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { JsonObject } from "../lib/json.ts";
import { ok, type Result } from "../lib/result.ts";
import type { Gate } from "./gate/gate.ts";
import type { GateRecord } from "./gate/replace.ts";
import type { Journal } from "./request.ts";

export interface HandOver {
  /** `mcp:<server>`. */
  readonly destination: string;
  /** What is called there, by the program's own name. */
  readonly name: string;
  readonly arguments: JsonObject;
  /** The join of everything that the arguments were made from. */
  readonly label: Label;
}

export interface HandedOver {
  /** What may be written to the pipe. */
  readonly arguments: JsonObject;
  /** Says what came of it. */
  settle(answer: Result<unknown>): void;
}

export interface HandOverOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly gate?: Gate;
}

const UNGATED: GateRecord = { detector: "none" };

/** Resolves once the record stands; nothing may be written before that. */
export async function handOver(
  { clock, ids, gate }: HandOverOptions,
  { destination, name, arguments: given, label }: HandOver,
  journal: Journal,
): Promise<Result<HandedOver>> {
  const ready = (await gate?.ready()) ?? ok();
  if (!ready.ok) return ready;
  const passed = gate?.passJson(given, { label, to: destination }, journal);
  if (passed && !passed.ok) return passed;
  const { given: now, record } = passed?.value ?? { given, record: UNGATED };
  const text = JSON.stringify({ name, arguments: now });
  const url = `stdio://${encodeURIComponent(destination)}`;
  const sendId = ids.next("snd");
  const place = { destination, kind: "tool", name: destination };
  const data = { sendId, ...place, url, method: "CALL", bytes: Buffer.byteLength(text) };
  const recorded = await journal.now([
    {
      type: "egress.sent",
      data: { ...data, classes: label.classes, ...record },
      bodies: { bytes: { url, headers: {}, text } },
    },
  ]);
  if (!recorded.ok) return recorded;
  const startedMs = clock.monotonicMs();
  return ok({
    arguments: now,
    settle: (answer) => {
      const durationMs = Math.round(clock.monotonicMs() - startedMs);
      const code = answer.ok ? null : answer.failure.code;
      const bytes = answer.ok ? Buffer.byteLength(JSON.stringify(answer.value)) : 0;
      const settled = { sendId, status: null, code, bytes, durationMs };
      journal.later([{ type: "egress.settled", data: settled }]);
    },
  });
}
