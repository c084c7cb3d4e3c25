// What Stead gives a connector: settings, a way out, and whom it acts as. Nothing else reaches the world.
import type { Duplex } from "node:stream";

export interface HttpRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute, or below the base URL of the source. */
  readonly url: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** A value is sent as JSON, a URLSearchParams as a form. */
  readonly body?: unknown;
  /** Acts for this user of the source instead of the crawl identity (domain-wide delegation). */
  readonly asUser?: string;
  readonly timeoutMs?: number;
  readonly bytesMax?: number;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  json(): Promise<unknown>;
  text(): Promise<string>;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Through egress, signed in, within the source's limits. 429 and 5xx are waited for and repeated where that
 * is safe; a 401 is answered by one refresh. What is left is thrown as a SourceError.
 */
export interface Http {
  (request: HttpRequest): Promise<HttpReply>;
}

/** One connection of a protocol other than HTTP, through egress. */
export type Dial = (to: {
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
}) => Promise<Duplex>;

/** Runs a program of this machine without a shell, a network or a secret; bounded in time and output. */
export type RunProgram = (
  program: string,
  args: readonly string[],
  options?: { readonly input?: string; readonly timeoutMs?: number },
) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;

/** A source as the crawl identity sees it. */
export interface Source<Settings> {
  readonly id: string;
  readonly settings: Settings;
  /** Secrets of a `secret` scheme whose connection the connector makes itself; empty otherwise. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly http: Http;
  readonly dial: Dial;
  readonly run: RunProgram;
  /** Real paths where Stead keeps its own keys and data; who reads files of this machine leaves them out. */
  readonly ownPaths?: readonly string[];
  readonly signal: AbortSignal;
  log(message: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}

/** A source as one person's own account sees it; `user` is that person's id in the source. */
export interface ActingSource<Settings> extends Source<Settings> {
  readonly user: string;
}

export type SourceErrorCode =
  /** The grant is gone: somebody has to sign in again. */
  | "reconnect"
  /** The identity may not do this; `message` says which right is missing. */
  | "forbidden"
  | "missing"
  | "busy"
  | "unavailable"
  /** The source answered what its contract does not allow. */
  | "malformed"
  | "too_large"
  | "settings";

/** The only error that a connector throws on purpose. Its message is shown, so it holds no secret. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly code: SourceErrorCode;
  readonly retryAfterMs?: number;

  /** An outside connector may bring another copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "SourceError" && "code" in value;
  }

  constructor(code: SourceErrorCode, message: string, options: { retryAfterMs?: number } = {}) {
    super(message);
    this.code = code;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}
