// defineTool: a typed tool with its contract, for Stead to run in its own process.
import type { Citation, contractSchema, JsonSchema, Label } from "@stead/protocol";
import { z } from "zod";

/** On whose behalf a call is made. Comes from the kernel, never from the arguments. */
export interface ActingPerson {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly department: string;
  /** Ids of every group, nested ones included. */
  readonly groups: readonly string[];
}

export interface ToolContext {
  readonly orgId: string;
  readonly acting: ActingPerson;
  readonly runId: string;
  readonly callId: string;
  /** The same for every attempt at this call: a tool that honours it acts once. */
  readonly key: string;
  /** Aborts when the run is cancelled or the time is up. */
  readonly signal: AbortSignal;
}

/** A result with more to say than its text; plain text alone is a result too. */
export interface ToolResult {
  readonly text: string;
  /** What is known of this result beyond the contract. */
  readonly label?: Label;
  readonly citations?: readonly Citation[];
}

export interface ToolDefinition<Input extends z.ZodObject = z.ZodObject> {
  /** Dotted, for example `refund.create`. */
  readonly name: string;
  readonly title: string;
  /** What it does and when to use it, for the model. */
  readonly description: string;
  readonly input: Input;
  /** Without one the strictest applies: every call asks. */
  readonly contract?: z.input<typeof contractSchema>;
  readonly timeoutMs?: number;
  run(input: z.output<Input>, context: ToolContext): Promise<ToolResult | string>;
}

/** A definition as the server takes it, its input checked on the way in. */
export interface DefinedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly contract?: z.input<typeof contractSchema>;
  readonly timeoutMs?: number;
  run(input: unknown, context: ToolContext): Promise<ToolResult>;
}

/** Thrown by a tool: its message is shown to the model and to people, so it holds no secret. */
export class ToolError extends Error {
  override readonly name = "ToolError";
}

export function defineTool<Input extends z.ZodObject>(
  definition: ToolDefinition<Input>,
): DefinedTool {
  const { name, title, description, input, contract, timeoutMs } = definition;
  return {
    name,
    title,
    description,
    inputSchema: z.toJSONSchema(input, { io: "input" }),
    ...(contract === undefined ? {} : { contract }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    async run(given, context) {
      const parsed = input.safeParse(given);
      if (!parsed.success) throw new ToolError(z.prettifyError(parsed.error));
      const result = await definition.run(parsed.data, context);
      return typeof result === "string" ? { text: result } : result;
    },
  };
}
