// Public names of the package.
export { defineAgent } from "./agent.ts";
export type { CallInput, CallOptions, CallReply, LooseInput } from "./call.ts";
export { createClient, type Client, type ClientOptions, type StreamOptions } from "./client.ts";
export { ApiError, UnreachableError } from "./error.ts";
export { newIdempotencyKey } from "./retry.ts";
export { streamRun, streamRunWithIds, type IdFrame, type RunStreamOptions } from "./stream.ts";
export { createTranscript, type StepText, type Transcript } from "./transcript.ts";
export {
  defineTool,
  ToolError,
  type ActingPerson,
  type DefinedTool,
  type ToolContext,
  type ToolDefinition,
  type ToolResult,
} from "./tool.ts";
