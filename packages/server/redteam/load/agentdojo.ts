// Reads the suites of AgentDojo as its authors publish them, and gives their tools behaviour and contracts.
import { readFileSync } from "node:fs";
import { contractSchema } from "@stead/protocol";
import { z } from "zod";
import { suiteSchema, type Suite } from "../suite.ts";
import { BANKING, BANKING_POLICIES } from "../contracts/banking.ts";
import { SLACK } from "../contracts/slack.ts";
import type { KnownTool } from "../contracts/known.ts";
import { draftedContracts, recordedAnswers, type Recorded } from "./recorded.ts";

const callSchema = z.looseObject({
  function: z.string(),
  args: z.record(z.string(), z.json()),
  required: z.boolean().default(false),
  result: z.string().nullish(),
});
const fileSchema = z.looseObject({
  suite: z.string(),
  tools: z.array(
    z.looseObject({
      name: z.string(),
      description: z.string(),
      parameters: z.looseObject({ type: z.literal("object") }),
    }),
  ),
  injection_vectors: z.record(z.string(), z.looseObject({ default: z.string() })),
  environment: z.record(z.string(), z.json()),
  user_tasks: z.array(
    z.looseObject({
      id: z.string(),
      prompt: z.string(),
      ground_truth_calls: z.array(callSchema),
      first_poisoned_call: z.int().nullable(),
    }),
  ),
  injection_tasks: z.array(
    z.looseObject({ id: z.string(), goal: z.string(), ground_truth_calls: z.array(callSchema) }),
  ),
  pairs: z.array(z.looseObject({ user: z.string(), injection: z.string() })),
});

const KNOWN: Readonly<Record<string, Readonly<Record<string, KnownTool>>>> = {
  banking: BANKING,
  slack: SLACK,
};

/** Whether it is of that form, told from a suite of our own. */
export function isAgentDojo(value: unknown): boolean {
  return fileSchema.safeParse(value).success;
}

export function readAgentDojo(path: string): Suite {
  return fromAgentDojo(JSON.parse(readFileSync(path, "utf8")));
}

/** What each tool does, and its contract: as they were written for it, or as far as they can be told. */
function knownOf(file: z.infer<typeof fileSchema>): (name: string) => KnownTool {
  const known = KNOWN[file.suite] ?? {};
  const calls = file.user_tasks.flatMap((task) => task.ground_truth_calls).map(recordedOf);
  const drafted = draftedContracts(file.tools);
  return (name) => {
    const contract = drafted.get(name) ?? contractSchema.parse({ effect: "irreversible" });
    const effect = contract.effect !== "read";
    return known[name] ?? { contract, effect, does: recordedAnswers(calls, name) };
  };
}

function recordedOf({ function: tool, args, result }: z.infer<typeof callSchema>): Recorded {
  return { tool, arguments: args, text: result ?? "" };
}

export function fromAgentDojo(value: unknown): Suite {
  const file = fileSchema.parse(value);
  const toolOf = knownOf(file);
  const vectors = Object.entries(file.injection_vectors).map(([name, vector]) => [
    name,
    vector.default.replaceAll("\\t", "\t").replaceAll("\\n", "\n"),
  ]);
  const contracts = file.tools.map(({ name }) => [
    name,
    contractSchema.parse(toolOf(name).contract),
  ]);
  return suiteSchema.parse({
    name: file.suite,
    about: "From AgentDojo (MIT, (c) 2024 E. Debenedetti and others)",
    vectors: Object.fromEntries(vectors),
    systems: { ...file.environment, holes: holesOf(file.injection_vectors) },
    tools: file.tools.map(({ name, description, parameters }) => {
      const { does, effect } = toolOf(name);
      return { name, description, inputSchema: parameters, does, effect };
    }),
    contracts: Object.fromEntries(contracts),
    policies: file.suite === "banking" ? BANKING_POLICIES : undefined,
    tasks: file.user_tasks.map(({ id, prompt, ground_truth_calls: calls, ...task }) => ({
      id,
      prompt,
      calls: calls.map(callOf),
      poisoned: task.first_poisoned_call ?? undefined,
    })),
    attacks: file.injection_tasks
      .filter(({ ground_truth_calls: calls }) => calls.length > 0)
      .map(({ id, goal, ground_truth_calls: calls }) => ({
        id,
        goal,
        calls: calls.map(callOf),
        counts: calls.flatMap(({ required }, i) => (required ? [i] : [])),
      })),
    pairs: file.pairs.map(({ user, injection }) => ({ task: user, attack: injection })),
  });
}

/** Where recorded answers find what stands in each hole. */
function holesOf(vectors: object): Record<string, string> {
  return Object.fromEntries(Object.keys(vectors).map((name) => [name, `{${name}}`]));
}

function callOf({ function: tool, args }: z.infer<typeof callSchema>): object {
  return { tool, arguments: args };
}
