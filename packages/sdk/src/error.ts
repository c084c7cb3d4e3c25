// What a call can end with: the server's own words, or that it could not be reached.
import { ERRORS, type ErrorCode } from "@stead/protocol";
import { z } from "zod";

const bodySchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    detail: z.string(),
    hint: z.string().nullable(),
    data: z.record(z.string(), z.unknown()).optional(),
  }),
});

export interface ApiProblem {
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly hint: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A refusal or failure that the server told us of, with a code of the closed list. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  /** What was wrong this time; `message` says it with the code's own sentence before it. */
  readonly detail: string;
  /** What to do, or whom to ask. */
  readonly hint: string | null;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(problem: ApiProblem) {
    super(`${ERRORS[problem.code][1]} ${problem.detail}`.trim());
    this.name = "ApiError";
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.hint = problem.hint;
    this.data = problem.data;
  }
}

/** No answer came: the network, or the server, is away. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super("Stead could not be reached.", { cause });
    this.name = "UnreachableError";
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

/** Also of an answer that is not ours, for example a proxy's page. */
export async function errorOf(response: Response): Promise<ApiError> {
  const { status } = response;
  const text = await response.text().catch(() => "");
  const parsed = bodySchema.safeParse(parse(text));
  if (!parsed.success) {
    const detail = `The server answered ${status} in a form that is not Stead's.`;
    return new ApiError({ status, code: "internal.bug", detail, hint: null, data: {} });
  }
  const { code, detail, hint, data = {} } = parsed.data.error;
  const known = isErrorCode(code) ? code : "internal.bug";
  return new ApiError({ status, code: known, detail, hint, data });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
