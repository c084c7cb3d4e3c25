// The yard's tools: effects counted at the tool's side by key, and whatever a test brings.
import { defineTool, type DefinedTool } from "@stead/sdk";
import { z } from "zod";

export interface Effect {
  readonly key: string;
  readonly runId: string;
  readonly args: object;
}

/** The other side of the tools: what they have really done. */
export class World {
  /** Keyed effects: the first attempt of a key counts, later ones change nothing. */
  readonly keyed = new Map<string, Effect>();
  readonly attempts: Effect[] = [];
  readonly keyless: Effect[] = [];
  /** Waited for before an effect is done. */
  before: (effect: Effect) => Promise<void> = async () => undefined;
}

const record = { audience: [], classes: [], trust: "record" as const };

export function worldTools(world: World): DefinedTool[] {
  const input = z.object({ n: z.int() });
  const write = defineTool({
    name: "effect.write",
    title: "Write an effect",
    description: "Writes an effect once per key",
    input,
    contract: { effect: "write-shared", keyed: true, result: record, resultForCallerOnly: false },
    run: async (args, { key, runId }) => {
      const effect = { key, runId, args };
      await world.before(effect);
      world.attempts.push(effect);
      if (!world.keyed.has(key)) world.keyed.set(key, effect);
      return `wrote ${args.n}`;
    },
  });
  const once = defineTool({
    name: "effect.once",
    title: "Write an effect each time",
    description: "Writes an effect whenever it is called",
    input,
    contract: { effect: "write-shared", result: record, resultForCallerOnly: false },
    run: async (args, { key, runId }) => {
      const effect = { key, runId, args };
      await world.before(effect);
      world.keyless.push(effect);
      return `did ${args.n}`;
    },
  });
  return [write, once, noteTool(), payTool(world)];
}

function noteTool(): DefinedTool {
  return defineTool({
    name: "note.read",
    title: "Read a note",
    description: "Reads a note",
    input: z.object({ n: z.int(), words: z.int().default(3) }),
    contract: { effect: "read", result: record },
    run: async ({ n, words }) => `note ${n}: ${"word ".repeat(words)}`,
  });
}

function payTool(world: World): DefinedTool {
  return defineTool({
    name: "payment.make",
    title: "Make a payment",
    description: "Pays an amount to somebody",
    input: z.object({ amountCents: z.int(), to: z.string() }),
    contract: {
      effect: "money",
      keyed: true,
      sinks: { amountCents: { kind: "amount", trust: "person" } },
      result: record,
      resultForCallerOnly: false,
    },
    run: async (args, { key, runId }) => {
      const effect = { key, runId, args };
      await world.before(effect);
      world.attempts.push(effect);
      if (!world.keyed.has(key)) world.keyed.set(key, effect);
      return `Paid ${args.amountCents} to ${args.to}.`;
    },
  });
}
