// Measures the registry: time and memory of building it for a million values, and how fast a text is gone
// through, beside a bare loop over the same characters.
import type { Figure } from "../egress.bench.ts";
import { AutomatonBuilder } from "./builder.ts";
import { knownValues } from "./known.ts";
import { COLUMNS, person, picker } from "./prompts.fixture.ts";

const VALUES = 1_000_000;
const MB = 1e6;
const SENTENCE =
  "Please write a short answer to the customer, and keep it friendly: the report is due on Monday. ";

function timed<Of>(work: () => Of): { made: Of; seconds: number } {
  const startedMs = performance.now();
  const made = work();
  return { made, seconds: (performance.now() - startedMs) / 1_000 };
}

/** Builds the whole, so it wants a process of its own. */
export function measureKnown(): Figure[] {
  const pick = picker(1);
  const before = process.memoryUsage().rss;
  const built = timed(() => {
    const builder = new AutomatonBuilder(COLUMNS);
    for (let record = 0; builder.size < VALUES; record++) {
      const fields = person(pick).map((value, column) => ({ column, value }));
      builder.add(record, fields);
    }
    return builder.finish().automaton;
  });
  const most = process.memoryUsage().rss - before;
  const known = knownValues([{ id: "bench", automaton: built.made }], 1);
  const text = SENTENCE.repeat(20_000);
  known.find(text.slice(0, 200_000));
  const found = timed(() => known.find(text).length);
  const floor = timed(() => {
    let sum = 0;
    for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i);
    return sum;
  });
  return [
    { name: "known.values", value: built.made.tables.size, unit: "values" },
    { name: "known.built-in", value: built.seconds, unit: "s" },
    { name: "known.tables", value: built.made.bytes / MB, unit: "MB" },
    { name: "known.memory-with-building", value: most / MB, unit: "MB of the process" },
    { name: "known.speed", value: text.length / MB / found.seconds, unit: "MB/s" },
    { name: "known.times-of-a-bare-loop", value: found.seconds / floor.seconds, unit: "times" },
  ];
}
