// Failures become answers here and nowhere else: {error: {code, message, detail, hint}}.
import { ERRORS, type ErrorCode } from "@stead/protocol";
import type { Failure } from "../lib/result.ts";

export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly detail: string;
    readonly hint: string | null;
    readonly data?: Readonly<Record<string, unknown>>;
  };
}

export function statusOf(failure: Failure): number {
  return ERRORS[failure.code][0];
}

export function errorBody(failure: Failure): ErrorBody {
  const { code, detail, hint = null, data } = failure;
  const message = ERRORS[code][1];
  return { error: { code, message, detail, hint, ...(data ? { data } : {}) } };
}

export function errorResponse(failure: Failure, headers?: Headers): Response {
  const response = Response.json(errorBody(failure), { status: statusOf(failure) });
  for (const [name, value] of headers ?? []) response.headers.append(name, value);
  return response;
}
