// The same load for every subject: `runs` runs, `concurrency` at once; CPU, time and memory of this process.

/** 2 KB of instructions, as agents have. */
export const INSTRUCTIONS = "You look things up and answer shortly. ".repeat(52);
export const INPUT = "Look up the ten items and tell me about them.";
export const RESULT = JSON.stringify({
  items: Array.from({ length: 4 }, (_, i) => ({ id: i, name: `item ${i}`, state: "ok" })),
});
export const TOOLS = ["lookup", "count", "list", "compare", "convert"];
export const STEPS = 10;

/** @param {(i: number) => Promise<void>} one */
export async function measure(one, { runs, concurrency, warm = 20 }) {
  await pool(one, { runs: warm, concurrency: Math.min(concurrency, warm), from: 0 });
  globalThis.gc?.();
  const rssBefore = process.memoryUsage().rss;
  let rssPeak = rssBefore;
  const sampler = setInterval(() => (rssPeak = Math.max(rssPeak, process.memoryUsage().rss)), 20);
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const failed = await pool(one, { runs, concurrency, from: warm });
  const wallMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(sampler);
  const steps = runs * STEPS;
  return {
    cpuMsPerStep: (user + system) / 1000 / steps,
    stepsPerSecond: steps / (wallMs / 1000),
    kbPerRun: (rssPeak - rssBefore) / 1024 / concurrency,
    failed,
  };
}

async function pool(one, { runs, concurrency, from }) {
  let next = 0;
  let failed = 0;
  const lane = async () => {
    while (next < runs) {
      const i = from + next++;
      try {
        await one(i);
      } catch (error) {
        failed++;
        if (failed === 1) process.stderr.write(`${String(error?.stack ?? error).slice(0, 600)}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return failed;
}

/** What a subject is called with: its figures go out as one JSON line. */
export async function main(makeOne) {
  const settings = JSON.parse(process.argv[2] ?? "{}");
  const { one, close } = await makeOne(settings);
  const result = await measure(one, settings);
  await close?.();
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
}
