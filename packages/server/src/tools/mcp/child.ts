// An MCP server as a child process: a transport that survives long lines, broken JSON and death,
// and tells each as the failure of the call it belongs to.
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import {
  deserializeMessage,
  type JSONRPCMessage,
  type RequestId,
  type Transport,
} from "@modelcontextprotocol/client";
import type { Log } from "../../lib/log.ts";
import { Lines } from "./lines.ts";

/** Codes of errors that this transport answers in the place of the server. */
export const LINE_TOO_LONG = -32_960;
export const LINE_MALFORMED = -32_961;

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** All that the child's environment holds. */
  readonly environment: Readonly<Record<string, string>>;
  /** Values of it that go into no log and no answer, should the child let them out. */
  readonly secrets?: readonly string[];
  readonly cwd?: string;
  readonly log: Log;
  /** The longest line that a call in flight allows. */
  readonly lineBytesMax: () => number;
}

const STDERR_CHARS_MAX = 20_000;
const GRACE_MS = 2_000;

export class ChildTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #options: ChildOptions;
  /** Ids of the calls that are not answered yet. */
  readonly #open = new Set<RequestId>();
  #child: ChildProcessWithoutNullStreams | null = null;
  #stderrLeft = STDERR_CHARS_MAX;

  constructor(options: ChildOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): Promise<void> {
    const { command, args, environment, cwd } = this.#options;
    // A group of its own, so that what it starts is ended with it.
    const child = spawn(command, args, {
      env: { ...environment },
      stdio: ["pipe", "pipe", "pipe"],
      shell: false,
      detached: true,
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.#child = child;
    const lines = new Lines(
      { line: (text) => this.#line(text), tooLong: (...ends) => this.#tooLong(ends) },
      this.#options.lineBytesMax,
    );
    child.stdout.on("data", (chunk: Buffer) => lines.push(chunk));
    child.stderr.on("data", (chunk: Buffer) =>
      this.#stderr(this.#withoutSecrets(chunk.toString("utf8"))),
    );
    for (const stream of [child.stdin, child.stdout, child.stderr])
      stream.on("error", (error) => this.onerror?.(error));
    // On exit rather than on close: a grandchild may hold the pipes open for ever.
    child.once("exit", (code, signal) => setImmediate(() => this.#ended(child, { code, signal })));
    return new Promise((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) => {
        this.#ended(child, { code: null, signal: null });
        reject(error);
      });
    });
  }

  send(message: JSONRPCMessage): Promise<void> {
    const child = this.#child;
    if (!child?.stdin.writable) return Promise.reject(new Error("the process has ended"));
    if ("method" in message && "id" in message && message.method === "tools/call")
      this.#open.add(message.id);
    return new Promise((resolve, reject) => {
      child.stdin.write(`${JSON.stringify(message)}\n`, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  /** Asks it to end by closing its input, then makes it. */
  async close(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
    });
    child.stdin.end();
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      const timer = setTimeout(
        () => this.kill(signal),
        signal === "SIGTERM" ? GRACE_MS / 4 : GRACE_MS,
      );
      void ended.then(() => clearTimeout(timer));
    }
    await ended;
    this.kill("SIGKILL");
  }

  /** Ends the whole process group. */
  kill(signal: NodeJS.Signals = "SIGKILL"): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone already.
    }
  }

  #ended(
    child: ChildProcessWithoutNullStreams,
    how: { code: number | null; signal: string | null },
  ): void {
    if (this.#child !== child) return;
    this.kill("SIGKILL");
    this.#child = null;
    this.#open.clear();
    child.stdout.destroy();
    child.stderr.destroy();
    this.#options.log("info", "an MCP server's process ended", {
      server: this.#options.name,
      ...how,
    });
    this.onclose?.();
  }

  #line(line: string): void {
    const text = this.#withoutSecrets(line);
    const message = parse(text);
    if (message) {
      if ("id" in message && !("method" in message) && message.id !== undefined)
        this.#open.delete(message.id);
      this.onmessage?.(message);
    } else if (text.trimStart().startsWith("{")) {
      this.#answerFor([text.slice(0, 300), text.slice(-300)], LINE_MALFORMED, "not valid JSON-RPC");
    } else this.#stderr(`${text}\n`);
  }

  #tooLong(ends: readonly [string, string]): void {
    this.#answerFor(ends, LINE_TOO_LONG, "larger than allowed");
  }

  /** The call that a bad line was meant to answer, or the only one that it can be. */
  #answerFor(ends: readonly string[], code: number, message: string): void {
    const named = ends.map((end) => /"id"\s*:\s*(\d+)/.exec(end)?.[1]).find(Boolean);
    const only = this.#open.size === 1 ? [...this.#open][0] : undefined;
    const id = named !== undefined && this.#open.has(Number(named)) ? Number(named) : only;
    const { log, name } = this.#options;
    log("warn", "an MCP server sent a line that is no answer", { server: name, why: message });
    if (id === undefined) return;
    this.#open.delete(id);
    this.onmessage?.({ jsonrpc: "2.0", id, error: { code, message } });
  }

  #withoutSecrets(text: string): string {
    let left = text;
    for (const secret of this.#options.secrets ?? []) left = left.replaceAll(secret, "[withheld]");
    return left;
  }

  /** To the log, as much as one process may say there. */
  #stderr(text: string): void {
    if (this.#stderrLeft <= 0) return;
    const said = text.slice(0, this.#stderrLeft);
    this.#stderrLeft -= said.length;
    const { log, name } = this.#options;
    for (const line of said.split("\n"))
      if (line.trim() !== "") log("debug", "an MCP server says", { server: name, line });
    if (this.#stderrLeft <= 0) log("warn", "an MCP server says too much", { server: name });
  }
}

function parse(text: string): JSONRPCMessage | undefined {
  try {
    return deserializeMessage(text);
  } catch {
    return undefined;
  }
}
