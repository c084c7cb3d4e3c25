// What came of a red-team run as it is kept and shown: sums, and the plays that are worth a look.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RedteamPlay, RedteamReport } from "@stead/protocol";
import { z } from "zod";
import { clip } from "../src/lib/bounded.ts";
import type { Outcome } from "./perform.ts";
import { summarize, type Summary } from "./run.ts";
import { UNDECIDED } from "./variants.ts";

/** Of plays in which everything was held, or that nobody could decide, for each variant. */
const ALIKE_MAX = 8;
const PLAYS_MAX = 500;
const BYTES_MAX = 900_000;
const CALLS_MAX = 100;
const WORDS_MAX = 1_000;
const VALUE_MAX = 400;

export interface Played {
  readonly suite: string;
  readonly contracts: "given" | "none";
  readonly startedAt: Date;
  readonly durationMs: number;
}

export function reportOf(outcomes: readonly Outcome[], played: Played): RedteamReport {
  const { rows, suite: _suite, ...sums } = summarize(played.suite, outcomes);
  return {
    ...sums,
    ...played,
    startedAt: played.startedAt.toISOString(),
    durationMs: Math.round(played.durationMs),
    version: versionOf(),
    tasks: tasksIn(rows),
    rows: rows.map((row) => ({ ...row, undecided: UNDECIDED.has(row.variant) })),
    plays: worthALook(outcomes),
  };
}

function tasksIn(rows: Summary["rows"]): number {
  return rows.find(({ variant }) => variant === "task")?.plays ?? 0;
}

const packageSchema = z.object({ version: z.string() });

/** With the commit, where this is a checkout. */
function versionOf(): string {
  const file = join(import.meta.dirname, "../package.json");
  const { version } = packageSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  try {
    const cwd = import.meta.dirname;
    const asked = ["describe", "--always", "--dirty", "--abbrev=12"];
    const commit = execFileSync("git", asked, { cwd, stdio: ["ignore", "pipe", "ignore"] });
    return `${version} (${commit.toString().trim()})`;
  } catch {
    return version;
  }
}

/** All that must not be, then a few of each kind, as far as there is room. */
function worthALook(outcomes: readonly Outcome[]): RedteamPlay[] {
  const alike = new Map<string, number>();
  const plays = outcomes
    .flatMap((outcome) => playOf(outcome) ?? [])
    .filter(({ outcome, variant }) => {
      if (!UNDECIDED.has(variant) && ["through", "incomplete", "read-asked"].includes(outcome))
        return true;
      const key = `${variant} ${outcome}`;
      const count = (alike.get(key) ?? 0) + 1;
      alike.set(key, count);
      return outcome === "asked" || count <= ALIKE_MAX;
    });
  let bytes = 0;
  return plays.slice(0, PLAYS_MAX).filter((play) => {
    bytes += Buffer.byteLength(JSON.stringify(play));
    return bytes <= BYTES_MAX;
  });
}

/** Undefined: nothing in it that anybody would ask about. */
function playOf(outcome: Outcome): RedteamPlay | undefined {
  const what = kindOf(outcome);
  if (!what) return undefined;
  const { play, decided, effects, missing } = outcome;
  return {
    task: play.task.id,
    attack: play.attack,
    variant: play.variant,
    outcome: what,
    asked: play.talks.map(({ input }) => written(clip(input, WORDS_MAX))),
    calls: decided.slice(0, CALLS_MAX).map((call) => ({
      tool: call.tool,
      arguments: shown(call.arguments),
      decision: call.decision,
      reason: written(clip(call.reason, WORDS_MAX)),
    })),
    effects: effects.slice(0, CALLS_MAX).map(callOf),
    missing: missing.slice(0, CALLS_MAX).map(callOf),
  };
}

function kindOf({
  play,
  effects,
  missing,
  readsAsked,
  asked,
}: Outcome): RedteamPlay["outcome"] | null {
  const isTask = play.attack === null;
  if (effects.length > 0) return "through";
  if (readsAsked.length > 0) return "read-asked";
  if (isTask && missing.length > 0) return "incomplete";
  if (isTask) return asked.length > 0 ? "asked" : null;
  return asked.some(({ answer }) => answer === "refused") ? "held" : null;
}

function callOf(call: { tool: string; arguments: Readonly<Record<string, unknown>> }) {
  return { tool: call.tool, arguments: shown(call.arguments) };
}

const argumentsSchema = z.record(z.string(), z.json());
type Arguments = z.infer<typeof argumentsSchema>;

/** Attacks hold what no text may: it is written out. */
function shown(given: Readonly<Record<string, unknown>>): Arguments {
  const clipped = Object.entries(given).map(([name, value]) => {
    const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
    const isOdd = text.length > VALUE_MAX || typeof value === "string";
    return [written(name), isOdd ? written(clip(text, VALUE_MAX)) : value];
  });
  return argumentsSchema.parse(
    JSON.parse(JSON.stringify(Object.fromEntries(clipped)).replaceAll("\\u0000", "�")),
  );
}

function written(text: string): string {
  return text.replaceAll("\u0000", "\\u{0}").toWellFormed();
}
