// Measures the scanner: the worst hostile text, ordinary speed, and the score on a corpus if one is given.
import { performance } from "node:perf_hooks";
import { HOSTILE_TOOLS, hostileTexts } from "./hostile.ts";
import { createScanner, scanText } from "./scanner.ts";

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const HOSTILE_CHARS = 100_000;
const ROUNDS = 5;
const ORDINARY = `I looked at the order (number 4711). It was paid on 3 March, "in full", and sent 2 days later.

\`\`\`ts
const total = items.map((item) => item.price[0]).reduce((a, b) => a + b);
\`\`\`
<tool_call>
{"name": "get_weather", "arguments": {"city": "Oslo", "days": [1, 2, 3]}}
</tool_call>
`;

function bestMs(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < ROUNDS; i++) {
    const from = performance.now();
    run();
    best = Math.min(best, performance.now() - from);
  }
  return best;
}

function byCharacter(text: string): void {
  const scanner = createScanner({ tools: HOSTILE_TOOLS });
  for (let i = 0; i < text.length; i++) scanner.push(text[i] ?? "");
  scanner.end();
}

/** Milliseconds for each hostile text of 100 KB: in one piece, and character by character. */
export function measureHostile(): { name: string; wholeMs: number; charsMs: number }[] {
  return hostileTexts(HOSTILE_CHARS).map(({ name, text }) => ({
    name,
    wholeMs: bestMs(() => scanText(text, { tools: HOSTILE_TOOLS })),
    charsMs: bestMs(() => byCharacter(text)),
  }));
}

/** The score is a share from 0 to 1, given by who has a corpus. */
export function measureScanner(score?: number): Figure[] {
  const hostile = measureHostile();
  const text = ORDINARY.repeat(Math.ceil(HOSTILE_CHARS / ORDINARY.length));
  const ordinaryMs = bestMs(() => scanText(text, { tools: HOSTILE_TOOLS }));
  const figures = [
    {
      name: "scanner.hostile-worst-100kb",
      value: Math.max(...hostile.map(({ wholeMs }) => wholeMs)),
      unit: "ms",
    },
    {
      name: "scanner.hostile-worst-100kb-by-character",
      value: Math.max(...hostile.map(({ charsMs }) => charsMs)),
      unit: "ms",
    },
    { name: "scanner.speed", value: text.length / 1000 / ordinaryMs, unit: "MB/s" },
  ];
  return score === undefined
    ? figures
    : [...figures, { name: "scanner.score", value: score, unit: "share" }];
}
