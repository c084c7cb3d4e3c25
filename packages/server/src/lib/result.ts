// Expected failures as values: an operation returns a Result, an exception is a bug.
import type { ErrorCode } from "@stead/protocol";

/** What went wrong, in the words of the closed list; `detail` is for people and holds no secret. */
export interface Failure {
  readonly code: ErrorCode;
  readonly detail: string;
  /** What the person can do, or whom to ask. */
  readonly hint?: string;
  /** Machine-readable particulars, such as the paths of invalid fields. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

export function ok(): Result<void>;
export function ok<T>(value: T): Result<T>;
export function ok<T>(value?: T): Result<T | undefined> {
  return { ok: true, value };
}

export function fail(
  code: ErrorCode,
  detail: string,
  more?: Omit<Failure, "code" | "detail">,
): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: { code, detail, ...more } };
}

/** States an invariant; its breach is a bug, so it throws. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}
