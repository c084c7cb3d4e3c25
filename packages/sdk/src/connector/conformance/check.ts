// What a check of a connector is, and what it is given.
import type { ActingSource, Source } from "../source.ts";
import type { Connector, Mirror, PushRequest } from "../connector.ts";
import { readWorld, type World } from "./world.ts";

export type Mirrored = Omit<Mirror<unknown, unknown>, "access">;

/** Acts on the test system, each naming the item that it touched. What is left out is not tried. */
export interface Mutations {
  /** Changes what one document says, to something new each time. */
  content?(): Promise<string>;
  /** Changes who may read one item. */
  access?(): Promise<string>;
  removal?(): Promise<string>;
}

export interface ConformanceOptions {
  readonly connector: Connector;
  /** A test system with containers, documents, groups and people; some that one or another may not read. */
  readonly source: Source<unknown>;
  /** As one person of it, for what is asked live. */
  readonly acting?: ActingSource<unknown>;
  readonly mutations?: Mutations;
  /**
   * What being in a container does in this source: each one above takes readers away (`narrows`), or hands
   * down its own (`adds`), or has no say (`none`).
   */
  readonly inheritance?: "narrows" | "adds" | "none";
  /** One delivery as the source signs it, with the time at which it came. */
  readonly push?: PushRequest;
}

export interface CheckResult {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** What is wrong and where, or why it was not tried; empty when passed. */
  readonly why: string;
}

export interface Subject extends ConformanceOptions {
  readonly mirror: Mirrored;
  /** Read once, before anything is changed. */
  readonly world: World;
}

/** Null when all is well, else what is wrong; `Skip` thrown when it can't be tried. */
export interface Check<On> {
  readonly name: string;
  run(on: On): Promise<string | null> | string | null;
}

export class Skip extends Error {}

export async function runCheck<On>(check: Check<On>, on: On): Promise<CheckResult> {
  const { name } = check;
  try {
    const why = await check.run(on);
    return why === null ? { name, outcome: "passed", why: "" } : { name, outcome: "failed", why };
  } catch (error) {
    if (error instanceof Skip) return { name, outcome: "skipped", why: error.message };
    return { name, outcome: "failed", why: `it threw: ${said(error)}` };
  }
}

export function said(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

export async function subjectOf(options: ConformanceOptions, mirror: Mirrored): Promise<Subject> {
  return { ...options, mirror, world: await readWorld(mirror, options.source) };
}
