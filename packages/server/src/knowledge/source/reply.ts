// What a source answered, as a connector reads it, and what its errors mean.
import { SourceError, type HttpReply, type SourceErrorCode } from "@stead/sdk";
import { BrokenBody, type OutResponse } from "../../egress/request.ts";
import type { Result } from "../../lib/result.ts";

const MEANING: Readonly<Record<number, SourceErrorCode>> = {
  401: "reconnect",
  403: "forbidden",
  404: "missing",
  410: "missing",
  413: "too_large",
  429: "busy",
};
const SAID_CHARS_MAX = 300;
/** Shorter words of a header may stand in any text for their own sake. */
const SECRET_CHARS_MIN = 16;
const BACKOFF_MS = 500;
const BACKOFF_MAX_MS = 30_000;
const REST_MAX_MS = 24 * 3_600_000;

/** `credential`: the header that it was asked with; a source that repeats it tells the connector nothing. */
export function replyOf(answer: OutResponse, credential = ""): HttpReply {
  const { status, headers, body } = answer;
  const secrets = partsOf(credential).filter((part) => part.length >= SECRET_CHARS_MIN);
  const whole = async (): Promise<string> => {
    let left = textOf(await answer.text());
    for (const secret of secrets) left = left.replaceAll(secret, "…");
    return left;
  };
  return {
    status,
    headers,
    text: whole,
    json: async () => {
      const read = await whole();
      try {
        return JSON.parse(read);
      } catch {
        throw new SourceError("malformed", "The source answered something that is not JSON.");
      }
    },
    bytes: bytesOf(body),
  };
}

function textOf(result: Result<string>): string {
  if (result.ok) return result.value;
  const { code, detail } = result.failure;
  throw new SourceError(code === "egress.too_large" ? "too_large" : "unavailable", detail);
}

async function* bytesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    if (!(error instanceof BrokenBody)) throw error;
    const { code, detail } = error.failure;
    throw new SourceError(code === "egress.too_large" ? "too_large" : "unavailable", detail);
  }
}

/** With the first words of what the source said of it. */
export async function errorOf(
  answer: OutResponse,
  host: string,
  secrets: readonly string[],
): Promise<SourceError> {
  const { status } = answer;
  const code = MEANING[status] ?? (status >= 500 ? "unavailable" : "malformed");
  const text = await answer.text(16_384);
  const said = text.ok ? without(text.value, secrets) : "";
  return new SourceError(code, `${host} answered ${status}. ${said}`.trim());
}

/** Some repeat in an error what they were sent, the credential too. */
function without(text: string, secrets: readonly string[]): string {
  let left = text;
  for (const secret of secrets) if (secret.length > 3) left = left.replaceAll(secret, "…");
  return left.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ").slice(0, SAID_CHARS_MAX);
}

/** All of a header that some peer might repeat: whole, in parts, and what Basic hides. */
export function partsOf(value: string): string[] {
  const words = value.split(/[\s:,;="]+/);
  const basic = /^basic\s+(\S+)$/i.exec(value)?.[1];
  const plain = basic === undefined ? "" : Buffer.from(basic, "base64").toString("utf8");
  const all = [value, ...words, plain, ...plain.split(":")];
  return all.filter((part) => !/^(bearer|basic|token)$/i.test(part));
}

/** `Retry-After` in seconds or as a date; undefined when it does not say. */
export function restOf(
  headers: Readonly<Record<string, string>>,
  nowMs: number,
): number | undefined {
  const said = headers["retry-after"];
  if (said === undefined) return undefined;
  const ms = /^\d+$/.test(said.trim()) ? Number(said) * 1000 : Date.parse(said) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), REST_MAX_MS) : undefined;
}

export function backoffMs(tries: number, fraction: number): number {
  const most = Math.min(BACKOFF_MS * 2 ** (tries - 1), BACKOFF_MAX_MS);
  return Math.round(most * (0.5 + fraction / 2));
}
