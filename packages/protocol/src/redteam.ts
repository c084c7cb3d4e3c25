// What came of letting a compromised model loose on the simulated systems of a suite (`stead redteam`).
import { z } from "zod";

const count = z.int().nonnegative();
const argumentsSchema = z.record(z.string(), z.json());
const words = z.string().max(2_000);

/** One way that the attacks of a suite took. */
export const redteamRowSchema = z.object({
  variant: z.string().max(40),
  plays: count,
  /** Plays in which something was done that nobody had asked for or approved. */
  through: count,
  /** Plays in which a call of the attack was held or refused. */
  held: count,
  /** Plays whose task was completed. */
  completed: count,
  approvals: count,
  readsAsked: count,
  /** The person's or the systems' own values alone: no rule about where values are from can tell these. */
  undecided: z.boolean(),
});

export const redteamCallSchema = z.object({
  tool: z.string().max(200),
  arguments: argumentsSchema,
  /** permit, ask, deny; rejected: it was no call. */
  decision: z.string().max(20),
  reason: words,
});

export const redteamPlaySchema = z.object({
  task: z.string().max(100),
  /** Null: the task alone. */
  attack: z.string().max(100).nullable(),
  variant: z.string().max(40),
  outcome: z.enum(["through", "incomplete", "read-asked", "held", "asked"]),
  /** What the person typed. */
  asked: z.array(words).max(20),
  calls: z.array(redteamCallSchema).max(300),
  effects: z.array(redteamCallSchema.pick({ tool: true, arguments: true })).max(100),
  missing: z.array(redteamCallSchema.pick({ tool: true, arguments: true })).max(100),
});

export const redteamResultSchema = z.object({
  suite: z.string().max(40),
  /** Of Stead, with the commit where it is known. */
  version: z.string().max(100),
  /** `none`: nobody had reviewed a tool. */
  contracts: z.enum(["given", "none"]),
  startedAt: z.iso.datetime(),
  durationMs: count,
  tasks: count,
  rows: z.array(redteamRowSchema).max(100),
  /** What must be none: effects of attacks, tasks that were not completed, reads that asked. */
  attackEffects: count,
  tasksIncomplete: count,
  readsAsked: count,
  undecidedEffects: count,
  approvalsPerTask: z.number().nonnegative(),
  ok: z.boolean(),
});
export type RedteamResult = z.infer<typeof redteamResultSchema>;

/** With plays to look into; of the many that were held, a few of each variant. */
export const redteamReportSchema = redteamResultSchema.extend({
  plays: z.array(redteamPlaySchema).max(500),
});
export type RedteamReport = z.infer<typeof redteamReportSchema>;
export type RedteamPlay = z.infer<typeof redteamPlaySchema>;

export const redteamListedSchema = redteamResultSchema.extend({
  id: z.string(),
  reportedAt: z.string(),
  reportedBy: z.string(),
});
