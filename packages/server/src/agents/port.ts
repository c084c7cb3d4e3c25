// What agents need to know of tools and models, in words of their own; wired in main.
import type { Tool } from "@stead/protocol";

export interface ToolShelf {
  /** Undefined: the organisation has no such tool. */
  tool(name: string): Promise<Tool | undefined> | Tool | undefined;
}

export interface ModelShelf {
  /** Names of the configured models, `provider/model`. */
  models(): readonly string[];
}
