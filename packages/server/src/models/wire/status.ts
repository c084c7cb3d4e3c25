// What a provider's refusal means: the code of our list, and whether another attempt is worth while.
import type { ErrorCode } from "@stead/protocol";
import type { OutResponse } from "../../egress/request.ts";
import { clip } from "../../lib/bounded.ts";
import { fail, type Failure } from "../../lib/result.ts";
import { isView, parseJson, textOf, viewOf } from "./json-view.ts";
import type { WireFailure } from "./wire.ts";

const ERROR_BYTES_MAX = 65_536;
const MESSAGE_CHARS_MAX = 300;
const AGAIN = new Set([408, 409, 425, 429]);
const TOO_LONG =
  /context.{0,20}(length|window)|too (long|large)|maximum.{0,20}tokens|prompt is too/i;
// Providers quote keys in their messages; what looks like one stays out of ours.
const SECRET = /\b(sk|pk|key|Bearer)[-_ ][A-Za-z0-9*._-]{6,}|[A-Za-z0-9_-]{40,}/g;

/** An answer with an error status. */
export async function refusalOf(response: OutResponse, nowMs: number): Promise<WireFailure> {
  const body = await response.text(ERROR_BYTES_MAX);
  const message = body.ok ? messageOf(parseJson(body.value)) : undefined;
  return refusal(response.status, message, retryAfterMs(response.headers, nowMs));
}

/** An error that came inside an answer: `{error: {type, message, code}}`. */
export function refusalWithin(value: unknown): WireFailure {
  const error = viewOf(value, "error");
  const kind = `${textOf(error, "type") ?? ""} ${textOf(error, "code") ?? ""}`;
  const code = error?.["code"];
  const status = typeof code === "number" ? code : statusOfKind(kind);
  return refusal(status, messageOf(value), null);
}

function statusOfKind(kind: string): number {
  if (/overloaded/.test(kind)) return 529;
  if (/rate_limit|insufficient_quota/.test(kind)) return 429;
  if (/authentication/.test(kind)) return 401;
  if (/permission/.test(kind)) return 403;
  if (/invalid_request|context_length/.test(kind)) return 400;
  return 500;
}

function refusal(
  status: number,
  message: string | undefined,
  patienceMs: number | null,
): WireFailure {
  const again = AGAIN.has(status) || status >= 500;
  return { failure: failureOf(status, message), status, retryAfterMs: patienceMs, again };
}

function failureOf(status: number, message: string | undefined): Failure {
  const said = message === undefined ? "" : `: ${message}`;
  if (status === 429) return fail("model.rate_limited", `limits requests (429)${said}`).failure;
  if (status === 401 || status === 403)
    return fail("model.refused", `does not accept the key (${status})${said}`, {
      hint: "An administrator must check this provider's key.",
    }).failure;
  if (status === 413 || (status < 500 && message !== undefined && TOO_LONG.test(message)))
    return fail("model.too_long", `finds the conversation too long (${status})${said}`).failure;
  if (status === 408 || status === 504)
    return fail("model.timeout", `took too long (${status})${said}`).failure;
  if (status >= 500) return fail("model.unavailable", `is failing (${status})${said}`).failure;
  return fail("model.refused", `refused the request (${status})${said}`).failure;
}

function messageOf(value: unknown): string | undefined {
  if (!isView(value)) return undefined;
  const error = value["error"];
  const text =
    typeof error === "string"
      ? error
      : (textOf(isView(error) ? error : undefined, "message") ??
        textOf(value, "message") ??
        textOf(value, "detail"));
  if (text === undefined || text.trim() === "") return undefined;
  return clip(text.replace(/\s+/g, " ").replace(SECRET, "…").trim(), MESSAGE_CHARS_MAX);
}

/** `Retry-After` in seconds or as a date, and the finer `retry-after-ms`. */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  nowMs: number,
): number | null {
  const fine = Number(headers["retry-after-ms"] ?? "");
  if (headers["retry-after-ms"] && Number.isFinite(fine) && fine >= 0) return fine;
  const text = headers["retry-after"]?.trim();
  if (!text) return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

const OF_EGRESS: Partial<Record<ErrorCode, ErrorCode>> = {
  "egress.timeout": "model.timeout",
  "egress.unreachable": "model.unavailable",
  "egress.too_large": "model.malformed",
};

/** What egress could not do, in the words of models. */
export function failedSend(failure: Failure, status: number | null): WireFailure {
  const code = OF_EGRESS[failure.code];
  if (code === undefined) return { failure, status, retryAfterMs: null, again: false };
  const more = failure.hint === undefined ? {} : { hint: failure.hint };
  const again = code !== "model.malformed";
  return {
    failure: fail(code, `did not answer: ${failure.detail}`, more).failure,
    status,
    retryAfterMs: null,
    again,
  };
}

/** An answer that can't be read: another attempt may bring a better one. */
export function unreadable(why: string, status: number): WireFailure {
  return {
    failure: fail("model.malformed", `sent something unreadable: ${why}`).failure,
    status,
    retryAfterMs: null,
    again: true,
  };
}
