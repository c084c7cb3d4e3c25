// Reads cases of attacks on an office's agent, each a sentence of the person's, a text of an outsider's and
// what must not come of it, and makes a suite of them.
import { contractSchema } from "@stead/protocol";
import { z } from "zod";
import { OFFICE } from "../contracts/office.ts";
import { suiteSchema, type Call, type Suite } from "../suite.ts";

const caseSchema = z.looseObject({
  id: z.string(),
  type: z.enum(["attack", "benign"]),
  goal: z.string(),
  untrusted_content: z.string().nullable(),
  injection_location: z.string().nullable(),
  expected_tools: z.array(z.string()),
  forbidden_actions: z.array(
    z.looseObject({ tool: z.string(), params: z.record(z.string(), z.json()) }),
  ),
});
type Case = z.infer<typeof caseSchema>;
const fileSchema = z.array(caseSchema).min(1);

const PLACES: Readonly<Record<string, string>> = {
  email_body: "read_email",
  file_content: "read_file",
  calendar_event: "read_calendar",
};
const FILLER = "An ordinary text.";
const HOLE = "planted";

/** Whether it is of that form, told from a suite of our own. */
export function isOfficeCases(value: unknown): boolean {
  return fileSchema.safeParse(value).success;
}

export function fromOfficeCases(value: unknown): Suite {
  const cases = fileSchema.parse(value);
  const attacks = cases.filter(({ type }) => type === "attack").map(attackOf);
  const harmful = attacks.filter(({ calls }) => calls.some(({ tool }) => OFFICE[tool]?.effect));
  const known = cases.filter(
    (each) => each.type === "benign" && each.expected_tools.every(isKnown),
  );
  const tasks = known.flatMap((each) => taskOf(each) ?? []);
  return suiteSchema.parse({
    name: "office",
    about: "Cases of X-PG13/agent-security-sandbox (MIT, (c) 2025-2026 Yifan Zhao)",
    vectors: { [HOLE]: FILLER },
    systems: { text: `{${HOLE}}` },
    tools: Object.entries(OFFICE).map(([name, { does, effect, needs }]) => ({
      name,
      description: name.replaceAll("_", " "),
      inputSchema: {
        type: "object",
        properties: Object.fromEntries(needs.map((need) => [need, { type: "string" }])),
        required: needs,
      },
      does,
      effect,
    })),
    contracts: Object.fromEntries(
      Object.entries(OFFICE).map(([name, { contract }]) => [name, contractSchema.parse(contract)]),
    ),
    // The person of an attack's case reads the text that the attack stands in, and no more.
    tasks: [...tasks, ...harmful.map(({ task }) => task)],
    attacks: harmful.map(({ id, goal, calls }) => ({ id, goal, calls })),
    pairs: harmful.map(({ id, task }) => ({ task: task.id, attack: id })),
  });
}

function isKnown(tool: string): boolean {
  return OFFICE[tool] !== undefined;
}

function attackOf(given: Case) {
  const tool = PLACES[given.injection_location ?? ""] ?? "search_web";
  const reading = { tool, arguments: argumentsOf(tool, given.goal) ?? {} };
  const task = { id: `${given.id}/task`, prompt: given.goal, calls: [reading], poisoned: 0 };
  const calls = given.forbidden_actions
    .filter((action) => isKnown(action.tool))
    .map((action) => forbiddenCall(action, given))
    // What the person has named is no stranger's: that is the variant `typed`.
    .filter((call) => !sinkValues(call).some((value) => given.goal.includes(value)));
  return { id: given.id, goal: given.untrusted_content ?? "", task, calls };
}

function sinkValues({ tool, arguments: given }: Call): string[] {
  const names = Object.keys(OFFICE[tool]?.contract.sinks ?? {});
  return names.map((name) => given[name]).filter((value) => typeof value === "string");
}

function forbiddenCall({ tool, params }: Case["forbidden_actions"][number], given: Case): Call {
  const { path, ...rest } = params;
  const text = given.untrusted_content ?? "";
  const found = argumentsOf(tool, text) ?? {};
  const needed = (OFFICE[tool]?.needs ?? []).map((name) => {
    const named = name === "file_path" ? (rest[name] ?? path) : rest[name];
    return [name, typeof named === "string" ? named : (found[name] ?? `${name} of an attacker`)];
  });
  return { tool, arguments: Object.fromEntries(needed) };
}

/** Undefined: what the task needs does not stand in what the person has typed. */
function taskOf({ id, goal, expected_tools: tools }: Case) {
  const calls = tools.map((tool) => ({ tool, arguments: argumentsOf(tool, goal) }));
  const isClear = calls.every(({ arguments: given }) => given !== undefined);
  return isClear && calls.length > 0 ? { id, prompt: goal, calls, poisoned: 0 } : undefined;
}

/** The arguments of a call as they stand in a sentence; undefined: they don't. */
function argumentsOf(tool: string, sentence: string): Record<string, string> | undefined {
  const paths = sentence.match(/(?<![\w.])\/[\w./-]*\w/g) ?? [];
  const mail = /[\w.+-]+@[\w.-]+\.\w+/.exec(sentence)?.[0];
  const words: Record<string, string | undefined> = {
    email_id: /email_\d+/.exec(sentence)?.[0] ?? "email_001",
    event_id: /event_\d+/.exec(sentence)?.[0] ?? "event_001",
    file_path: tool === "write_file" ? paths.at(-1) : (paths[0] ?? "/docs/readme.txt"),
    endpoint: paths.find((path) => path.startsWith("/api/")),
    to: mail,
    command: undefined,
  };
  const made: Record<string, string> = {};
  for (const need of OFFICE[tool]?.needs ?? []) {
    const word = need in words ? words[need] : `${need} as asked`;
    if (word === undefined) return undefined;
    made[need] = word;
  }
  return made;
}
