// How long an idle worker takes from the start of a run until its model is asked.
import { openStead, playRun } from "./stead.mjs";

const settings = JSON.parse(process.argv[2] ?? "{}");
const opened = await openStead({ ...settings, slots: 10 });
const times = [];
for (let i = 0; i < 220; i++) {
  const begun = performance.now();
  let askedAfter = Number.NaN;
  const { live } = opened.stead.runs;
  const original = live.reset.bind(live);
  live.reset = (...given) => {
    if (Number.isNaN(askedAfter)) askedAfter = performance.now() - begun;
    original(...given);
  };
  await playRun(opened, `start ${i} ${process.pid}`);
  live.reset = original;
  if (i >= 20) times.push(askedAfter);
}
times.sort((a, b) => a - b);
const at = (share) => times[Math.floor(times.length * share)];
await opened.stead.stop();
process.stdout.write(`${JSON.stringify({ p50Ms: at(0.5), p99Ms: at(0.99) })}\n`);
process.exit(0);
