// Measures the scanner: the worst hostile text by chunk size, ordinary speed, and the score on a corpus if
// one is given. CPU is counted, not time, and the best of several rounds: what the text costs, not the
// machine's other work.
import { HOSTILE_TOOLS, hostileTexts, soupTexts } from "./hostile.ts";
import { createScanner } from "./scanner.ts";

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const HOSTILE_CHARS = 100_000;
const SOUPS = 40;
const ROUNDS = 5;
const CHUNKS: readonly (readonly [string, number])[] = [
  ["whole", HOSTILE_CHARS * 2],
  ["by-64", 64],
  ["by-character", 1],
];
const ORDINARY = `I looked at the order (number 4711). It was paid on 3 March, "in full", and sent 2 days later.

\`\`\`ts
const total = items.map((item) => item.price[0]).reduce((a, b) => a + b);
\`\`\`
<tool_call>
{"name": "get_weather", "arguments": {"city": "Oslo", "days": [1, 2, 3]}}
</tool_call>
`;

function scanBy(text: string, size: number): void {
  const scanner = createScanner({ tools: HOSTILE_TOOLS });
  for (let i = 0; i < text.length; i += size) scanner.push(text.slice(i, i + size));
  scanner.end();
}

function bestCpuMs(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < ROUNDS; i++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

/** CPU milliseconds for the worst hostile text of 100 KB, by chunk size. */
function measureHostile(): Figure[] {
  const texts = [...hostileTexts(HOSTILE_CHARS), ...soupTexts(SOUPS, HOSTILE_CHARS)];
  for (const { text } of texts) scanBy(text, 64);
  return CHUNKS.map(([name, size]) => {
    const worst = texts
      .map((each) => ({ name: each.name, ms: bestCpuMs(() => scanBy(each.text, size)) }))
      .reduce((one, other) => (one.ms >= other.ms ? one : other));
    return { name: `scanner.hostile-100kb.${name} (${worst.name})`, value: worst.ms, unit: "ms" };
  });
}

/** The score is a share from 0 to 1, given by who has a corpus. */
export function measureScanner(score?: number): Figure[] {
  const text = ORDINARY.repeat(Math.ceil(HOSTILE_CHARS / ORDINARY.length));
  const figures = measureHostile();
  const ordinaryMs = bestCpuMs(() => scanBy(text, text.length));
  figures.push({ name: "scanner.speed", value: text.length / 1000 / ordinaryMs, unit: "MB/s" });
  if (score !== undefined) figures.push({ name: "scanner.score", value: score, unit: "share" });
  return figures;
}
