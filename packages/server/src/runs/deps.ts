// What the loop needs from the folders below it, as built by main.
import type { AgentVersion, Principal, RunStatus } from "@stead/protocol";
import type { Slots } from "../lib/bounded.ts";
import type { Result } from "../lib/result.ts";
import type { Models } from "../models/models.ts";
import type { PolicySet } from "../policy/policy.ts";
import type { Ctx } from "../store/context.ts";
import type { Tx } from "../store/tx.ts";
import type { Registry } from "../tools/registry.ts";
import type { Interrupts } from "./interrupts.ts";
import type { RunLog } from "./journal.ts";
import type { Live } from "./live.ts";

export type DriveEnd =
  | { readonly kind: "ended"; readonly status: RunStatus }
  | { readonly kind: "waiting"; readonly untilMs: number }
  /** The worker is stopping; another goes on. */
  | { readonly kind: "left" };

export interface RunDeps {
  readonly ctx: Ctx;
  readonly workerId: string;
  readonly live: Live;
  readonly models: Models;
  readonly registry: Registry;
  readonly policies: () => PolicySet;
  /** The stream of a run in the ledger; bodies name these people as their subjects. */
  readonly openLog: (runId: string, subjects: readonly string[]) => RunLog;
  /** As they are now: rights are decided again at each step, not remembered from the start. */
  readonly principalOf: (personId: string) => Promise<Result<Principal>>;
  /** Who may use this agent, as it is shared now; a trial is its editors'. */
  readonly usableBy: (agentId: string, trial: boolean) => Promise<(person: Principal) => boolean>;
  /** Whose the agent is, by name, for acts that it does as itself; fails once nobody answers for it. */
  readonly agentOwner: (agentId: string) => Promise<Result<string>>;
  /** The agent itself, as policies see it. */
  readonly agentPrincipal: (agentId: string) => Promise<Result<Principal>>;
  readonly versionOf: (versionId: string) => Promise<Result<AgentVersion>>;
  /** Shows in lists that a run is under way. */
  readonly markRunning: (runId: string) => Promise<void>;
  /** Hands a run to the workers, in the transaction that made it ready. */
  readonly enqueue: (tx: Tx, runId: string) => Promise<void>;
  /** Wakes idle workers of every process; called after the commit. */
  readonly kick: () => void;
  /** Has whichever process drives a run look at its log, once the transaction is committed. */
  readonly interrupt: (tx: Tx, runId: string) => Promise<void>;
  /** Asks whichever process drives a run to save its text for others to read. */
  readonly watch: (runId: string) => void;
  /** Drives a run as a worker does; for sub-runs, which no worker takes. */
  readonly drive: (runId: string, stopping: AbortSignal) => Promise<Result<DriveEnd>>;
  /** The runs that this process drives. */
  readonly interrupts: Interrupts;
  /** Runs of one person that may go at once, in all processes. */
  readonly runsPerPersonMax: number;
  /** Tool calls that this process runs at once. */
  readonly toolSlots: Slots;
}
