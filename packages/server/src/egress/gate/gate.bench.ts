// What the gate costs: per send by size, of texts never seen before and of the same again.
import { ok } from "../../lib/result.ts";
import { detect } from "../detect/detect.ts";
import { DETECTOR } from "../detect/finding.ts";
import type { Figure } from "../egress.bench.ts";
import { registered } from "../known/prompts.fixture.ts";
import type { Journal, OutRequest } from "../request.ts";
import { Gate } from "./gate.ts";

const SIZES = [1, 10, 100] as const;
const ALL = { phi: "placeholder", pii: "placeholder", financial: "placeholder" } as const;
const LABEL = { audience: [], classes: [], trust: "person" as const };
const PEOPLE = 10_000;
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
  const about = values.slice(Math.abs(turn) % 1000, (Math.abs(turn) % 1000) + 3).join(", ");
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
    // Compiled before it is measured, as a server that has been up for a while is.
    for (let i = 0; i < times; i++)
      gate.pass(chat(kilobytes, values, -1 - i), "127.0.0.1:1", journal);
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
