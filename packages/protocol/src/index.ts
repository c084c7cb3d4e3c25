// The protocol's public names.
export * from "./access.ts";
export * from "./agent.ts";
export * from "./approval.ts";
export * from "./decision.ts";
export * from "./endpoint.ts";
export * from "./endpoints.ts";
export * from "./errors.ts";
export * from "./event.ts";
export * from "./label.ts";
export * from "./ledger.ts";
export * from "./principal.ts";
export * from "./resources.ts";
export * from "./run.ts";
export * from "./search.ts";
export * from "./source.ts";
export * from "./stream.ts";
export * from "./tool.ts";
