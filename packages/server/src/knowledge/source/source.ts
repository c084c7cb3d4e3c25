// A connected system as it is kept: which connector, with which settings, in which state.
import type { JsonObject } from "../../lib/json.ts";

/** `leaving`: it is being disconnected; what is left of it goes step by step. */
export const SOURCE_STATES = [
  "new",
  "syncing",
  "live",
  "paused",
  "reconnect",
  "failed",
  "leaving",
] as const;
export type SourceState = (typeof SOURCE_STATES)[number];

/** It answers, and does so too while it is read, for the first time or again. */
export function answers(state: SourceState): boolean {
  return state === "live" || state === "syncing";
}

/** People may act in it. */
export function isInUse(state: SourceState): boolean {
  return state !== "new" && state !== "paused" && state !== "leaving";
}

/** What tells the tools of a second source of its kind from those of the first. */
export function endingOf(name: string): string {
  const plain = name.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  const words = plain.replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
  return words.slice(0, 20).replace(/-$/, "") || "other";
}

export interface SourceRow {
  readonly id: string;
  readonly connector: string;
  readonly name: string;
  readonly settings: JsonObject;
  readonly state: SourceState;
  readonly stateReason: string;
  readonly objectiveMs: number;
  readonly failClosed: boolean;
  readonly trustedDomains: readonly string[];
  /** On whose decision it is read. */
  readonly createdBy: string;
  readonly createdAt: Date;
}
