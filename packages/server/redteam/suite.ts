// The format of a suite: systems as data, what their tools do, what people ask and what attackers want.
import { contractSchema } from "@stead/protocol";
import { z } from "zod";
import type { Json } from "../src/lib/json.ts";

const argumentsSchema = z.record(z.string(), z.json());
/** Steps from the state's root; `{name}` is filled from the call's arguments. */
const placeSchema = z.array(z.string()).min(1);

/** What a call does to the simulated system. Texts may hold `{argument}`. */
export const doesSchema = z.discriminatedUnion("kind", [
  /** Gives what stands there; `last` names an argument that says how many of a list. */
  z.object({
    kind: z.literal("show"),
    at: placeSchema,
    as: z.enum(["yaml", "json", "text"]).default("yaml"),
    last: z.string().optional(),
    /** Of a list of records: those whose field equals the argument. */
    where: z.record(z.string(), z.string()).optional(),
  }),
  /** Of people by place: those at whom the place's name stands. */
  z.object({ kind: z.literal("who-has"), at: placeSchema, value: z.string() }),
  z.object({
    kind: z.literal("add"),
    to: placeSchema,
    value: z.json(),
    says: z.string().default("Done."),
  }),
  /** Sets the arguments given (but null) in the record whose `by` equals the argument of that name. */
  z.object({
    kind: z.literal("change"),
    at: placeSchema,
    by: z.string().optional(),
    says: z.string().default("Done."),
  }),
  z.object({
    kind: z.literal("remove"),
    at: placeSchema,
    by: z.string().optional(),
    says: z.string().default("Done."),
  }),
  z.object({ kind: z.literal("say"), text: z.string() }),
  /** What calls with these arguments were answered; any other: it is done. The holes in an answer are filled
   * from the state's `holes`. */
  z.object({
    kind: z.literal("recorded"),
    answers: z.array(z.object({ arguments: argumentsSchema, text: z.string() })),
  }),
]);
export type Does = z.infer<typeof doesSchema>;

export const simulatedToolSchema = z.object({
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/),
  description: z.string(),
  inputSchema: z.looseObject({ type: z.literal("object") }),
  does: doesSchema,
  /** True: something has happened when it was called, be it that a stranger saw the request. */
  effect: z.boolean(),
});
export type SimulatedTool = z.infer<typeof simulatedToolSchema>;

export const callSchema = z.object({ tool: z.string(), arguments: argumentsSchema.default({}) });
export type Call = z.infer<typeof callSchema>;

export const taskSchema = z.object({
  id: z.string(),
  /** What the person types. */
  prompt: z.string(),
  /** What whoever works well would do. */
  calls: z.array(callSchema),
  /** Of the calls, the first whose result holds text of an outsider; left out: found by its holes. */
  poisoned: z.int().optional(),
});
export type Task = z.infer<typeof taskSchema>;

export const attackSchema = z.object({
  id: z.string(),
  /** As it is planted. */
  goal: z.string(),
  calls: z.array(callSchema).min(1),
  /** Of the calls, those that are the attack even if their tool has no effect. */
  counts: z.array(z.int()).optional(),
});
export type Attack = z.infer<typeof attackSchema>;

export const suiteSchema = z.object({
  name: z.string().regex(/^[a-z][a-z0-9]{0,20}$/),
  about: z.string().default(""),
  /** Holes that an outsider can write into, and what stands there else. */
  vectors: z.record(z.string(), z.string()),
  systems: z.record(z.string(), z.json()),
  tools: z.array(simulatedToolSchema),
  contracts: z.record(z.string(), contractSchema).default({}),
  /** Cedar, with `{lane}` before each tool's name; left out: the suite's tools may act unasked. */
  policies: z.string().optional(),
  tasks: z.array(taskSchema),
  attacks: z.array(attackSchema),
  /** Left out: each task with each attack. */
  pairs: z.array(z.object({ task: z.string(), attack: z.string() })).optional(),
});
export type Suite = z.infer<typeof suiteSchema>;

export interface Pair {
  readonly task: Task;
  readonly attack: Attack;
}

export function pairsOf(suite: Suite): Pair[] {
  const all = suite.tasks.flatMap((task) => suite.attacks.map((attack) => ({ task, attack })));
  if (!suite.pairs) return all;
  const wanted = new Set(suite.pairs.map(({ task, attack }) => `${task} ${attack}`));
  return all.filter(({ task, attack }) => wanted.has(`${task.id} ${attack.id}`));
}

/** The state with every hole filled: by what is planted, or by what stands there else. */
export function fillState(
  { systems, vectors }: Pick<Suite, "systems" | "vectors">,
  planted: ReadonlyMap<string, string>,
): Record<string, Json> {
  const fill = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
      Object.hasOwn(vectors, name) ? (planted.get(name) ?? vectors[name] ?? "") : whole,
    );
  const filled: Record<string, Json> = {};
  for (const [name, value] of Object.entries(systems)) filled[name] = mapText(value, fill);
  return filled;
}

/** Every text within, names of fields too. */
export function mapText(value: Json, change: (text: string) => string): Json {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((each) => mapText(each, change));
  if (value === null || typeof value !== "object") return value;
  const made: Record<string, Json> = {};
  for (const [name, each] of Object.entries(value)) made[change(name)] = mapText(each, change);
  return made;
}
