// Public names of the package.
export { NO_READER, type AccessRule } from "@stead/protocol";
export { defineAgent } from "./agent.ts";
export type {
  AssertionScheme,
  AuthScheme,
  Field,
  OAuthScheme,
  SecretScheme,
} from "./connector/auth.ts";
export {
  defineConnector,
  type Connector,
  type ConnectorDefinition,
  type ConnectorTool,
  type Live,
  type LiveHit,
  type Manifest,
  type Mirror,
  type Push,
  type PushEvent,
  type PushRequest,
  type PushVerdict,
} from "./connector/connector.ts";
export type {
  Answer,
  Change,
  ChangePage,
  Content,
  Item,
  Member,
  Page,
  SourceGroup,
  SourceUser,
} from "./connector/item.ts";
export { classOfField, type Known, type KnownField, type KnownList } from "./connector/known.ts";
export {
  SourceError,
  type ActingSource,
  type Dial,
  type Http,
  type HttpReply,
  type HttpRequest,
  type RunProgram,
  type Source,
  type SourceErrorCode,
} from "./connector/source.ts";
export type { CallInput, CallOptions, CallReply, LooseInput } from "./call.ts";
export { createClient, type Client, type ClientOptions, type StreamOptions } from "./client.ts";
export { ApiError, UnreachableError } from "./error.ts";
export { csvHead } from "./known/csv-parts.ts";
export {
  importKnown,
  type KnownColumn,
  type KnownImport,
  type KnownImported,
  type KnownPart,
} from "./known/import.ts";
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
