// Finds tool calls in a model's plain text, as it streams: the door to text-scanner.ts.
import { buildOpeners } from "./formats.ts";
import { followersOf, type Prepared } from "./followers.ts";
import { joinText } from "./output.ts";
import { TextScanner } from "./text-scanner.ts";
import { describeTools } from "./types.ts";
import type { ScanEvent, ScannerTool } from "./types.ts";

export { joinText } from "./output.ts";
export type { ScanEvent, ScannerTool } from "./types.ts";

export interface Scanner {
  push(chunk: string): ScanEvent[];
  end(): ScanEvent[];
}

export interface ScannerOptions {
  readonly tools?: readonly ScannerTool[];
}

/** A scanner that also counts its steps, so that a test can see that the work is linear. */
export interface CountingScanner extends Scanner {
  readonly steps: number;
}

/** The tree of openers is built once for each list of tools: a run scans with the same at every step. */
const prepared = new WeakMap<readonly ScannerTool[], Prepared>();

function prepare(list: readonly ScannerTool[] | undefined): Prepared {
  const known = list && prepared.get(list);
  if (known) return known;
  const tools = describeTools(list);
  const root = buildOpeners(tools);
  const made = { tools, root, followers: followersOf(root) };
  if (list) prepared.set(list, made);
  return made;
}

export function createScanner(options: ScannerOptions): CountingScanner {
  return new TextScanner(prepare(options.tools));
}

export function scanText(text: string, options: ScannerOptions): ScanEvent[] {
  const scanner = createScanner(options);
  return joinText([...scanner.push(text), ...scanner.end()]);
}
