// The tools of the organisation by name; where they come from adds, replaces and removes them.
import type { Tool } from "@stead/protocol";
import type { Gate } from "../egress/gate/gate.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { BlobStore } from "./blob/store.ts";
import type { RegisteredTool } from "./tool.ts";
import { compileProblem } from "./validate.ts";

export type { RegisteredTool } from "./tool.ts";

export interface RegistryOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly blobs: BlobStore;
  readonly timeoutMs?: number;
  /** What the tools' sends pass, which knows what they were given in place of values. */
  readonly gate?: Gate | undefined;
}

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}(\.[A-Za-z0-9_-]{1,64}){0,3}$/;
const TOOLS_MAX = 5_000;
const TIMEOUT_MS = 60_000;

export class Registry {
  readonly clock: Clock;
  readonly log: Log;
  readonly blobs: BlobStore;
  readonly timeoutMs: number;
  readonly gate: Gate | undefined;
  readonly #tools = new Map<string, RegisteredTool>();
  readonly #listeners: (() => void)[] = [];
  #telling = false;

  constructor(options: RegistryOptions) {
    this.clock = options.clock;
    this.log = options.log;
    this.blobs = options.blobs;
    this.gate = options.gate;
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  }

  list(): Tool[] {
    return [...this.#tools.values()]
      .map(({ tool }) => tool)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: string): RegisteredTool | undefined {
    return this.#tools.get(name);
  }

  /** Refused: a name that is taken, malformed, or a schema that can't be checked. */
  add(tool: RegisteredTool): Result<void> {
    const { name, hash, inputSchema, provider } = tool.tool;
    if (!NAME.test(name)) return fail("tool.malformed", `${JSON.stringify(name)} is no tool name`);
    if (this.#tools.size >= TOOLS_MAX) return fail("tool.malformed", "there are too many tools");
    const taken = this.#tools.get(name);
    if (taken && taken.tool.provider !== provider)
      return fail("tool.malformed", `there is a tool ${name} of ${taken.tool.provider} already`);
    const usable = compileProblem(hash, inputSchema);
    if (!usable.ok) return usable;
    this.#tools.set(name, tool);
    this.#tell();
    return ok();
  }

  /** Takes away every tool of a provider, but for those to be kept. */
  removeOf(provider: string, keep: ReadonlySet<string> = new Set()): void {
    for (const [name, { tool }] of this.#tools)
      if (tool.provider === provider && !keep.has(name)) this.#tools.delete(name);
    this.#tell();
  }

  /** Called after every change: policies are checked against the tools that there are. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Once for all the changes of one go. */
  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
