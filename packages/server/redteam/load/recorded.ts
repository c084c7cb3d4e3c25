// What can be told of a tool that nobody has described: it answers as it was recorded to, and its contract is
// what Stead drafts from its words and schema.
import type { Contract, JsonSchema } from "@stead/protocol";
import { draftContract } from "../../src/tools/contract/draft.ts";
import type { Does } from "../suite.ts";

export interface ListedTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonSchema;
}

/** A call and what came of it. */
export interface Recorded {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export function draftedContracts(tools: readonly ListedTool[]): Map<string, Contract> {
  const listed = tools.map(({ parameters, ...tool }) => ({ ...tool, inputSchema: parameters }));
  return new Map(
    listed.map((tool) => {
      const others = listed.filter(({ name }) => name !== tool.name);
      return [tool.name, draftContract(tool, { others, called: (name) => name }).contract];
    }),
  );
}

/** The same call answers the same, any other "Done." */
export function recordedAnswers(calls: readonly Recorded[], tool: string): Does {
  const own = calls.filter((call) => call.tool === tool);
  const answers = own.map(({ arguments: given, text }) => ({ arguments: given, text }));
  return { kind: "recorded", answers: JSON.parse(JSON.stringify(answers)) };
}
