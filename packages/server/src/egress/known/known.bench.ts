// Measures the registry: time and memory of building it for a million values, and how fast a text is gone
// through, beside a bare loop over the same characters.
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

const pick = picker(1);
const built = timed(() => {
  const builder = new AutomatonBuilder(COLUMNS);
  for (let record = 0; builder.size < VALUES; record++) {
    const fields = person(pick).map((value, column) => ({ column, value }));
    builder.add(record, fields);
  }
  return builder.finish().automaton;
});
const known = knownValues([{ id: "bench", automaton: built.made }], 1);
const text = SENTENCE.repeat(20_000);
known.find(text.slice(0, 200_000));
const found = timed(() => known.find(text).length);
const floor = timed(() => {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i);
  return sum;
});
const figures = {
  values: built.made.tables.size,
  buildSeconds: built.seconds,
  tablesMb: built.made.bytes / MB,
  findings: found.made,
  mbPerSecond: text.length / MB / found.seconds,
  timesOfABareLoop: found.seconds / floor.seconds,
};
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
